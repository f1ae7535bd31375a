/** Runs of one training that differ in their order of batches alone, read as they go. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { modeRuns, type Run } from "../../dln/modeRun.ts"
import type { Table } from "../../engine/Table.ts"
import type { Training } from "../../linalg/Training.ts"
import { type Diverged, divergence } from "./Diverged.ts"
import { batchStream, type Data, type Settings, type Statistics, trainingOf } from "./training.ts"

interface Ensemble {
  readonly settings: Settings
  readonly statistics: Table<Statistics>
  readonly data: Table<Data>
  readonly start: Table<{ readonly weights: Float64Array }>
  /** How many runs, the first of which the settings name; GD has one, which is run 0. */
  readonly runs: number
  readonly steps: number
  readonly every: number
}

/** What `read` saw of a run that stayed among the numbers. */
export interface Course<A> {
  readonly run: number
  readonly training: Training
  readonly readings: Run<A>["readings"]
}

/** A run that left the numbers, and so is in no other table. */
export const Lost = Schema.Struct({
  /** L, and d_0: how many modes its network has room for. */
  layers: Schema.Int,
  width: Schema.Int,
  /** B; 0 for GD. */
  batch: Schema.Int,
  run: Schema.Int,
  /** After which a weight was first not finite, and η times that. */
  step: Schema.Int,
  time: Schema.Finite,
  /** What to do about it. */
  message: Schema.String
})

export interface Outcome<A> {
  readonly courses: ReadonlyArray<Course<A>>
  readonly diverged: ReadonlyArray<typeof Lost.Type>
}

/** Runs that diverge are told of beside the others; fails where none is left. */
export const ensemble = <A>(
  { settings, statistics, data, start, runs, steps, every }: Ensemble,
  read: (weights: Float64Array, step: number) => A
): Effect.Effect<Outcome<A>, Diverged> => {
  const { batches, learningRate, widths } = settings
  const shape = { layers: widths.length - 1, width: widths[0]!, batch: batches?.size ?? 0 }
  const training = trainingOf(settings, statistics, data)
  const all = batches === null ? [{ run: 0, own: settings, training }] : Array.from({ length: runs }, (_, index) => {
    const own = { ...batches, run: batches.run + index }
    return {
      run: own.run,
      own: { ...settings, batches: own },
      training: { ...training, batches: { ...training.batches!, stream: batchStream(own) } }
    }
  })
  const found = modeRuns(all.map(({ training }) => training), start.rows[0]!.weights, { steps, every }, read)
  const failures = all.flatMap(({ run, own, training }, index) => {
    const step = found[index]!.divergedAt
    if (step === undefined) return []
    return [{ run, step, time: learningRate * step, failure: divergence(own, training, step) }]
  })
  if (failures.length === all.length) return Effect.fail(failures[0]!.failure)
  return Effect.succeed({
    courses: all.flatMap(({ run, training }, index) => {
      const { divergedAt, readings } = found[index]!
      return divergedAt === undefined ? [{ run, training, readings }] : []
    }),
    diverged: failures.map(({ failure, ...lost }) => ({ ...shape, ...lost, message: failure.message }))
  })
}
