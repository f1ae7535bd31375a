// The rank of a product of layers at a critical point, where singular values are either of the size of the factors or
// round-off: what lies between is said to be unclear instead of being decided by a threshold.
import * as Kernel from "../../linalg/Kernel.ts"
import type { Matrix } from "../../linalg/Matrix.ts"

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

/** ‖W‖ as the largest singular value; 0 for a matrix without rows or columns. */
export const spectralNorm = (matrix: Matrix): number =>
  matrix.data.length === 0 ? 0 : Kernel.singularValues(matrix)[0]!
