// Orthonormal columns by Haar's measure, from any place of a stream, so that one stream gives several of them.
import * as Matrix from "../linalg/Matrix.ts"
import { qr } from "../linalg/qr.ts"
import * as Random from "../linalg/Random.ts"

/**
 * d × k with QᵀQ = I, k ≤ d, uniform on the Stiefel manifold: the Q, with R_ii > 0, of the Gaussian matrix that the
 * normals from … from + d·k − 1 of the stream fill. For k = d its determinant has either sign with equal probability.
 */
export const haar = (d: number, k: number, stream: Random.Stream, from = 0): Matrix.Matrix => {
  if (k > d) throw new Error(`${k} vectors of length ${d} cannot be orthonormal: ask for at most ${d}`)
  return qr(Matrix.make(d, k, Random.normals(stream, from, d * k))).Q
}
