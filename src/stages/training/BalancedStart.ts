/** The start of a network: balanced weights W_l = a·Q_l D_l Q_{l−1}ᵀ, which flow keeps balanced. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { balanced } from "../../dln/start.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import { State } from "./GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "./Problem.ts"

export const BalancedStart = Stage.make(import.meta.url, "balanced-start", {
  params: { widths: Parameter.widths, scale: Parameter.scale, seed: Parameter.seed, replicate: Parameter.replicate },
  inputs: { statistics: Problem.output.statistics },
  outputs: {
    state: State,
    /** Whether Q_0 was changed so that det W(0) has the target's sign; null where the question does not arise. */
    sign: Schema.Struct({ flipped: Schema.NullOr(Schema.Boolean) })
  },
  run: ({ widths, scale, seed, replicate }, { statistics }) =>
    Effect.sync(() => {
      const towards = Matrix.make(widths.at(-1)!, widths[0]!, statistics.rows[0]!.target)
      const stream = Random.stream(seed, "balanced start", replicate)
      const { weights, flipped } = balanced({ widths, scale, stream, towards })
      return { state: [{ step: 0, weights }], sign: [{ flipped }] }
    })
})
