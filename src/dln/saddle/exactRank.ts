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
  const rank = countAbove(singularValues, UNCLEAR.high * size)
  return { rank, isClear: countAbove(singularValues, UNCLEAR.low * size) === rank }
}

const UNCLEAR = { low: 1e-10, high: 1e-7 }

const countAbove = (descending: Float64Array, threshold: number): number => {
  let count = 0
  while (count < descending.length && descending[count]! > threshold) count++
  return count
}

/** Descending; none for a matrix without rows or columns. */
export const spectrumOf = (matrix: Matrix): Float64Array =>
  matrix.data.length === 0 ? new Float64Array(0) : Kernel.singularValues(matrix)

/** ‖W‖ as the largest singular value; 0 for a matrix without rows or columns. */
export const spectralNorm = (matrix: Matrix): number => spectrumOf(matrix)[0] ?? 0

/** ∏ ‖W_l‖ over l = i … j, spectral norms, for any i and j: 1 where there is no such l. */
export const sizes = (widths: ReadonlyArray<number>, weights: Float64Array): ((i: number, j: number) => number) =>
  sizesOf(Kernel.arcSpectra(widths, weights, layerArcs(widths)))

/** The same from the singular values of the layers, the first of a list of them. */
export const sizesOf = (spectra: ReadonlyArray<Float64Array>): ((i: number, j: number) => number) => (i, j) => {
  let size = 1
  for (let l = i; l <= j; l++) size *= spectra[l - 1]![0] ?? 0
  return size
}

/** Each layer by itself. */
export const layerArcs = (widths: ReadonlyArray<number>): ReadonlyArray<Kernel.Arc> =>
  widths.slice(1).map((_, index) => [index + 1, index + 1])
