/**
 * The exact law of balance, held against one step of the trainer: with G_l = W_l W_lᵀ − W_{l+1}ᵀ W_{l+1},
 * a step of GD or SGD changes G_l by η²(g_l g_lᵀ − g_{l+1}ᵀ g_{l+1}) and nothing else.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stepResiduals } from "../../dln/balance.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import { State } from "../training/GaussianStart.ts"
import { Problem } from "../training/Problem.ts"
import { settings, trainingOf } from "../training/training.ts"

export const BalanceIdentity = Stage.make(import.meta.url, "balance-identity", {
  params: settings,
  inputs: { statistics: Problem.output.statistics, data: Problem.output.data, state: State },
  outputs: Schema.Struct({
    /** Steps before the one that is tested. */
    step: Schema.Int,
    /** l: the identity is that of layers l and l + 1. */
    layer: Schema.Int,
    /** Its residual relative to the norms that it is made of; null where they are all zero. */
    residual: Schema.NullOr(Schema.Finite)
  }),
  run: (params, { statistics, data, state }) =>
    Effect.sync(() => {
      const { widths, learningRate } = params
      const training = trainingOf(params, statistics, data)
      const { step, weights: before } = state.rows[0]!
      const gradient = Kernel.gradient(training, before, step)
      const after = before.slice()
      Kernel.train(training, after, step, 1, 1)
      return stepResiduals({ widths, before, after, gradient, learningRate })
        .map((residual, index) => ({ step, layer: index + 1, residual }))
    })
})
