/**
 * Finds the program of a pipeline, or makes it. Where no file changed since it was made, this costs a look at each.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Anatomy from "./Anatomy.ts"
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

/** A program is made in the workshop, and found there for other folders as long as no file changes. */
export const openProgram = async (wanted: Wanted, workshop: string = wanted.code): Promise<OpenProgram> => {
  const all = completed(wanted)
  const found = remembered(all)
  if (found !== undefined) return found
  ProgramFolder.make(all.code)
  return workshop === all.code ? (await import("./makeProgram.ts")).makeProgram(all) : brought(all, { ...all, code: workshop })
}

/** A copy of what is opened in the workshop, with what is known of its stages. */
const brought = async (wanted: Required<Wanted>, there: Required<Wanted>): Promise<OpenProgram> => {
  const { digest, fingerprints } = await openProgram(there)
  ProgramFolder.copy(there.code, wanted.code, digest)
  ProgramFolder.prune(there.code, digest)
  Anatomy.copy(there.code, wanted.code, Object.values(fingerprints))
  remember(wanted, recall(there)!)
  return openedOf(wanted.code, digest, fingerprints)
}

const completed = (wanted: Wanted): Required<Wanted> => ({ home, node: process.versions.node, ...wanted })

/** The files of ours and of the user that the program was last made from. */
export const sourcesOf = (wanted: Wanted): ReadonlyArray<string> => {
  const memory = recall(completed(wanted))
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

export const opened = (code: string, digest: string, stages: ProgramFolder.Description["stages"]): OpenProgram =>
  openedOf(code, digest, Object.fromEntries(Object.entries(stages).map(([name, { fingerprint }]) => [name, fingerprint])))

const openedOf = (code: string, digest: string, fingerprints: OpenProgram["fingerprints"]): OpenProgram => {
  const directory = join(code, digest)
  return {
    digest,
    directory,
    fingerprints,
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
