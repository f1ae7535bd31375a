/**
 * The bundle that a fingerprint is the hash of: what one entry really uses, and nothing else. It is never run.
 *
 * It names its modules as every clone does, so that no folder of this machine is part of it.
 */
import type { Plugin } from "rolldown"
import { parseSync } from "rolldown/utils"
import { bundle } from "./bundle.ts"
import type { DeclaredStage } from "./declaredStages.ts"
import { isEngine, isOwn, isReference, kernel } from "./Home.ts"
import type { Program } from "./Program.ts"
import { BrokenSource, importsOf, lineOf, type Source } from "./Source.ts"
import { isShared } from "./SourceGraph.ts"

export interface HashedBundle {
  readonly code: string
  /** What it uses of each module, as it can be read. */
  readonly modules: { readonly [id: string]: string }
  /** What it imports: files of packages, and names of built-in modules. */
  readonly packages: ReadonlyArray<string>
  readonly builtins: ReadonlyArray<string>
  /** Whether a definition of the kernel is part of it. */
  readonly kernel: boolean
}

/** `entry` imports files by their paths; stages are cut down to their outputs, but for those in `whole`. */
export const hashedBundle = async (
  program: Program,
  entry: string,
  whole: (stage: DeclaredStage) => boolean
): Promise<HashedBundle> => {
  const outside = new Map<string, { readonly package?: string; readonly builtin?: string }>()
  const plugin = modules(program, entry, whole, outside)
  const [chunk] = await bundle(program.graph.home, ["entry"], plugin, { minify: true, codeSplitting: false })
  const { code, modules: rendered } = chunk!
  // Not `chunk.imports`: that names modules which nothing is used of.
  const imports = importsOf(code, parseSync("bundle.js", code, { sourceType: "module" }).module)
  const used = imports.flatMap(({ specifier }) => outside.get(specifier) ?? [])
  return {
    code,
    modules: Object.fromEntries(Object.entries(rendered).flatMap(([id, { code }]) => code === null || id === "entry" ? [] : [[id, code]])),
    packages: used.flatMap((one) => one.package ?? []),
    builtins: used.flatMap((one) => one.builtin ?? []),
    kernel: Object.keys(rendered).some((id) => isReference("dln-lab", id))
  }
}

const modules = (
  { door, edited, graph }: Program,
  entry: string,
  whole: (stage: DeclaredStage) => boolean,
  outside: Map<string, { readonly package?: string; readonly builtin?: string }>
): Plugin => {
  const byId = new Map([...edited.values()].map((one) => [one.source.id, one]))
  const idOf = (file: string) => edited.get(file)!.source.id
  const external = (id: string, effect: boolean, of: { readonly package?: string; readonly builtin?: string } = {}) => {
    outside.set(id, of)
    return { id, external: true, moduleSideEffects: effect }
  }
  const within = (file: string) => {
    if (isEngine(graph.home, file)) return external(idOf(file), false)
    return { id: idOf(file), ...(isOwn(graph.home, file) && { moduleSideEffects: graph.bare.has(file) }) }
  }
  return {
    name: "dln-lab-fingerprint",
    resolveId: (specifier, importer) => {
      if (specifier === "entry") return specifier
      const by = byId.get(importer ?? "")?.source
      // The entry and the kernel's door name files.
      if (by === undefined || by.file === kernel(graph.home)) return edited.has(specifier) ? within(specifier) : null
      const target = graph.resolve(by.file, specifier)
      switch (target._tag) {
        case "Source":
          return within(target.file)
        case "Package":
          return external(specifier, !isShared(specifier), { package: target.file })
        case "Builtin":
          return external(`node:${target.name}`, false, { builtin: target.name })
        case "Missing":
          throw unresolved(by, specifier, target.problem)
      }
    },
    load: (id) => {
      if (id === "entry") return { code: entry, moduleType: "js" }
      const one = byId.get(id)
      if (one === undefined) return null
      if (one.source.file === kernel(graph.home)) return { code: door!.text, moduleType: "ts" }
      return { code: one.hashed(whole), moduleType: one.source.language }
    }
  }
}

export const unresolved = ({ file, imports, text }: Source, specifier: string, problem: string): BrokenSource => {
  const start = imports.find((one) => one.specifier === specifier)?.start
  const advice = "imports carry the file's ending, packages are installed beside the file"
  const line = start === undefined ? undefined : lineOf(text, start)
  return new BrokenSource(file, line, `cannot import "${specifier}": ${problem}; ${advice}`)
}
