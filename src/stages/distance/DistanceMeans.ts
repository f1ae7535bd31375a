/** E_B of every distance between GD and SGD: the mean over the SGD runs, which differ in their batches alone. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { firstModeOf } from "../../dln/levels.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { estimator } from "../estimator.ts"
import { ParameterDistance } from "./ParameterDistance.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)
const quantities = ["distance", "relative", "cosine", "layer_mean", "function_distance", "function_relative"] as const
const { layers, whole } = ParameterDistance.output

export const DistanceMeans = Stage.make(import.meta.url, "distance-means", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: {
    whole: Schema.Struct({ run: Schema.Int, ...whole.fields }),
    layers: Schema.Struct({ run: Schema.Int, ...layers.fields })
  },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    /** A column of the distances of one run, or "layer": the relative distance d_l of the layer that stands beside. */
    quantity: Schema.Literals([...quantities, "layer"]),
    layer: Schema.NullOr(Schema.Int),
    /** Null where GD or every SGD run never reached the checkpoint. */
    mean: real,
    /** Percentile bootstrap over runs, and Student's t; null where all runs agree, as one run does. */
    low: real,
    high: real,
    student_low: real,
    student_high: real,
    /** SGD runs that reached the checkpoint. */
    runs: Schema.Int,
    /** The first mode of the drop. */
    first_mode: Schema.NullOr(Schema.Int),
    /** When GD was there. */
    ...Checkpoint.moment
  }),
  run: (interval, tables) =>
    Effect.sync(() => {
      const estimateOf = estimator(interval)
      const meanOf = (values: ReadonlyArray<number>) => {
        const found = estimateOf(values)
        return {
          mean: found?.mean ?? null,
          low: found?.bootstrap?.low ?? null,
          high: found?.bootstrap?.high ?? null,
          student_low: found?.student?.low ?? null,
          student_high: found?.student?.high ?? null,
          runs: values.length
        }
      }
      const perCheckpoint = Checkpoint.groups(tables.whole.rows).flatMap((rows) =>
        quantities.map((quantity) => ({
          checkpoint: rows[0]!.checkpoint,
          quantity,
          layer: null,
          ...meanOf(rows.flatMap((row) => row[quantity] ?? [])),
          ...escaped(rows[0]!),
          ...Checkpoint.momentOf(rows[0]!)
        })))
      const perLayer = Checkpoint.groups(tables.layers.rows).flatMap((rows) =>
        [...Map.groupBy(rows, ({ layer }) => layer)].map(([layer, runs]) => ({
          checkpoint: rows[0]!.checkpoint,
          quantity: "layer" as const,
          layer,
          ...meanOf(runs.flatMap(({ relative }) => relative ?? [])),
          ...escaped(rows[0]!),
          ...Checkpoint.momentOf(rows[0]!)
        })))
      return [...perCheckpoint, ...perLayer]
    })
})

const escaped = ({ drop }: { readonly drop: string | null }) => ({ first_mode: drop === null ? null : firstModeOf(drop) })
