// The rank of a product of layers at a critical point, where singular values are either of the size of the factors or
// round-off: what lies between is said to be unclear instead of being decided by a threshold.
import * as Kernel from "../../linalg/Kernel.ts"
import type { Matrix } from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"

export interface ExactRank {
  readonly rank: number
  /** False where a singular value lies between 1e-10 and 1e-7 of the size of the factors. */
  readonly isClear: boolean
}

/** Of singular values, descending, of a product whose factors have spectral norms with the product `size`. */
export const exactRank = (singularValues: Float64Array, size: number): ExactRank => {
  const above = (threshold: number): number => singularValues.filter((value) => value > threshold * size).length
  return { rank: above(UNCLEAR.high), isClear: above(UNCLEAR.low) === above(UNCLEAR.high) }
}

const UNCLEAR = { low: 1e-10, high: 1e-7 }

/** Descending; none for a matrix without rows or columns. */
export const spectrumOf = (matrix: Matrix): Float64Array =>
  matrix.data.length === 0 ? new Float64Array(0) : Kernel.singularValues(matrix)

/** ‖W‖ as the largest singular value; 0 for a matrix without rows or columns. */
export const spectralNorm = (matrix: Matrix): number => spectrumOf(matrix)[0] ?? 0

/** ∏ ‖W_l‖ over l = i … j, spectral norms, for any i and j: 1 where there is no such l. */
export const sizes = (widths: ReadonlyArray<number>, weights: Float64Array): ((i: number, j: number) => number) => {
  const norms = Network.layers(widths, weights).map(spectralNorm)
  return (i, j) => norms.slice(i - 1, j).reduce((product, norm) => product * norm, 1)
}
