/**
 * Every source of ours and the user's that a program is made from, and what each of them imports.
 *
 * The files of packages are not part of it: a package is known by its name and version.
 */
import { existsSync } from "node:fs"
import { isBuiltin } from "node:module"
import { dirname, join, relative, sep } from "node:path"
import { ResolverFactory } from "rolldown/experimental"
import { isHome } from "./Home.ts"
import type { Reader } from "./Reader.ts"
import type { Source } from "./Source.ts"

/** What an import means. */
export type Target =
  | { readonly _tag: "Source"; readonly file: string }
  | { readonly _tag: "Package"; readonly file: string }
  | { readonly _tag: "Builtin"; readonly name: string }
  | { readonly _tag: "Missing"; readonly problem: string }

export interface SourceGraph {
  readonly home: string
  readonly sources: ReadonlyMap<string, Source>
  /** What `specifier` means in `file`. */
  readonly resolve: (file: string, specifier: string) => Target
  /** Sources that some other imports for their effect. */
  readonly bare: ReadonlySet<string>
}

/** `base` is the folder that names of the user's files are relative to. */
export const readGraph = ({ home, read, resolve }: Reader, base: string, entries: ReadonlyArray<string>): SourceGraph => {
  const sources = new Map<string, Source>()
  const bare = new Set<string>()
  const waiting = [...entries]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (sources.has(file)) continue
    const source = read(idOf(home, base, file), file)
    sources.set(file, source)
    for (const requested of source.imports) {
      const target = resolve(file, requested.specifier)
      if (target._tag !== "Source") continue
      if (requested.bare) bare.add(target.file)
      waiting.push(target.file)
    }
  }
  return { home, sources, resolve, bare }
}

/** The name of a source: the same in every clone, and from every working directory. */
const idOf = (home: string, base: string, file: string): string => {
  const [name, from] = isHome(home, file) ? ["dln-lab/", home] : ["", base]
  return name + relative(from, file).replaceAll(sep, "/")
}

/** The folder of the package that a file belongs to, or its own. */
export const baseOf = (file: string): string => {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder
    if (folder === dirname(folder)) return dirname(file)
  }
}

/** `dln-lab` and `effect` are always our own copies: two copies of Effect do not understand each other's schemas. */
export const shared: RegExp = /^(effect|dln-lab)(\/|$)/
export const isShared = (specifier: string): boolean => shared.test(specifier)

/** Finds each import once. */
export const resolver = (home: string): SourceGraph["resolve"] => {
  const conditionNames = ["node", "import", "default"]
  const factory = new ResolverFactory({ conditionNames, mainFields: ["main"], extensions: [] })
  const known = new Map<string, Target>()
  return (file, specifier) => {
    const folder = isShared(specifier) ? home : dirname(file)
    const key = `${folder}\0${specifier}`
    const target = known.get(key) ?? find(home, factory, folder, specifier)
    if (target._tag !== "Missing") known.set(key, target)
    return target
  }
}

const find = (home: string, factory: ResolverFactory, folder: string, specifier: string): Target => {
  if (isBuiltin(specifier)) return { _tag: "Builtin", name: specifier.replace(/^node:/, "") }
  const { error, path } = factory.sync(folder, specifier)
  if (path === undefined || path === null) return { _tag: "Missing", problem: error ?? `cannot find ${specifier}` }
  return isHome(home, path) || !path.includes(`${sep}node_modules${sep}`)
    ? { _tag: "Source", file: path }
    : { _tag: "Package", file: path }
}
