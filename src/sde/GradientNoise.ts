// The noise of one example's gradient in a mode, from the data: with x_a = v_aᵀx, y_a = u_aᵀy and a network that is
// diagonal in the modes, the gradient of mode a is (w x_a − y_a) x_a, whose variance over the n examples is
//   C(w) = Var(x_a²) w² − 2 Cov(x_a², x_a y_a) w + Var(x_a y_a).
// For normal inputs and label noise σ it tends to 2(ŝ − w)² + σ² as n grows.
import * as Matrix from "../linalg/Matrix.ts"
import { mean } from "../stats/mean.ts"

/** C(w) = α₁w² − 2α₂w + α₃. */
export interface GradientNoise {
  /** α₁ = Var x²; 2 for x ~ N(0, 1). */
  readonly square: number
  /** α₂ = Cov(x², xy); 2s for y = s x + σξ. */
  readonly cross: number
  /** α₃ = Var xy; 2s² + σ². */
  readonly floor: number
}

/** C(w) ≥ 0. */
export const variance = ({ square, cross, floor }: GradientNoise, w: number): number =>
  Math.max(0, (square * w - 2 * cross) * w + floor)

/** Of examples x: n × d_0 and y: n × d_L, and a mode u, v. */
export const ofData = (x: Matrix.Matrix, y: Matrix.Matrix, u: Float64Array, v: Float64Array): GradientNoise => {
  const inputs = Matrix.multiply(x, Matrix.make(v.length, 1, v)).data
  const labels = Matrix.multiply(y, Matrix.make(u.length, 1, u)).data
  const squares = inputs.map((value) => value * value)
  const products = inputs.map((value, k) => value * labels[k]!)
  return {
    square: covariance(squares, squares),
    cross: covariance(squares, products),
    floor: covariance(products, products)
  }
}

/** (1/n) Σ (a − ā)(b − b̄): batches are drawn from these examples and no others. */
const covariance = (a: Float64Array, b: Float64Array): number => {
  const [centre, other] = [mean(a), mean(b)]
  return mean(a.map((value, k) => (value - centre) * (b[k]! - other)))
}
