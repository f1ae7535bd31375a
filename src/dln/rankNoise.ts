// Perturbations N of a matrix M = U diag(s) Vᵀ of known rank r, to try a rank estimator on A = M + N (protocol I).
//
// Matrices of rank r are a surface, and the part of N tangent to it at M, N − (I − UUᵀ) N (I − VVᵀ), moves M along it:
// only in second order does it lift the singular values beyond r, to about |N|²/s_r, where the rest lifts them to |N|.
// SGD writes every step as a product of layers, so its noise is nearly tangent; independent noise of equal size is not.
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"

/** The singular vectors of M: U is d_out × r, V is d_in × r, both with orthonormal columns. */
export interface Frame {
  readonly U: Matrix.Matrix
  readonly V: Matrix.Matrix
}

/** What of N is tangent to the matrices of rank r at M: at most of rank 2r. */
export const tangentPart = ({ U, V }: Frame, noise: Matrix.Matrix): Matrix.Matrix => {
  const left = Matrix.subtract(noise, Matrix.multiply(U, Matrix.multiply(Matrix.transpose(U), noise)))
  const normal = Matrix.subtract(left, Matrix.multiply(Matrix.multiply(left, V), Matrix.transpose(V)))
  return Matrix.subtract(noise, normal)
}

/** Tangent noise made of independent N(0, σ²) entries, scaled so that the mean of its squared entries is σ² as well. */
export const tangentNoise = (frame: Frame, noise: Matrix.Matrix): Matrix.Matrix => {
  const [rows, columns, rank] = [noise.rows, noise.columns, frame.U.columns]
  const dimensions = rows * columns - (rows - rank) * (columns - rank)
  return Matrix.scale(tangentPart(frame, noise), Math.sqrt((rows * columns) / dimensions))
}

/** The size of a perturbation as the σ of independent entries: √(mean of the squared entries). */
export const deviation = (noise: Matrix.Matrix): number =>
  Matrix.frobenius(noise) / Math.sqrt(noise.rows * noise.columns)

/** ‖tangent part‖²/‖N‖² in [0, 1]; null where N = 0. */
export const tangentShare = (frame: Frame, noise: Matrix.Matrix): number | null => {
  const whole = Matrix.dot(noise, noise)
  const part = tangentPart(frame, noise)
  return whole === 0 ? null : Matrix.dot(part, part) / whole
}

/**
 * Where the largest singular value of independent noise lies beyond M's: σ(√(d_out − r) + √(d_in − r)), the edge of the
 * noise block that M does not reach. Over s_1 it is the ε that such noise asks for at least.
 * Source: Marchenko and Pastur; Bai and Yin for the edge.
 */
export const noiseEdge = (sigma: number, rows: number, columns: number, rank: number): number =>
  sigma * (Math.sqrt(rows - rank) + Math.sqrt(columns - rank))

/**
 * max_k |σ_k(M + N) − σ_k(M)|/‖N‖₂ ≤ 1 by Weyl's inequality, from the singular values of M + N and those of M, largest
 * first and 0 where M has no more; null where N = 0.
 */
export const weylRatio = (found: Float64Array, signal: Float64Array, noise: Matrix.Matrix): number | null => {
  const size = Kernel.singularValues(noise)[0]!
  const moved = found.map((value, k) => Math.abs(value - (signal[k] ?? 0)))
  return size === 0 ? null : Math.max(...moved) / size
}
