/**
 * Frees what a store no longer needs: results that none of the runs that are kept has used, and what nothing speaks of.
 *
 * First it is said what would be removed; nothing that a kept run made, found or published is part of it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Files } from "./Files.ts"
import * as Inventory from "./Inventory.ts"
import { canonical } from "./Key.ts"
import * as Lease from "./Lease.ts"
import { checkWritable } from "./openFolder.ts"
import * as RunLog from "./RunLog.ts"
import { attempt, type StoreFailure } from "./StoreFailure.ts"
import type { Trace } from "./Trace.ts"

/** Which results may go; where nothing is asked for, none. */
export interface Choice {
  /** Runs, and pipelines: of these the latest run with each choice of parameters. */
  readonly keep: ReadonlyArray<string>
  /** So many of the latest runs of each pipeline. */
  readonly runs: number | undefined
  /** Only results that were not used for so many days. */
  readonly older: number | undefined
  /** Only results of more bytes than this. */
  readonly larger: number | undefined
}

export interface Garbage {
  readonly results: ReadonlyArray<Trace>
  readonly objects: ReadonlyArray<Inventory.Kept>
  /** Logs of runs that are not kept. */
  readonly runs: ReadonlyArray<string>
  /** The programs that the runs which are kept ran. */
  readonly programs: ReadonlySet<string>
  /** What was set apart as damaged. */
  readonly apart: ReadonlyArray<string>
  readonly bytes: number
}

/** `now` in milliseconds. */
export const find = (files: Files, choice: Choice, now: number): Effect.Effect<Garbage, StoreFailure | NoSuchRun> =>
  Effect.gen(function*() {
    const inventory = yield* attempt(() => Inventory.take(files))
    const unknown = choice.keep.find(
      (name) => !inventory.runs.some(({ begun }) => begun.run === name || begun.pipeline === name)
    )
    if (unknown !== undefined) {
      return yield* new NoSuchRun({
        name: unknown,
        known: [...new Set(inventory.runs.map(({ begun }) => begun.pipeline))]
      })
    }
    const kept = keptRuns(inventory.runs, choice, now)
    const results = unused(inventory, kept, choice, now)
    const going = new Set(results)
    const staying = [...inventory.traces.values()].filter((trace) => !going.has(trace))
    const needed = Inventory.withParts(inventory, [
      ...staying.flatMap(Inventory.addressesOf),
      ...Inventory.publishedBy(kept)
    ])
    const objects = [...inventory.objects.values()].filter(({ address }) => !needed.has(address))
    const apart = (yield* attempt(() => files.list("quarantine"))).map((name) => `quarantine/${name}`)
    const runs = inventory.runs.filter((run) => !kept.includes(run)).map(({ begun }) => begun.run)
    const sizes = yield* attempt(() => apart.map((path) => files.size(path) ?? 0))
    const programs = new Set(kept.map(({ begun }) => begun.program))
    return { results, objects, runs, programs, apart, bytes: sum([...objects.map(({ bytes }) => bytes), ...sizes]) }
  })

/** Removes it, results before what they speak of, so that no moment leaves one that cannot be read. */
export const remove = (
  files: Files,
  { apart, objects, results, runs }: Garbage
): Effect.Effect<void, StoreFailure | UnderWay> =>
  Effect.gen(function*() {
    const working = yield* attempt(() => {
      checkWritable(files)
      return files.list("leases").filter((name) => isHeld(files, name)).length
    })
    if (working > 0) return yield* new UnderWay({ folder: files.folder, steps: working })
    yield* attempt(() => {
      for (const { action } of results) files.remove(`actions/${action.slice(0, 2)}/${action}.json`)
      for (const { path } of objects) files.remove(path)
      for (const run of runs) files.remove(RunLog.pathOf(run))
      for (const path of apart) files.remove(path)
    })
  })

/** Whether a living process holds a lease. */
const isHeld = (files: Files, name: string): boolean => {
  const [, action] = /^([0-9a-f]{64})\.json$/.exec(name) ?? []
  if (action === undefined) return false
  const lease = Lease.take(files, action)
  lease?.release()
  return lease === undefined
}

const keptRuns = (
  runs: ReadonlyArray<RunLog.Run>,
  { keep, older, runs: count }: Choice,
  now: number
): ReadonlyArray<RunLog.Run> => {
  if (keep.length === 0 && count === undefined && older === undefined) return runs
  const byPipeline = [...Map.groupBy(runs, ({ begun }) => begun.pipeline)]
  const named = runs.filter(({ begun }) => keep.includes(begun.run))
  const latest = byPipeline
    .filter(([pipeline]) => keep.includes(pipeline))
    .flatMap(([, some]) =>
      [...Map.groupBy(some, ({ begun }) => canonical(begun.params)).values()].flatMap((same) => lastOf(same, 1))
    )
  const last = count === undefined ? [] : byPipeline.flatMap(([, some]) => lastOf(some, count))
  const young = older === undefined ? [] : runs.filter(({ begun }) => Date.parse(begun.started) > now - older * day)
  return [...new Set([...named, ...latest, ...last, ...young])]
}

/** The last that came to their end, and all that were started since: one that was stopped goes on from them. */
const lastOf = (runs: ReadonlyArray<RunLog.Run>, count: number): ReadonlyArray<RunLog.Run> => {
  const ended = runs.flatMap((run, index) => run.ended === undefined ? [] : [index])
  return runs.slice(ended.at(-count) ?? 0)
}

/** The results that may go. */
const unused = (
  inventory: Inventory.Inventory,
  kept: ReadonlyArray<RunLog.Run>,
  { keep, larger, older, runs }: Choice,
  now: number
): ReadonlyArray<Trace> => {
  if (keep.length === 0 && larger === undefined && older === undefined && runs === undefined) return []
  const reached = Inventory.usedBy(inventory, kept)
  return [...inventory.traces.values()].filter(
    (trace) =>
      !reached.has(trace)
      && (older === undefined || Date.parse(trace.finished) < now - older * day)
      && (larger === undefined || sum(Object.values(trace.outputs).map(({ bytes }) => bytes)) > larger)
  )
}

const day = 24 * 3600 * 1000
const sum = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0)

/** What is to be kept is not there. */
export class NoSuchRun extends Schema.TaggedError<NoSuchRun>()("NoSuchRun", {
  name: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  override get message() {
    return `the cache knows no run or pipeline "${this.name}"; name ${this.known.join(", ") || "nothing: it has no record of a run"}, or a run that dln diff lists`
  }
}

/** Something is being built. */
export class UnderWay extends Schema.TaggedError<UnderWay>()("UnderWay", { folder: Schema.String, steps: Schema.Int }) {
  override get message() {
    return `${this.steps === 1 ? "a step is" : `${this.steps} steps are`} being built in ${this.folder}, and nothing was removed; wait for the run to end, and try again`
  }
}
