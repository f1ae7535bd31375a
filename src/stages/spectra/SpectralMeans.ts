/** The mean singular-value pattern of S runs of SGD, taken of logarithms, with its bootstrap interval over runs. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { byCheckpoint, patternOf, sharedPlace } from "../checkpointRuns.ts"
import { patternEstimator } from "../estimator.ts"
import { LogSpectra } from "./LogSpectra.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const SpectralMeans = Stage.make(import.meta.url, "spectral-means", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { sgd: Schema.Struct({ run: Schema.Int, ...LogSpectra.output.fields }) },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    i: Schema.Int,
    j: Schema.Int,
    k: Schema.Int,
    factors: Schema.Int,
    /** Mean over runs of ln max(σ_k, δ), and its interval, which is null where all runs agree. */
    log_sigma: real,
    log_sigma_low: real,
    log_sigma_high: real,
    /** The same of ln σ_k − ln σ_1. */
    shape: real,
    shape_low: real,
    shape_high: real,
    /** Runs that reached the checkpoint, and those of them in which the value is floored. */
    runs: Schema.Int,
    floored: Schema.Int,
    ...Checkpoint.place
  }),
  run: (interval, { sgd }) =>
    Effect.sync(() => {
      const estimatesOf = patternEstimator(interval)
      return [...byCheckpoint(sgd.rows)].flatMap(([checkpoint, all]) => {
        const reached = all.filter(({ rows }) => rows[0]!.log_sigma !== null)
        const logs = estimatesOf(reached.map(({ rows }) => patternOf(rows, ({ log_sigma }) => log_sigma)!))
        const shapes = estimatesOf(reached.map(({ rows }) => patternOf(rows, ({ shape }) => shape)!))
        const place = sharedPlace(all.map(({ rows }) => rows[0]!))
        return all[0]!.rows.map(({ i, j, k, factors }, entry) => {
          const value = logs[entry]
          const shape = shapes[entry]
          return {
            checkpoint,
            i,
            j,
            k,
            factors,
            log_sigma: value?.mean ?? null,
            log_sigma_low: value?.bootstrap?.low ?? null,
            log_sigma_high: value?.bootstrap?.high ?? null,
            shape: shape?.mean ?? null,
            shape_low: shape?.bootstrap?.low ?? null,
            shape_high: shape?.bootstrap?.high ?? null,
            runs: reached.length,
            floored: reached.filter(({ rows }) => rows[entry]!.floored).length,
            ...place
          }
        })
      })
    })
})
