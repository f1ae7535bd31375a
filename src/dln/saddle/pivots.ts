// The pivots of a critical point, pairs of layers i > j, each with its two complementary blocks, both of rank r or more at
// a point of rank r. A pivot is tightened if at least one of them has rank r exactly.
// Source: Achour, Malgouyres, Gerchinovitz, JMLR 25:242 (2024).
import type { Matrix } from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"
import { complementaryBlocks } from "./complementaryBlocks.ts"
import type { ExactRank } from "./exactRank.ts"

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
): ReadonlyArray<Pivot> =>
  complementaryBlocks(widths, weights, xy, pairs(Network.depth(widths))).map(({ i, j, outer, inner }) => {
    // Less than r is a signal too weak to be counted. A clear tight block settles it, else both must be clear.
    const settles = (block: ExactRank): boolean => block.rank === r && block.isClear
    const isClear = outer.rank >= r && inner.rank >= r &&
      (settles(outer) || settles(inner) || (outer.isClear && inner.isClear))
    return { i, j, outer: rankOf(outer), inner: rankOf(inner), isTightened: outer.rank <= r || inner.rank <= r, isClear }
  })

const rankOf = ({ rank, isClear }: ExactRank): ExactRank => ({ rank, isClear })

const pairs = (depth: number): ReadonlyArray<readonly [i: number, j: number]> => {
  const found: Array<readonly [number, number]> = []
  for (let i = 2; i <= depth; i++) for (let j = 1; j < i; j++) found.push([i, j])
  return found
}
