/** Whether the learning rate is within the bounds of stability, told before the run. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stability, warnings } from "../../dln/stability.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { State } from "./GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "./Problem.ts"

export const Stability = Stage.make(import.meta.url, "stability", {
  params: { widths: Parameter.widths, learningRate: Parameter.learningRate, batch: Parameter.batch },
  inputs: { statistics: Problem.output.statistics, start: State },
  outputs: Schema.Struct({
    /** κ at the balanced minimum, L s_1^(2 − 2/L), and the learning rate 2/κ that GD needs to stay below there. */
    minimum_curvature: Schema.Finite,
    minimum_bound: Schema.Finite,
    /** The largest |eigenvalue| of the Hessian at the start, and 2 over it; ∞ at a start of no curvature. */
    start_curvature: Schema.Finite,
    start_bound: Schema.Number,
    warning: Schema.NullOr(Schema.String)
  }),
  run: ({ widths, learningRate, batch }, { statistics, start }) =>
    Effect.sync(() => {
      const { xx, target } = statistics.rows[0]!
      const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
      const found = stability(widths, start.rows[0]!.weights, { xx: Matrix.make(inputs, inputs, xx), target: Matrix.make(outputs, inputs, target) })
      const said = warnings(found, { learningRate, batch })
      const bounds = { minimum: 2 / found.balancedMinimum, start: 2 / found.hessianAtStart }
      return [{
        minimum_curvature: found.balancedMinimum,
        minimum_bound: bounds.minimum,
        start_curvature: found.hessianAtStart,
        start_bound: bounds.start,
        warning: said.length === 0 ? null
          : `${said.join("; ")} (GD's bounds: ${bounds.minimum.toPrecision(3)} at the balanced minimum, ${bounds.start.toPrecision(3)} by the Hessian at the start)`
      }]
    })
})
