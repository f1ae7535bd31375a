/** How far one SGD run lies from GD at matched checkpoints: in parameter space, layer by layer, in function space. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { functionDistance, layerDistances, meanLayerDistance, parameterDistance } from "../../dln/distance.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { Checkpoints } from "../training/Checkpoints.ts"
import * as Parameter from "../Parameter.ts"
import { weightsOf } from "../training/weightsOf.ts"

const real = Schema.NullOr(Schema.Finite)

export const ParameterDistance = Stage.make(import.meta.url, "parameter-distance", {
  params: { widths: Parameter.widths },
  inputs: { gd: Checkpoints.output, sgd: Checkpoints.output },
  outputs: {
    /** One row for each checkpoint that GD has; null where GD or the SGD run never reached it. */
    whole: Schema.Struct({
      checkpoint: Schema.String,
      /** ‖θ_GD − θ_SGD‖, ‖θ_GD‖ and ‖θ_SGD‖. */
      distance: real,
      norm: real,
      sgd_norm: real,
      /** ‖θ_GD − θ_SGD‖/‖θ_GD‖. */
      relative: real,
      /** θ_GD·θ_SGD/(‖θ_GD‖‖θ_SGD‖). */
      cosine: real,
      /** d, the mean over layers of ‖W_l,GD − W_l,SGD‖_F/‖W_l,GD‖_F. */
      layer_mean: real,
      /** ‖W_GD − W_SGD‖_F and its share of ‖W_GD‖_F. */
      function_distance: real,
      function_relative: real,
      /**
       * By how much ‖θ_GD − θ_SGD‖² misses the sum of its layers or the law of cosines, whichever is more, relative to
       * ‖θ_GD‖² + ‖θ_SGD‖²: round-off.
       */
      residual: real,
      /** When GD was there. */
      ...Checkpoint.moment
    }),
    layers: Schema.Struct({
      checkpoint: Schema.String,
      layer: Schema.Int,
      /** ‖W_l,GD − W_l,SGD‖_F, and d_l, its share of ‖W_l,GD‖_F. */
      distance: real,
      relative: real,
      ...Checkpoint.moment
    })
  },
  run: ({ widths }, { gd, sgd }) =>
    Effect.sync(() => {
      const others = new Map(Checkpoint.groups(sgd.rows).map((rows) => [rows[0]!.checkpoint, rows]))
      const compared = Checkpoint.groups(gd.rows).map((rows) => {
        const [mine, theirs] = [weightsOf(rows), weightsOf(others.get(rows[0]!.checkpoint) ?? [])]
        return { row: rows[0]!, found: mine && theirs && compare(widths, mine, theirs) }
      })
      return {
        whole: compared.map(({ row, found }) =>
          ({ checkpoint: row.checkpoint, ...(found?.whole ?? nowhere), ...Checkpoint.momentOf(row) })),
        layers: compared.flatMap(({ row, found }) =>
          widths.slice(1).map((_, index) => ({
            checkpoint: row.checkpoint,
            layer: index + 1,
            distance: found?.layers[index]!.distance ?? null,
            relative: found?.layers[index]!.relative ?? null,
            ...Checkpoint.momentOf(row)
          })))
      }
    })
})

const compare = (widths: ReadonlyArray<number>, mine: Float64Array, theirs: Float64Array) => {
  const theta = parameterDistance(mine, theirs)
  const layers = layerDistances(widths, mine, theirs)
  const inFunction = functionDistance(widths, mine, theirs)
  const sgd_norm = parameterDistance(theirs, mine).norm
  const [square, squares] = [theta.distance * theta.distance, theta.norm * theta.norm + sgd_norm * sgd_norm]
  const misses = [
    square - layers.reduce((sum, layer) => sum + layer.distance * layer.distance, 0),
    square - squares + 2 * theta.norm * sgd_norm * (theta.cosine ?? 0)
  ]
  return {
    layers,
    whole: {
      distance: theta.distance,
      norm: theta.norm,
      sgd_norm,
      relative: theta.relative,
      cosine: theta.cosine,
      layer_mean: meanLayerDistance(layers),
      function_distance: inFunction.distance,
      function_relative: inFunction.relative,
      residual: squares === 0 ? null : Math.max(...misses.map(Math.abs)) / squares
    }
  }
}

const nowhere = {
  distance: null, norm: null, sgd_norm: null, relative: null, cosine: null, layer_mean: null,
  function_distance: null, function_relative: null, residual: null
}
