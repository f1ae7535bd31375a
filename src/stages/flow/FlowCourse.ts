/** The flow of each mode in closed form, from an aligned start: by the mode equation; of two layers, by matrices too. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { gradientFlow } from "../../dln/gradientFlow.ts"
import { modeStrengths } from "../../dln/modeFlow.ts"
import { coefficients } from "../../dln/modes.ts"
import * as Network from "../../dln/Network.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { svd } from "../../linalg/svd.ts"
import { State } from "../training/GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { signalOf } from "../signal.ts"

export const FlowCourse = Stage.make(import.meta.url, "flow-course", {
  params: { widths: Parameter.widths, horizon: Parameter.horizon, points: Parameter.points },
  inputs: { statistics: Problem.output.statistics, modes: Problem.output.modes, start: State },
  outputs: Schema.Struct({
    time: Schema.Finite,
    mode: Schema.Int,
    /** s_a, the teacher's singular value. */
    teacher: Schema.Finite,
    /** u_a(t) of du/dt = L u^(2−2/L)(ŝ − u). */
    strength: Schema.Finite,
    /** u_aᵀ W(t) v_a of the solution for all entries at once; null beyond two layers. */
    matrix_strength: Schema.NullOr(Schema.Finite)
  }),
  run: ({ widths, horizon, points }, { statistics, modes, start }) =>
    Effect.sync(() => {
      const depth = widths.length - 1
      const { U, V, s } = signalOf(modes, widths.at(-1)!, widths[0]!)
      const teachers = modes.rows.flatMap(({ teacher_value }) => teacher_value ?? [])
      const weights = start.rows[0]!.weights
      const w = coefficients(Network.endToEnd(widths, weights), U, V)
      const times = Array.from({ length: points }, (_, index) => (horizon * index) / (points - 1))
      const target = svd(Matrix.make(widths.at(-1)!, widths[0]!, statistics.rows[0]!.target))
      const [first, second] = [Network.layer(widths, weights, 1), Network.layer(widths, weights, 2)]
      const matrices = depth > 2 ? null : times.map((time) => gradientFlow(target, first, second, time))
      const solved = matrices && matrices.map((w) => coefficients(w, U, V))
      return teachers.flatMap((teacher, a) => {
        const strengths = modeStrengths({ depth, teacher: s[a]!, start: Matrix.at(w, a, a) }, times)
        return times.map((time, at) => ({
          time,
          mode: a + 1,
          teacher,
          strength: strengths[at]!,
          matrix_strength: solved && Matrix.at(solved[at]!, a, a)
        }))
      })
    })
})
