/**
 * A thread that stays warm while a pipeline is watched: after a save it reads and loads what changed alone, says what a run
 * would do, and then makes the program that runs.
 *
 * It is a thread, so that a pipeline that never comes to its end can be stopped.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { join } from "node:path"
import { parentPort, workerData } from "node:worker_threads"
import { home } from "../../engine/code/Home.ts"
import { type Begun, begin, finish } from "../../engine/code/makeProgram.ts"
import { moduleVersions } from "../../engine/code/moduleVersions.ts"
import { opened } from "../../engine/code/openProgram.ts"
import { codeOf } from "../../engine/code/programs.ts"
import * as Reader from "../../engine/code/Reader.ts"
import { baseOf, readGraph } from "../../engine/code/SourceGraph.ts"
import { problemOf } from "../problemOf.ts"
import type { Choice } from "../Session.ts"
import type { Replanned } from "./replan.ts"

export interface Setting {
  readonly pipeline: string
  /** The folder of programs. */
  readonly code: string
  readonly choice: Choice
}

/** What it says of a save, by the number of the save. */
export type Said = { readonly save: number } & (
  /** What a run would do, found in so many milliseconds. */
  | { readonly _tag: "planned"; readonly replanned: Replanned; readonly took: number }
  /** Nothing can be run. */
  | { readonly _tag: "refused"; readonly problem: string }
  /** That is over; the program will be made from these files. */
  | { readonly _tag: "read"; readonly sources: ReadonlyArray<string> }
  /** The program is there. */
  | { readonly _tag: "made"; readonly runs: string | undefined }
)

const { choice, code, pipeline }: Setting = workerData
const wanted = { pipeline, code, home, node: process.versions.node }
const reader = Reader.make(home)
const modules = moduleVersions()
const entry = fileURLToPath(new URL("replan.ts", import.meta.url))
const { version }: { readonly version: string } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"))

type Replan = typeof import("./replan.ts")
let forget = () => {}

/** By the pipeline as it is now; nothing where it cannot be loaded, which the run will say better. */
const replanned = async ({ stages }: Begun): Promise<Replanned | undefined> => {
  const { fingerprints, worker } = opened(code, "planned", Object.fromEntries(await stages))
  try {
    modules.take(readGraph(reader, baseOf(pipeline), [entry, pipeline]))
    forget()
    const replan = await modules.load(entry) as unknown as Replan
    forget = replan.forget
    const { default: loaded } = await modules.load(pipeline)
    const program = { digest: "planned", fingerprints, worker }
    const started = { program, argv: [], cwd: process.cwd(), version, pipeline: loaded, pipelineFile: pipeline, placeOf: async () => undefined }
    return await replan.replan(started, choice)
  } catch (error) {
    if (process.env["DLN_DEBUG"] !== undefined) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    return undefined
  }
}

const filesOf = ({ program }: Begun): ReadonlyArray<string> =>
  [...program.edited.values()].flatMap(({ copies, source }) => [source.file, ...copies.map(({ stamp }) => stamp.path)])

parentPort!.on("message", async (save: number) => {
  const say = (said: Said) => parentPort!.postMessage(said)
  const began = performance.now()
  try {
    const begun = begin(wanted, reader)
    const found = await replanned(begun)
    if (found !== undefined) say({ save, _tag: "planned", replanned: found, took: performance.now() - began })
    say({ save, _tag: "read", sources: filesOf(begun) })
    // Before the first save all is only made ready for it.
    if (save === 0) return
    const { digest } = await finish(begun)
    say({ save, _tag: "made", runs: codeOf(code, digest) })
  } catch (error) {
    say({ save, _tag: "refused", problem: problemOf(error) })
  }
})
