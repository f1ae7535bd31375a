// The pivots of a critical point, pairs of layers i > j, each with its two complementary blocks
//   W_{j−1} … W_1 Σ_xy W_L … W_{i+1}  and  W_{i−1} … W_{j+1} (the identity of size d_j where i = j + 1),
// both of rank r or more at a point of rank r. A pivot is tightened if at least one of them has rank r exactly.
// Source: Achour, Malgouyres, Gerchinovitz, JMLR 25:242 (2024).
import type { Matrix } from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"
import { cyclicProduct } from "./ConstraintEnergy.ts"
import { exactRank, sizes, spectralNorm, spectrumOf, type ExactRank } from "./exactRank.ts"

export interface Pivot {
  readonly i: number
  readonly j: number
  /** The rank of the block through Σ_xy. */
  readonly outer: ExactRank
  /** The rank of the block between the two layers. */
  readonly inner: ExactRank
  readonly isTightened: boolean
  /** False where a rank that decides is unclear. */
  readonly isClear: boolean
}

/** All L(L − 1)/2 pivots of a critical point whose end-to-end matrix has rank r. */
export const pivots = (
  widths: ReadonlyArray<number>, weights: Float64Array, xy: Matrix, r: number
): ReadonlyArray<Pivot> => {
  const depth = Network.depth(widths)
  const size = sizes(widths, weights)
  const through = spectralNorm(xy)
  const found: Array<Pivot> = []
  for (let i = 2; i <= depth; i++) {
    for (let j = 1; j < i; j++) {
      const outerBlock = cyclicProduct(widths, weights, xy, j, i)
      const innerBlock = Network.partialProduct(widths, weights, j + 1, i - 1)
      const outer = exactRank(spectrumOf(outerBlock), size(1, j - 1) * through * size(i + 1, depth))
      const inner = exactRank(spectrumOf(innerBlock), size(j + 1, i - 1))
      const isTight = (block: ExactRank): boolean => block.rank <= r
      const isTightened = isTight(outer) || isTight(inner)
      // Less than r is a signal too weak to be counted. A clear tight block settles it, else both must be clear.
      const settles = (block: ExactRank): boolean => block.rank === r && block.isClear
      const isClear = outer.rank >= r && inner.rank >= r &&
        (settles(outer) || settles(inner) || (outer.isClear && inner.isClear))
      found.push({ i, j, outer, inner, isTightened, isClear })
    }
  }
  return found
}
