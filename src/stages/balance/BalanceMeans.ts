/** The mean over S runs of the balance residual r_l and of the drift of G_l, with the bootstrap interval of each. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { BalanceCourse } from "./BalanceCourse.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { sharedPlace } from "../checkpointRuns.ts"
import { estimator } from "../estimator.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const BalanceMeans = Stage.make(import.meta.url, "balance-means", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { courses: Schema.Struct({ run: Schema.Int, ...BalanceCourse.output.fields }) },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    layer: Schema.Int,
    residual: real,
    /** Null where all runs agree, as one run does. */
    residual_low: real,
    residual_high: real,
    drift: real,
    drift_low: real,
    drift_high: real,
    /** Runs that reached the checkpoint with layers that are not zero. */
    runs: Schema.Int,
    ...Checkpoint.place
  }),
  run: (interval, { courses }) =>
    Effect.sync(() => {
      const estimateOf = estimator(interval)
      return Checkpoint.groups(courses.rows).flatMap((rows) =>
        [...Map.groupBy(rows, ({ layer }) => layer)].map(([layer, runs]) => {
          const reached = runs.filter(({ residual }) => residual !== null)
          const residual = estimateOf(reached.map((row) => row.residual!))
          const drift = estimateOf(reached.map((row) => row.drift!))
          return {
            checkpoint: rows[0]!.checkpoint,
            layer,
            residual: residual?.mean ?? null,
            residual_low: residual?.bootstrap?.low ?? null,
            residual_high: residual?.bootstrap?.high ?? null,
            drift: drift?.mean ?? null,
            drift_low: drift?.bootstrap?.low ?? null,
            drift_high: drift?.bootstrap?.high ?? null,
            runs: reached.length,
            ...sharedPlace(rows)
          }
        }))
    })
})
