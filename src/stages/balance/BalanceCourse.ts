/** How balanced adjacent layers are along a run, and how far G_l = W_l W_lᵀ − W_{l+1}ᵀ W_{l+1} has moved. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { balance, imbalances } from "../../dln/balance.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { Checkpoints } from "../training/Checkpoints.ts"
import { State } from "../training/GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { weightsOf } from "../training/weightsOf.ts"

const real = Schema.NullOr(Schema.Finite)

export const BalanceCourse = Stage.make(import.meta.url, "balance-course", {
  params: { widths: Parameter.widths },
  inputs: { start: State, checkpoints: Checkpoints.output },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    /** l: the residual is that of layers l and l + 1. */
    layer: Schema.Int,
    /** r_l = ‖G_l‖_F/(‖W_l W_lᵀ‖_F + ‖W_{l+1}ᵀ W_{l+1}‖_F); null where not reached, and for 0/0, layers of zeros. */
    residual: real,
    /** ‖G_l(t)‖_F, and ‖G_l(t) − G_l(0)‖_F, which gradient flow keeps at 0. */
    defect: real,
    drift: real,
    ...Checkpoint.moment
  }),
  run: ({ widths }, { start, checkpoints }) =>
    Effect.sync(() => {
      const before = balance(widths, start.rows[0]!.weights)
      return Checkpoint.groups(checkpoints.rows).flatMap((rows) => {
        const weights = weightsOf(rows)
        const now = weights && imbalances(widths, weights)
        return before.map((initial, index) => ({
          checkpoint: rows[0]!.checkpoint,
          layer: index + 1,
          residual: now && now[index]!.residual,
          defect: now && Matrix.frobenius(now[index]!.defect),
          drift: now && Matrix.frobenius(Matrix.subtract(now[index]!.defect, initial)),
          ...Checkpoint.momentOf(rows[0]!)
        }))
      })
    })
})
