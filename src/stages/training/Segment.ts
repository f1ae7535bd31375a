/** Some steps of training: the curve of the full training loss over them, and the weights at their end. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import { Diverged, divergence } from "./Diverged.ts"
import { State } from "./GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "./Problem.ts"
import { settings, trainingOf } from "./training.ts"

export const Segment = Stage.make(import.meta.url, "train", {
  params: { ...settings, from: Parameter.from, steps: Parameter.steps, lossEvery: Parameter.lossEvery },
  inputs: { statistics: Problem.output.statistics, data: Problem.output.data, state: State },
  outputs: {
    curve: Schema.Struct({
      step: Schema.Int,
      /** η·step. */
      time: Schema.Finite,
      /** ℓ, the loss on the whole data set. */
      loss: Schema.Finite,
      /** ℓ − ℓ_min. */
      excess: Schema.Finite
    }),
    state: State
  },
  errors: [Diverged],
  run: Effect.fn("train")(function*(params, { statistics, data, state }) {
    const { widths, learningRate, from, steps, lossEvery } = params
    const training = trainingOf(params, statistics, data)
    const weights = state.rows[0]!.weights.slice()
    const losses = Kernel.train(training, weights, from, steps, lossEvery)
    if (losses.divergedAt !== undefined) return yield* divergence(params, training, losses.divergedAt)
    // A segment answers for the steps after `from` up to its end; the first one for the start as well.
    const first = from === 0 ? 0 : 1
    const end = from + steps
    const step = [...losses.steps.subarray(first), end]
    const excess = [...losses.values.subarray(first), Kernel.excessLoss(widths, weights, training.statistics)]
    const least = statistics.rows[0]!.loss_min
    return {
      curve: { step, time: step.map((s) => learningRate * s), loss: excess.map((value) => value + least), excess },
      state: [{ step: end, weights }]
    }
  })
})
