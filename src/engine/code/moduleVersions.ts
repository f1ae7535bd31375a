/**
 * Lets this thread load sources again after they were edited: a module that changed, and every module that imports it,
 * gets a new name, and all others stay as they are loaded.
 */
import { registerHooks } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { Source } from "./Source.ts"
import type { SourceGraph } from "./SourceGraph.ts"

export interface ModuleVersions {
  /** What modules are from now on. */
  readonly take: (graph: SourceGraph) => void
  /** Loads the module of a file of the graph, as it is now. */
  readonly load: (file: string) => Promise<Readonly<Record<string, unknown>>>
}

export const moduleVersions = (): ModuleVersions => {
  let graph: SourceGraph | undefined
  let version = 0
  const loaded = new Map<string, { readonly source: Source; readonly version: number }>()
  const urlOf = (file: string) => `${pathToFileURL(file).href}?version=${loaded.get(file)?.version ?? 0}`

  registerHooks({
    resolve: (specifier, context, next) => {
      const from = fileOf(context.parentURL)
      if (graph === undefined || from === undefined) return next(specifier, context)
      const target = graph.resolve(from, specifier)
      if (target._tag === "Source") return { url: urlOf(target.file), shortCircuit: true }
      return next(target._tag === "Package" ? pathToFileURL(target.file).href : specifier, context)
    },
    load: (url, context, next) => {
      const file = fileOf(url)
      if (file === undefined) return next(url, context)
      // What is imported for types alone is no part of the graph.
      const source = graph?.sources.get(file)
      return { shortCircuit: true, ...(source === undefined ? { format: "module", source: "" } : loadable(source)) }
    }
  })

  return {
    take: (now) => {
      version++
      graph = now
      for (const file of changed(now, loaded)) loaded.set(file, { source: now.sources.get(file)!, version })
    },
    load: (file) => import(urlOf(file))
  }
}

const fileOf = (url: string | undefined): string | undefined => {
  const [, path] = /^(file:.*)\?version=\d+$/.exec(url ?? "") ?? []
  return path === undefined ? undefined : fileURLToPath(path)
}

const loadable = ({ language, text }: Source) =>
  language === "json"
    ? { format: "module", source: `export default ${text}` }
    : { format: language === "ts" ? "module-typescript" : "module", source: text }

/** The files that are not as they were loaded, and those that import them, however far up. */
const changed = (
  { resolve, sources }: SourceGraph,
  loaded: ReadonlyMap<string, { readonly source: Source }>
): ReadonlySet<string> => {
  const found = new Set([...sources].flatMap(([file, source]) => loaded.get(file)?.source === source ? [] : [file]))
  const users = new Map<string, Array<string>>()
  for (const [file, { imports }] of sources) {
    for (const { specifier } of imports) {
      const target = resolve(file, specifier)
      if (target._tag === "Source") users.set(target.file, [...(users.get(target.file) ?? []), file])
    }
  }
  for (const file of found) for (const user of users.get(file) ?? []) found.add(user)
  return found
}
