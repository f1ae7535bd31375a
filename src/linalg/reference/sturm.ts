// Eigenvalues of a symmetric tridiagonal matrix one by one: counted below any number by Sturm sequences, found by
// bisection.
import type { Tridiagonal } from "../Tridiagonal.ts"

/** The number of eigenvalues below each bound x, up to round-off of the size of the largest. */
export const countsBelow = (t: Tridiagonal, bounds: ArrayLike<number>): Int32Array =>
  Int32Array.from(bounds, (x) => countBelow(t, x))

/** The eigenvalues of these indices, counted from 0 at the least, to round-off of the largest. */
export const eigenvaluesAt = (t: Tridiagonal, indices: ArrayLike<number>): Float64Array => {
  const range = gershgorin(t)
  return Float64Array.from(indices, (index) => search(t, index, range))
}

/** Negative pivots of LDLᵀ = T − x. */
const countBelow = ({ diagonal, off }: Tridiagonal, x: number): number => {
  let count = 0
  let pivot = 1
  for (let i = 0; i < diagonal.length; i++) {
    const beside = i === 0 ? 0 : off[i - 1]!
    // + 0 turns −0 into 0: a zero pivot is followed by −∞, which counts for the two of them.
    pivot = diagonal[i]! - x - (beside === 0 ? 0 : beside * (beside / pivot)) + 0
    if (pivot < 0) count++
  }
  return count
}

const search = (t: Tridiagonal, index: number, { low, high, width }: Range): number => {
  while (high - low > width) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) break
    if (countBelow(t, middle) > index) high = middle
    else low = middle
  }
  return low + (high - low) / 2
}

export interface Range {
  readonly low: number
  readonly high: number
  /** Where bisection ends. */
  readonly width: number
}

/** Gershgorin's interval, which holds all eigenvalues. */
export const gershgorin = ({ diagonal, off }: Tridiagonal): Range => {
  const n = diagonal.length
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < n; i++) {
    const reach = (i > 0 ? Math.abs(off[i - 1]!) : 0) + (i < n - 1 ? Math.abs(off[i]!) : 0)
    low = Math.min(low, diagonal[i]! - reach)
    high = Math.max(high, diagonal[i]! + reach)
  }
  const width = 1.1102230246251565e-16 * Math.max(Math.abs(low), Math.abs(high))
  return { low: low - width, high: high + width, width }
}
