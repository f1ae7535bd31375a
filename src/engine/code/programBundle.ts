/**
 * The program: the command, the engine, Effect, the pipeline and its stages in one bundle, which is what runs.
 *
 * It is made from the same texts as the fingerprints. There is one copy of Effect, whoever imports it.
 */
import { dirname, join } from "node:path"
import { type OutputChunk, type Plugin, rolldown } from "rolldown"
import { parseSync } from "rolldown/utils"
import { editText } from "./editText.ts"
import { command, isOwn, worker } from "./Home.ts"
import { unresolved } from "./hashedBundle.ts"
import { placesIn } from "./moduleUrls.ts"
import type { Program } from "./Program.ts"
import { isShared } from "./SourceGraph.ts"
import { acting } from "./stageFingerprints.ts"

export interface ProgramBundle {
  /** `main.mjs`, `worker.mjs` and what they share, by name. */
  readonly files: ReadonlyMap<string, string>
  /** The files of packages that are part of it. */
  readonly packages: ReadonlyArray<string>
}

/** `pipeline` is the file of the pipeline, if the command line names one. */
export const programBundle = async (program: Program, pipeline: string | undefined): Promise<ProgramBundle> => {
  const packages = new Set<string>()
  const bundle = await rolldown({
    input: { main: "main", worker: "worker" },
    cwd: program.graph.home,
    platform: "node",
    tsconfig: false,
    logLevel: "silent",
    plugins: [modules(program, { main: mainOf(program, pipeline), worker: workerOf(program, pipeline) }, packages)]
  })
  try {
    const { output } = await bundle.generate({ format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs", comments: false })
    const chunks = output.filter((one): one is OutputChunk => one.type === "chunk")
    return { files: new Map(chunks.map(({ code, fileName }) => [fileName, code])), packages: [...packages] }
  } finally {
    await bundle.close()
  }
}

const mainOf = ({ graph }: Program, pipeline: string | undefined): string => `
export { main } from ${JSON.stringify(command(graph.home))}
${pipeline === undefined ? "export const pipeline = undefined" : `export { default as pipeline } from ${JSON.stringify(pipeline)}`}`

/** A worker needs the stages; where modules do more than declare, it must see all that the main thread sees. */
const workerOf = (program: Program, pipeline: string | undefined): string => {
  const { edited, graph } = program
  const stages = [...edited.values()].flatMap(({ source: { file }, stages }) => stages.map((stage) => ({ file, name: stage.export })))
  return [
    ...(pipeline === undefined || acting(program).length === 0 ? [] : [`import ${JSON.stringify(pipeline)}`]),
    ...stages.map(({ file, name }, index) => `import { ${name} as stage${index} } from ${JSON.stringify(file)}`),
    `import ${JSON.stringify(worker(graph.home))}`,
    `export const stages = [${stages.map((_, index) => `stage${index}`).join(", ")}]`
  ].join("\n")
}

const modules = ({ edited, graph }: Program, entries: { readonly [name: string]: string }, packages: Set<string>): Plugin => {
  const own = (file: string) => ({ id: file, ...(isOwn(graph.home, file) && { moduleSideEffects: graph.bare.has(file) || file === worker(graph.home) }) })
  return {
    name: "dln-lab-program",
    async resolveId(specifier, importer) {
      if (specifier in entries) return specifier
      if (importer !== undefined && importer in entries) return own(specifier)
      const by = edited.get(importer ?? "")?.source
      if (isShared(specifier)) {
        const target = graph.resolve(importer!, specifier)
        return target._tag === "Source" ? own(target.file) : this.resolve(specifier, join(graph.home, "package.json"), { skipSelf: true })
      }
      if (by === undefined) return null
      const target = graph.resolve(by.file, specifier)
      if (target._tag === "Missing") throw unresolved(by, specifier, target.problem)
      return target._tag === "Source" ? own(target.file) : null
    },
    load: (id) => {
      const entry = entries[id]
      if (entry !== undefined) return { code: entry, moduleType: "js" }
      const one = edited.get(id)
      if (one !== undefined) return { code: one.runs, moduleType: one.source.language }
      if (!id.startsWith("\0")) packages.add(id)
      return id.endsWith(".node") ? { code: addon(id), moduleType: "js" } : null
    },
    transform: {
      filter: { code: /\bimport\.meta\b|\b__dirname\b|\b__filename\b/ },
      handler: (code, id) => edited.has(id) || id in entries || id.startsWith("\0") ? null : { code: placed(code, id) }
    }
  }
}

/** A package's code knows the place of its file, not that of the bundle. */
const placed = (code: string, file: string): string => {
  const { module, program } = parseSync(file, code)
  return module.hasModuleSyntax
    ? editText(code, placesIn(file, program))
    : `var __filename = ${JSON.stringify(file)}, __dirname = ${JSON.stringify(dirname(file))};${code}`
}

/** Compiled code of a package stays where it is. */
const addon = (file: string): string =>
  `module.exports = process.getBuiltinModule("node:module").createRequire(${JSON.stringify(file)})(${JSON.stringify(file)})`
