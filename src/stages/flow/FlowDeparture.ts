/** How far GD of finite steps lies from the flow that it follows, W(t) of which is known in closed form. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { exactFlow } from "../../dln/exactFlow.ts"
import * as Network from "../../dln/Network.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { svd } from "../../linalg/svd.ts"
import { Diverged, divergence } from "../training/Diverged.ts"
import { State } from "../training/GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { settings, trainingOf } from "../training/training.ts"

export const FlowDeparture = Stage.make(import.meta.url, "flow-departure", {
  params: {
    widths: settings.widths,
    learningRate: settings.learningRate,
    horizon: Parameter.horizon,
    points: Parameter.points
  },
  inputs: { statistics: Problem.output.statistics, data: Problem.output.data, start: State },
  outputs: {
    /** After the start, where there is none. */
    course: Schema.Struct({
      time: Schema.Finite,
      /** ‖W_GD − W_flow‖_F/‖M̂‖_F. */
      departure: Schema.Finite
    }),
    entries: Schema.Struct({
      /** 0, 1, 2, …: which of the times it is. */
      reading: Schema.Int,
      time: Schema.Finite,
      /** Row and column of W, from 1. */
      i: Schema.Int,
      j: Schema.Int,
      gd: Schema.Finite,
      flow: Schema.Finite
    })
  },
  errors: [Diverged],
  run: Effect.fnUntraced(function*({ widths, learningRate, horizon, points }, { statistics, data, start }) {
    const gd = { widths, learningRate, batches: null }
    const training = trainingOf(gd, statistics, data)
    const { target } = training.statistics
    const steps = Array.from({ length: points }, (_, index) => (horizon * index) / (points - 1))
      .map((time) => Math.round(time / learningRate))
    const times = steps.map((step) => learningRate * step)
    const exact = exactFlow(widths, start.rows[0]!.weights, svd(target), times)
    const weights = start.rows[0]!.weights.slice()
    const found = yield* Effect.forEach(steps, Effect.fnUntraced(function*(step, at) {
      const from = steps[at - 1] ?? 0
      const { divergedAt } = Kernel.train(training, weights, from, step - from, NO_LOSS)
      return divergedAt === undefined ? Network.endToEnd(widths, weights) : yield* divergence(gd, training, divergedAt)
    }))
    const size = Matrix.frobenius(target)
    return {
      course: times
        .map((time, at) => ({ time, departure: Matrix.frobenius(Matrix.subtract(found[at]!, exact[at]!)) / size }))
        .slice(1),
      entries: times.flatMap((time, at) =>
        Array.from(target.data, (_, entry) => ({
          reading: at,
          time,
          i: Math.floor(entry / target.columns) + 1,
          j: (entry % target.columns) + 1,
          gd: found[at]!.data[entry]!,
          flow: exact[at]!.data[entry]!
        })))
    }
  })
})

/** No loss is due after step 0. */
const NO_LOSS = 2_147_483_647
