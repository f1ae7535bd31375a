// The two complementary blocks of layers i > j: with Σ between the last layer and the first,
//   W_{j−1} … W_1 Σ W_L … W_{i+1}  and  W_{i−1} … W_{j+1} (the identity of size d_j where i = j + 1).
import * as Kernel from "../../linalg/Kernel.ts"
import type { Matrix } from "../../linalg/Matrix.ts"
import { exactRank, layerArcs, sizesOf, spectralNorm, type ExactRank } from "./exactRank.ts"

export interface Block extends ExactRank {
  /** The spectral norm; 0 without rows or columns. */
  readonly norm: number
}

export interface ComplementaryBlocks {
  readonly i: number
  readonly j: number
  /** Through Σ. */
  readonly outer: Block
  /** Between the two layers. */
  readonly inner: Block
}

/** Of each pair; `through` is Σ: d_0 × d_L. */
export const complementaryBlocks = (
  widths: ReadonlyArray<number>,
  weights: Float64Array,
  through: Matrix,
  pairs: ReadonlyArray<readonly [i: number, j: number]>
): ReadonlyArray<ComplementaryBlocks> => {
  const depth = widths.length - 1
  const apart = pairs.filter(([i, j]) => i > j + 1)
  const arcs = [
    ...layerArcs(widths),
    ...pairs.map(([i, j]): Kernel.Arc => [i + 1, j - 1]),
    ...apart.map(([i, j]): Kernel.Arc => [j + 1, i - 1])
  ]
  const spectra = Kernel.arcSpectra(widths, weights, arcs, through)
  const size = sizesOf(spectra)
  const around = spectralNorm(through)
  let between = depth + pairs.length
  return pairs.map(([i, j], index) => ({
    i,
    j,
    outer: blockOf(spectra[depth + index]!, size(1, j - 1) * around * size(i + 1, depth)),
    inner: blockOf(i > j + 1 ? spectra[between++]! : new Float64Array(widths[j]!).fill(1), size(j + 1, i - 1))
  }))
}

const blockOf = (spectrum: Float64Array, size: number): Block =>
  ({ ...exactRank(spectrum, size), norm: spectrum[0] ?? 0 })
