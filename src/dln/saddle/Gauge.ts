// The symmetry of hidden layers: W_l → G_l W_l G_{l−1}⁻¹ with invertible G_1 … G_{L−1} and G_0 = I, G_L = I leaves the
// end-to-end matrix, and with it every critical point, its index and its nullity, as they are. Orthogonal moves leave
// the spectrum of the Hessian too.
import { exp, log } from "../../linalg/elementary.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
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
  const range = log(condition)
  const hidden = widths.slice(1, -1)
  const normals = Random.normals(stream, 0, hidden.reduce((sum, d) => sum + 2 * d * d, 0))
  const uniforms = range === 0 ? [] : Random.uniforms(stream, 0, hidden.reduce((sum, d) => sum + d, 0))
  let [from, fromUniform] = [0, 0]
  const moves = hidden.map((d) => {
    const both = Kernel.qFactors(d, d, normals.subarray(from, from += 2 * d * d)) // as haar.ts draws one
    const [Q, P] = [Matrix.make(d, d, both.subarray(0, d * d)), Matrix.make(d, d, both.subarray(d * d))]
    if (range === 0) {
      const matrix = Kernel.multiply(Q, Matrix.transpose(P))
      return { matrix, inverse: Matrix.transpose(matrix) }
    }
    const g = Array.from(uniforms.slice(fromUniform, fromUniform += d), (u) => exp((u - 0.5) * range))
    return { matrix: between(Q, g, P), inverse: between(P, g.map((value) => 1 / value), Q) }
  })
  const [first, last] = [Matrix.identity(widths[0]!), Matrix.identity(widths.at(-1)!)]
  return [{ matrix: first, inverse: first }, ...moves, { matrix: last, inverse: last }]
}

/** The weights after the move. */
export const move = (widths: ReadonlyArray<number>, weights: Float64Array, gauge: Gauge): Float64Array => {
  const moved = weights.slice()
  Network.layers(widths, moved).forEach((layer, index, { length: depth }) => {
    const turned = index + 1 < depth ? Kernel.multiply(gauge[index + 1]!.matrix, layer) : layer
    layer.data.set((index > 0 ? Kernel.multiply(turned, gauge[index]!.inverse) : turned).data)
  })
  return moved
}

/** A diag(g) Bᵀ of d × d matrices. */
const between = (A: Matrix.Matrix, g: ReadonlyArray<number>, B: Matrix.Matrix): Matrix.Matrix => {
  const d = g.length
  const scaled = Matrix.make(d, d)
  for (let row = 0, at = 0; row < d; row++) for (let k = 0; k < d; k++, at++) scaled.data[at] = A.data[at]! * g[k]!
  return Kernel.multiply(scaled, Matrix.transpose(B))
}
