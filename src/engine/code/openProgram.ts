/**
 * Finds the program of a pipeline, or makes it. Where no file changed since it was made, this costs a look at each.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { digestOf } from "./digest.ts"
import { home } from "./Home.ts"
import * as ProgramFolder from "./ProgramFolder.ts"
import { replaceFile } from "./replaceFile.ts"
import { look, type Stamp } from "./Stamp.ts"

export interface OpenProgram {
  readonly digest: string
  readonly directory: string
  /** The fingerprint of each stage, by its name. */
  readonly fingerprints: { readonly [stage: string]: string }
  /** The module that exports `main` and `pipeline`, and the one that threads run. */
  readonly main: URL
  readonly worker: URL
}

export interface Wanted {
  /** The file of the pipeline, where the command line names one. */
  readonly pipeline: string | undefined
  /** The folder of programs. */
  readonly code: string
  /** The package of `dln-lab`. */
  readonly home?: string
  /** Node's version, such as 26.10.0. */
  readonly node?: string
}

/** What was found when a program was last made, on this machine. */
export interface Memory {
  readonly node: string
  readonly digest: string
  /** When the first of the files was looked at, in milliseconds. */
  readonly taken: number
  readonly stamps: ReadonlyArray<Stamp>
}

export const openProgram = async (wanted: Wanted): Promise<OpenProgram> => {
  const all = { home, node: process.versions.node, ...wanted }
  return remembered(all) ?? (await import("./makeProgram.ts")).makeProgram(all)
}

/** The files of ours and of the user that the program was last made from. */
export const sourcesOf = (wanted: Wanted): ReadonlyArray<string> => {
  const memory = recall({ home, node: process.versions.node, ...wanted })
  return memory?.stamps.flatMap(({ path, sha256 }) => sha256 === undefined ? [] : [path]) ?? []
}

const remembered = (wanted: Required<Wanted>): OpenProgram | undefined => {
  const memory = recall(wanted)
  if (memory?.node !== wanted.node) return undefined
  const taken = Date.now()
  const stamps = memory.stamps.map((stamp) => look(stamp, memory.taken))
  if (!stamps.every((stamp) => stamp !== undefined)) return undefined
  const description = ProgramFolder.read(wanted.code, memory.digest)
  if (description === undefined) return undefined
  if (stamps.some((stamp, index) => stamp !== memory.stamps[index])) remember(wanted, { ...memory, taken, stamps })
  return opened(wanted.code, memory.digest, description.stages)
}

export const opened = (code: string, digest: string, stages: ProgramFolder.Description["stages"]): OpenProgram => {
  const directory = join(code, digest)
  return {
    digest,
    directory,
    fingerprints: Object.fromEntries(Object.entries(stages).map(([name, { fingerprint }]) => [name, fingerprint])),
    main: pathToFileURL(join(directory, "main.mjs")),
    worker: pathToFileURL(join(directory, "worker.mjs"))
  }
}

const recall = (wanted: Required<Wanted>): Memory | undefined => {
  try {
    return JSON.parse(readFileSync(memoryOf(wanted), "utf8"))
  } catch {
    return undefined
  }
}

export const remember = (wanted: Required<Wanted>, memory: Memory): void =>
  replaceFile(memoryOf(wanted), JSON.stringify(memory))

const memoryOf = ({ code, home, pipeline }: Required<Wanted>): string =>
  join(code, "made", `${digestOf(`${home}\n${pipeline ?? ""}`).slice(0, 16)}.json`)
