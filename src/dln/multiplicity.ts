// The multiplicity pattern: how often each interval of layers carries a mode and nothing longer does, by the discrete
// inclusion–exclusion transform of the rank pattern (protocol §1.1, step 3):
//   m_ij = r_ij − r_{i,j+1} − r_{i−1,j} + r_{i−1,j+1},  zero outside 1 ≤ i ≤ j ≤ L.
// For true ranks every m_ij ≥ 0 (Frobenius' rank inequality). Ranks counted above a threshold can break it.
import * as Pattern from "./Pattern.ts"

export interface Multiplicity {
  /** m_ij ≥ 0, negatives clipped to 0. */
  readonly pattern: Float64Array
  /** m_ij before clipping: only these invert to the ranks exactly. */
  readonly raw: Float64Array
  /** How many entries were negative, and so clipped. */
  readonly negatives: number
}

/** The multiplicities of a rank pattern. */
export const multiplicity = (ranks: Float64Array): Multiplicity => {
  const depth = Pattern.depthOf(ranks)
  const raw = Pattern.make(depth, (i, j) =>
    Pattern.at(ranks, depth, i, j) - Pattern.at(ranks, depth, i, j + 1)
    - Pattern.at(ranks, depth, i - 1, j) + Pattern.at(ranks, depth, i - 1, j + 1))
  return { pattern: raw.map((m) => Math.max(m, 0)), raw, negatives: raw.filter((m) => m < 0).length }
}
