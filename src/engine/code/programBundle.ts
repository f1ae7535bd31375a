/**
 * The program: the command, the engine, Effect, the pipeline and its stages in one bundle, which is what runs.
 *
 * It is made from the same texts as the fingerprints. There is one copy of Effect, whoever imports it.
 */
import { dirname, isAbsolute, join, resolve } from "node:path"
import type { OutputChunk, Plugin } from "rolldown"
import { parseSync } from "rolldown/utils"
import { bundle } from "./bundle.ts"
import { editText } from "./editText.ts"
import { command, isOwn, worker } from "./Home.ts"
import { placesIn } from "./moduleUrls.ts"
import type { Program } from "./Program.ts"
import { shared } from "./SourceGraph.ts"
import { acting } from "./stageFingerprints.ts"

export interface ProgramBundle {
  /** `main.mjs`, `worker.mjs` and what they share, by name. */
  readonly files: ReadonlyMap<string, string>
  /** The files of packages that are part of it. */
  readonly packages: ReadonlyArray<string>
  /** Where the text of each comes from, where maps were asked for. */
  readonly maps: ReadonlyMap<string, OutputChunk["map"]>
}

/** `pipeline` is the file of the pipeline, if the command line names one. Maps change no file. */
export const programBundle = async (
  program: Program,
  pipeline: string | undefined,
  { mapped }: { readonly mapped: boolean } = { mapped: false }
): Promise<ProgramBundle> => {
  const packages = new Set<string>()
  const entries = { main: mainOf(program, pipeline), worker: workerOf(program, pipeline) }
  const chunks = await bundle(program.graph.home, ["main", "worker"], modules(program, entries, packages), {
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
    sourcemap: mapped && "hidden",
    sourcemapPathTransform: (source, map) => resolve(dirname(map), source)
  })
  return {
    files: new Map(chunks.map(({ code, fileName }) => [fileName, code])),
    packages: [...packages],
    maps: new Map(chunks.map(({ fileName, map }) => [fileName, map]))
  }
}

/** A file without a default export gives no pipeline, which the command says. */
const mainOf = ({ graph }: Program, pipeline: string | undefined): string => [
  `export { main } from ${JSON.stringify(command(graph.home))}`,
  ...(pipeline === undefined ? ["export const pipeline = undefined"] : [
    `import * as module from ${JSON.stringify(pipeline)}`,
    "export const pipeline = module.default"
  ])
].join("\n")

/** A worker needs the stages; where modules do more than declare, it must see all that the main thread sees. */
const workerOf = (program: Program, pipeline: string | undefined): string => {
  const { edited, graph } = program
  const stages = [...edited.values()].flatMap(({ source: { file }, stages }) =>
    stages.map((stage) => ({ file, name: stage.export })))
  return [
    ...(pipeline === undefined || acting(program).length === 0 ? [] : [`import ${JSON.stringify(pipeline)}`]),
    ...stages.map(({ file, name }, index) => `import { ${name} as stage${index} } from ${JSON.stringify(file)}`),
    `import ${JSON.stringify(worker(graph.home))}`,
    `export const stages = [${stages.map((_, index) => `stage${index}`).join(", ")}]`
  ].join("\n")
}

/** Hooks cost, and most modules are those of packages: each hook asks for what it needs alone. */
const modules = (
  { edited, graph }: Program,
  entries: { readonly [name: string]: string },
  packages: Set<string>
): Plugin => ({
  name: "dln-lab-program",
  resolveId: {
    filter: { id: [/^(main|worker)$/, shared] },
    handler(specifier, importer) {
      if (specifier in entries) return specifier
      const target = graph.resolve(importer!, specifier)
      if (target._tag === "Source") return target.file
      return this.resolve(specifier, join(graph.home, "package.json"), { skipSelf: true })
    }
  },
  load: {
    filter: {
      id: [
        /^(main|worker)$/,
        /\.node$/,
        /^(?!.*\/node_modules\/)/,
        new RegExp(`^${RegExp.escape(graph.home)}/(?!.*node_modules/)`)
      ]
    },
    handler: (id) => {
      const entry = entries[id]
      if (entry !== undefined) return { code: entry, moduleType: "js" }
      if (id.endsWith(".node")) return { code: addon(id), moduleType: "js" }
      const one = edited.get(id)
      if (one === undefined) return null
      const acts = id === worker(graph.home) || graph.bare.has(id) || !isOwn(graph.home, id)
      return { code: one.runs, moduleType: one.source.language, moduleSideEffects: acts }
    }
  },
  transform: {
    filter: { code: /\bimport\.meta\.(url|dirname|filename|main)\b|\b__(dirname|filename)\b/ },
    handler: (code, id) => edited.has(id) || id in entries || id.startsWith("\0") ? null : { code: placed(code, id) }
  },
  buildEnd() {
    for (const id of this.getModuleIds()) if (isAbsolute(id) && !edited.has(id)) packages.add(id)
  }
})

/** A package's code knows the place of its file, not that of the bundle. */
const placed = (code: string, file: string): string => {
  const { module, program } = parseSync(file, code)
  return module.hasModuleSyntax
    ? editText(code, placesIn(file, program))
    : `var __filename = ${JSON.stringify(file)}, __dirname = ${JSON.stringify(dirname(file))};${code}`
}

/** Compiled code of a package stays where it is. */
const addon = (file: string): string => {
  const name = JSON.stringify(file)
  return `module.exports = process.getBuiltinModule("node:module").createRequire(${name})(${name})`
}
