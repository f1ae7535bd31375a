// Where the noise of SGD in a mode is largest, from the increments that it makes: for labels without noise the variance
// of an increment δ at strength w is c w^(2p) (s − w)^(2q), so
//   ln δ² = ln c + 2p ln w + 2q ln(s − w) + ln χ²₁
// is fitted by least squares, and the diffusion is largest at w = s p/(p + q). The equation has p = 2 − 2/L and q = 1.
import { log } from "../linalg/elementary.ts"

export interface DiffusionFit {
  /** p and q. */
  readonly growth: number
  readonly decay: number
  /** p/(p + q): the peak as a share of s. */
  readonly peak: number
}

/** The sums that a fit takes: those of several runs add up, so that runs can be drawn anew. */
export interface Sums {
  /** Σ z zᵀ, 3 × 3, and Σ z ln δ², with z = (1, 2 ln w, 2 ln(s − w)). */
  readonly square: Float64Array
  readonly right: Float64Array
  readonly points: number
}

/** Of increments at w = share·s, share in (0, 1); an increment of 0, which has no logarithm, says nothing. */
export const sumsOf = (points: ReadonlyArray<{ readonly share: number; readonly increment: number }>): Sums => {
  const square = new Float64Array(9)
  const right = new Float64Array(3)
  let counted = 0
  for (const { share, increment } of points) {
    if (increment === 0) continue
    const z = [1, 2 * log(share), 2 * log(1 - share)]
    const y = 2 * log(Math.abs(increment))
    for (let r = 0; r < 3; r++) {
      right[r] = right[r]! + z[r]! * y
      for (let c = 0; c < 3; c++) square[3 * r + c] = square[3 * r + c]! + z[r]! * z[c]!
    }
    counted++
  }
  return { square, right, points: counted }
}

export const together = (all: ReadonlyArray<Sums>): Sums => ({
  square: Float64Array.from({ length: 9 }, (_, entry) => all.reduce((sum, one) => sum + one.square[entry]!, 0)),
  right: Float64Array.from({ length: 3 }, (_, entry) => all.reduce((sum, one) => sum + one.right[entry]!, 0)),
  points: all.reduce((sum, one) => sum + one.points, 0)
})

/** Null for fewer than three points, and where they do not determine a fit. */
export const diffusionFit = ({ square, right, points }: Sums): DiffusionFit | null => {
  const determinant = determinantOf(square)
  if (points < 3 || !(Math.abs(determinant) > 1e-12 * square[0]! * square[4]! * square[8]!)) return null
  const [, growth, decay] = [0, 1, 2].map((column) =>
    determinantOf(square.map((entry, at) => at % 3 === column ? right[Math.floor(at / 3)]! : entry)) / determinant)
  return { growth: growth!, decay: decay!, peak: growth! / (growth! + decay!) }
}

/** By Cramer's rule: three by three, and well scaled. */
const determinantOf = (m: Float64Array): number =>
  m[0]! * (m[4]! * m[8]! - m[5]! * m[7]!)
  - m[1]! * (m[3]! * m[8]! - m[5]! * m[6]!)
  + m[2]! * (m[3]! * m[7]! - m[4]! * m[6]!)
