/** How far G_l has moved between two states of a run: ‖G_l(T) − G_l(0)‖_F, of order η at a fixed time T = η·step. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { balance } from "../../dln/balance.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { State } from "../training/GaussianStart.ts"
import * as Parameter from "../Parameter.ts"

export const BalanceDrift = Stage.make(import.meta.url, "balance-drift", {
  params: { widths: Parameter.widths },
  inputs: { start: State, end: State },
  outputs: Schema.Struct({
    step: Schema.Int,
    /** l of G_l. */
    layer: Schema.Int,
    drift: Schema.Finite
  }),
  run: ({ widths }, { start, end }) =>
    Effect.sync(() => {
      const { step, weights } = end.rows[0]!
      const before = balance(widths, start.rows[0]!.weights)
      return balance(widths, weights).map((after, index) =>
        ({ step, layer: index + 1, drift: Matrix.frobenius(Matrix.subtract(after, before[index]!)) }))
    })
})
