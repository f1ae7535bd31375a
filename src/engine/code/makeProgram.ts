/** Makes the program of a pipeline: reads its sources once, finds the fingerprint of each stage, and bundles them. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import * as Anatomy from "./Anatomy.ts"
import { command, worker } from "./Home.ts"
import { type OpenProgram, opened, remember, type Wanted } from "./openProgram.ts"
import * as Program from "./Program.ts"
import { programBundle } from "./programBundle.ts"
import * as ProgramFolder from "./ProgramFolder.ts"
import type { Reader } from "./Reader.ts"
import { replaceFile } from "./replaceFile.ts"
import { baseOf } from "./SourceGraph.ts"
import { type Stamp, stampAndRead, stampOf } from "./Stamp.ts"
import { type FingerprintedStage, stageFingerprints } from "./stageFingerprints.ts"

export const makeProgram = (wanted: Required<Wanted>): Promise<OpenProgram> => finish(begin(wanted))

/** A program whose sources were read, and whose stages are being identified. */
export interface Begun {
  readonly wanted: Required<Wanted>
  /** When the first source was looked at, in milliseconds. */
  readonly taken: number
  readonly program: Program.Program
  readonly stages: Promise<ReadonlyMap<string, FingerprintedStage>>
}

export const begin = (wanted: Required<Wanted>, reader?: Reader): Begun => {
  const taken = Date.now()
  const program = programOf(wanted, reader)
  return { wanted, taken, program, stages: identified(program, wanted.code, wanted.node) }
}

/** The sources of the command, of threads and of the pipeline. */
export const programOf = ({ home, pipeline }: Pick<Required<Wanted>, "home" | "pipeline">, reader?: Reader): Program.Program => {
  const entries = [command(home), worker(home), ...(pipeline === undefined ? [] : [pipeline])]
  return Program.read(home, pipeline === undefined ? home : baseOf(pipeline), entries, reader)
}

/** Finds the fingerprints, and remembers those that are new. */
const identified = async (program: Program.Program, code: string, node: string): Begun["stages"] => {
  const known = recall(code)
  const before = known.size
  const stages = await stageFingerprints(program, {
    node: node.split(".")[0]!,
    known,
    keep: (fingerprint, anatomy) => Anatomy.write(code, fingerprint, anatomy)
  })
  if (known.size > before) replaceFile(memoryOf(code), JSON.stringify([...known].slice(-4096)))
  return stages
}

/** Bundles it, and writes it to the folder of programs. */
export const finish = async ({ program, stages: identifying, taken, wanted }: Begun): Promise<OpenProgram> => {
  const { code, node, pipeline } = wanted
  const [stages, { files, packages }] = await Promise.all([identifying, programBundle(program, pipeline)])
  const copies = [...program.edited.values()].flatMap((one) => one.copies)
  const sources = [...program.edited.values()].map(({ source }) => source)
  const description = {
    node,
    sources: Object.fromEntries(sources.map(({ id, stamp }) => [id, stamp.sha256])),
    stages: Object.fromEntries(stages)
  }
  const copied = copies.map(({ bytes, name }) => [name, bytes] as const)
  const digest = ProgramFolder.write(code, description, new Map<string, string | Uint8Array>([...files, ...copied]))
  const stamps: ReadonlyArray<Stamp> = [
    ...sources.map(({ stamp }) => stamp),
    ...copies.map(({ stamp }) => stamp),
    ...packages.map((file) => stampOf(file, statSync(file))),
    ...program.versions.stamps(),
    ...makers().map((file) => stampAndRead(file).stamp)
  ]
  // A program with a pipeline is kept beside the results that it made.
  if (pipeline === undefined) ProgramFolder.prune(code, digest)
  remember(wanted, { node, digest, taken, stamps })
  return opened(code, digest, description.stages)
}

/** The files of which it depends how a program is made. */
const makers = (): ReadonlyArray<string> => [
  ...readdirSync(import.meta.dirname).map((name) => join(import.meta.dirname, name)),
  createRequire(import.meta.url).resolve("rolldown/package.json")
]

/** Fingerprints that were found before and whose anatomies are there, by the digests of what they were made from. */
const recall = (code: string): Map<string, string> => {
  try {
    const kept = Anatomy.known(code)
    const all: ReadonlyArray<readonly [string, string]> = JSON.parse(readFileSync(memoryOf(code), "utf8"))
    return new Map(all.filter(([, fingerprint]) => kept.has(fingerprint)))
  } catch {
    return new Map()
  }
}

const memoryOf = (code: string): string => join(code, "fingerprints.json")
