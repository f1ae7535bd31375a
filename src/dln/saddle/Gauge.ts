// The symmetry of hidden layers: W_l → G_l W_l G_{l−1}⁻¹ with invertible G_1 … G_{L−1} and G_0 = I, G_L = I leaves the
// end-to-end matrix, and with it every critical point, its index and its nullity, as they are. Orthogonal moves leave
// the spectrum of the Hessian too.
import { exp, log } from "../../linalg/elementary.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import { product } from "../../linalg/reference/product.ts"
import { haars } from "../haar.ts"
import * as Network from "../Network.ts"

/** G_l and G_l⁻¹ for l = 0 … L, identities at both ends. */
export type Gauge = ReadonlyArray<{ readonly matrix: Matrix.Matrix; readonly inverse: Matrix.Matrix }>

/**
 * G_l = Q diag(g) Pᵀ with Q and P Haar and log g uniform in ±½ log `condition`, so that no G_l has a larger condition
 * number; condition 1 makes all of them orthogonal.
 */
export const random = (
  widths: ReadonlyArray<number>,
  { condition, stream }: { readonly condition: number; readonly stream: Random.Stream }
): Gauge => {
  if (!(condition >= 1 && condition < Infinity)) throw new Error(`A condition is finite and ≥ 1, got ${condition}.`)
  let from = 0
  let fromUniform = 0
  return widths.map((d, l) => {
    if (l === 0 || l === Network.depth(widths)) return { matrix: Matrix.identity(d), inverse: Matrix.identity(d) }
    const [Q, P] = haars(2, d, d, stream, from) as [Matrix.Matrix, Matrix.Matrix]
    const g = Random.uniforms(stream, fromUniform, d).map((u) => exp((u - 0.5) * log(condition)))
    from += 2 * d * d
    fromUniform += d
    return { matrix: between(Q, g, P), inverse: between(P, g.map((value) => 1 / value), Q) }
  })
}

/** The weights after the move. */
export const move = (widths: ReadonlyArray<number>, weights: Float64Array, gauge: Gauge): Float64Array =>
  Network.flatten(Network.layers(widths, weights).map((W, index) =>
    Matrix.multiply(Matrix.multiply(gauge[index + 1]!.matrix, W), gauge[index]!.inverse)))

/** A diag(g) Bᵀ of d × d matrices. */
const between = (A: Matrix.Matrix, g: Float64Array, B: Matrix.Matrix): Matrix.Matrix => {
  const d = g.length
  const scaled = A.data.map((entry, at) => entry * g[at % d]!)
  const result = Matrix.make(d, d)
  product(d, d, d, scaled, d, 1, B.data, 1, d, result.data)
  return result
}
