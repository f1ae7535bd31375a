/** Runs of one training that differ in their order of batches alone, read as they go; one that diverges fails all. */
import * as Effect from "effect/Effect"
import { modeRun, type Run } from "../dln/modeRun.ts"
import type { Table } from "../engine/Table.ts"
import type { Training } from "../linalg/Training.ts"
import { type Diverged, divergence } from "./Diverged.ts"
import { type Data, type Settings, type Statistics, trainingOf } from "./training.ts"

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

/** What `read` saw of each run. */
export const ensemble = <A>(
  { settings, statistics, data, start, runs, steps, every }: Ensemble,
  read: (weights: Float64Array, step: number, training: Training) => A
): Effect.Effect<ReadonlyArray<{ readonly run: number; readonly readings: Run<A>["readings"] }>, Diverged> => {
  const { batches } = settings
  return Effect.forEach(Array.from({ length: batches === null ? 1 : runs }, (_, index) => index), (index) => {
    const own = { ...settings, batches: batches && { ...batches, run: batches.run + index } }
    const training = trainingOf(own, statistics, data)
    const { divergedAt, readings } = modeRun(training, start.rows[0]!.weights, { steps, every }, (weights, step) =>
      read(weights, step, training))
    return divergedAt === undefined
      ? Effect.succeed({ run: own.batches?.run ?? 0, readings })
      : Effect.fail(divergence(own, training, divergedAt))
  })
}
