// Orthonormal columns by Haar's measure, from any place of a stream, so that one stream gives several of them.
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"
import * as Random from "../linalg/Random.ts"

/**
 * d × k with QᵀQ = I, k ≤ d, uniform on the Stiefel manifold: the Q, with R_ii > 0, of the Gaussian matrix that the
 * normals from … from + d·k − 1 of the stream fill. For k = d its determinant has either sign with equal probability.
 */
export const haar = (d: number, k: number, stream: Random.Stream, from = 0): Matrix.Matrix => haars(1, d, k, stream, from)[0]!

/** `count` of them, from places d·k apart. */
export const haars = (
  count: number, d: number, k: number, stream: Random.Stream, from = 0
): ReadonlyArray<Matrix.Matrix> => {
  if (k > d) throw new Error(`${k} vectors of length ${d} cannot be orthonormal: ask for at most ${d}`)
  const all = Kernel.qFactors(d, k, Random.normals(stream, from, count * d * k))
  return Array.from({ length: count }, (_, index) => Matrix.make(d, k, all.subarray(index * d * k, (index + 1) * d * k)))
}
