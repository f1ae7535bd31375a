// The rank of a matrix by its singular values σ_1 ≥ σ_2 ≥ …: counted above a threshold, with the gap that tells how
// safe the count is, and two continuous measures that need no threshold. Source: the protocol, §1.1 and §1.2.
import { exp, log, power } from "../linalg/elementary.ts"

export interface Rank {
  /** #{σ > threshold}. */
  readonly rank: number
  /**
   * σ_r/σ_{r+1}, the room for the threshold around this rank r: below 10 it is ambiguous.
   * threshold/σ_1 where r = 0, and ∞ where r is the number of singular values.
   * Null for 0/0, a zero matrix against a threshold relative to itself: its rank is 0 at every ε, and it has no gap.
   */
  readonly gap: number | null
}

/** #{σ > ε σ_1}: the same for A and cA. It cannot start at 0: a tiny random product has full relative rank. */
export const relativeRank = (sigma: Float64Array, epsilon: number): Rank => rankAbove(sigma, epsilon * largest(sigma))

export interface Anchor {
  readonly epsilon: number
  /** s_1, the largest singular value of the teacher: the unit that ε is relative to. */
  readonly s1: number
  /** m = j − i + 1, the number of layers in the product P_ij. */
  readonly factors: number
  /** L. */
  readonly depth: number
}

/** (ε s_1)^(m/L), the threshold of an anchored rank: every layer gets its equal share, the full product ε s_1. */
export const anchoredThreshold = ({ epsilon, s1, factors, depth }: Anchor): number =>
  power(epsilon * s1, factors / depth)

/** #{σ > (ε s_1)^(m/L)}: starts at 0 for a tiny start, and grows as modes are learnt. */
export const anchoredRank = (sigma: Float64Array, anchor: Anchor): Rank => rankAbove(sigma, anchoredThreshold(anchor))

/** exp(−Σ p log p), p = σ/Σσ, with 0 log 0 = 0; 0 for a zero matrix. */
export const effectiveRank = (sigma: Float64Array): number => {
  const top = largest(sigma)
  if (top === 0) return 0
  // Of x = σ/σ_1 the entropy is log Σx − (Σ x log x)/Σx, without a value that over- or underflows.
  let total = 0
  let weighted = 0
  for (const value of sigma) {
    const x = value / top
    total += x
    if (x > 0) weighted += x * log(x)
  }
  return exp(log(total) - weighted / total)
}

/** (Σσ²)²/Σσ⁴; 0 for a zero matrix. */
export const participationRatio = (sigma: Float64Array): number => {
  const top = largest(sigma)
  if (top === 0) return 0
  let squares = 0
  let fourths = 0
  for (const value of sigma) {
    const square = (value / top) * (value / top)
    squares += square
    fourths += square * square
  }
  return (squares * squares) / fourths
}

const rankAbove = (sigma: Float64Array, threshold: number): Rank => {
  let rank = 0
  while (rank < sigma.length && sigma[rank]! > threshold) rank++
  if (rank === sigma.length) return { rank, gap: Infinity }
  const above = rank === 0 ? threshold : sigma[rank - 1]!
  const below = sigma[rank]!
  return { rank, gap: above === 0 && below === 0 ? null : above / below }
}

/** σ_1, refusing what no rank can be taken of. */
const largest = (sigma: Float64Array): number => {
  const top = sigma[0]
  if (top === undefined) throw new Error("A rank needs at least one singular value, got none.")
  return top
}
