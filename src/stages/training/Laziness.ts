/** How lazy a run was: the relative change of its weights and of its tangent kernel from start to end. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { laziness } from "../../dln/laziness.ts"
import * as Stage from "../../engine/Stage.ts"
import { State } from "./GaussianStart.ts"
import * as Parameter from "../Parameter.ts"

export const Laziness = Stage.make(import.meta.url, "laziness", {
  params: { widths: Parameter.widths },
  inputs: { start: State, end: State },
  outputs: Schema.Struct({
    step: Schema.Int,
    /** ‖θ_t − θ_0‖/‖θ_0‖. */
    weight_change: Schema.NullOr(Schema.Finite),
    /** ‖K_t − K_0‖_F/‖K_0‖_F, K the tangent kernel. */
    kernel_change: Schema.NullOr(Schema.Finite)
  }),
  run: ({ widths }, { start, end }) =>
    Effect.sync(() => {
      const { step, weights } = end.rows[0]!
      const { weights: weight_change, kernel: kernel_change } = laziness(widths, start.rows[0]!.weights, weights)
      return [{ step, weight_change, kernel_change }]
    })
})
