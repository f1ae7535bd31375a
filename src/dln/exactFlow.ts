// The matrix W(t) of gradient flow on ½‖W − M‖²_F in closed form, where there is one: of two layers from any balanced
// start, and of more from a start that is aligned with M, mode by mode.
import * as Matrix from "../linalg/Matrix.ts"
import type { Svd } from "../linalg/svd.ts"
import { residuals } from "./balance.ts"
import { gradientFlow } from "./gradientFlow.ts"
import { modeStrengths } from "./modeFlow.ts"
import { coefficients } from "./modes.ts"
import * as Network from "./Network.ts"

/** W at times t = η·step that ascend. Throws where the start admits no closed form. */
export const exactFlow = (
  widths: ReadonlyArray<number>,
  start: Float64Array,
  target: Svd,
  times: ReadonlyArray<number>
): ReadonlyArray<Matrix.Matrix> => {
  const depth = Network.depth(widths)
  if (depth === 2) {
    const [first, second] = [Network.layer(widths, start, 1), Network.layer(widths, start, 2)]
    return times.map((time) => gradientFlow(target, first, second, time))
  }
  const end = Network.endToEnd(widths, start)
  const w = coefficients(end, target.U, target.V)
  const strengths = Array.from({ length: w.rows }, (_, a) => Matrix.at(w, a, a))
  const rest = Matrix.subtract(end, compose(target, strengths))
  const balanced = residuals(widths, start).every((residual) => residual === null || residual < 1e-9)
  if (!balanced || Matrix.frobenius(rest) > 1e-9 * Matrix.frobenius(end)) {
    throw new Error(`A flow of ${depth} layers is solved mode by mode: start balanced, and aligned with the target.`)
  }
  // A mode that starts at 0, up to the round-off of the basis, stays there.
  const least = 1e-14 * Matrix.frobenius(end)
  const courses = strengths.map((start, a) =>
    Math.abs(start) > least ? modeStrengths({ depth, teacher: target.s[a]!, start }, times) : times.map(() => 0))
  return times.map((_, at) => compose(target, courses.map((course) => course[at]!)))
}

const compose = ({ U, V }: Svd, strengths: ReadonlyArray<number>): Matrix.Matrix =>
  Matrix.multiply(Matrix.multiply(U, Matrix.diagonal(strengths)), Matrix.transpose(V))
