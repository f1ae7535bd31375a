// A symmetric tridiagonal matrix, and its eigenvalues one by one: counted below any number by Sturm sequences, found by
// bisection. What Householder's and Lanczos' reductions end in.

export interface Tridiagonal {
  /** n ≥ 1 entries. */
  readonly diagonal: ArrayLike<number>
  /** Entry i stands beside diagonal entries i and i + 1; those from n − 1 on are not read. */
  readonly off: ArrayLike<number>
}

/** The number of eigenvalues below x, up to round-off of the size of the largest: negative pivots of LDLᵀ = T − x. */
export const countBelow = ({ diagonal, off }: Tridiagonal, x: number): number => {
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

/** Eigenvalue `index`, counted from 0 at the least, to round-off of the largest. */
export const eigenvalue = (t: Tridiagonal, index: number): number => search(t, index, bounds(t))

/** All eigenvalues, least first. */
export const eigenvalues = (t: Tridiagonal): Float64Array => {
  const range = bounds(t)
  let low = range.low
  return Float64Array.from({ length: t.diagonal.length }, (_, index) => (low = search(t, index, { ...range, low })))
}

interface Range {
  readonly low: number
  readonly high: number
  /** Where bisection ends. */
  readonly width: number
}

/** Gershgorin's interval. */
const bounds = ({ diagonal, off }: Tridiagonal): Range => {
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

const search = (t: Tridiagonal, index: number, { low, high, width }: Range): number => {
  while (high - low > width) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) break
    if (countBelow(t, middle) > index) high = middle
    else low = middle
  }
  return low + (high - low) / 2
}

/**
 * The eigenvector, of length 1, of an eigenvalue that is known to round-off: LDLᵀ = T − λ from the top and UDUᵀ from
 * the bottom meet where the two leave the smallest pivot. Source: Fernando, "On computing an eigenvector of a
 * tridiagonal matrix" (1997).
 */
export const eigenvector = (t: Tridiagonal, value: number): Float64Array => {
  const { diagonal, off } = t
  const n = diagonal.length
  const { low, high } = bounds(t)
  const tiny = 1e-30 * (high - low) + 1e-300
  const away = (pivot: number): number => (Math.abs(pivot) < tiny ? tiny : pivot)
  const down = new Float64Array(n)
  const up = new Float64Array(n)
  const schur = (beside: number, pivot: number): number => beside * (beside / pivot)
  for (let i = 0; i < n; i++) down[i] = away(diagonal[i]! - value - (i > 0 ? schur(off[i - 1]!, down[i - 1]!) : 0))
  for (let i = n - 1; i >= 0; i--) up[i] = away(diagonal[i]! - value - (i < n - 1 ? schur(off[i]!, up[i + 1]!) : 0))
  let meeting = 0
  let least = Infinity
  for (let i = 0; i < n; i++) {
    const pivot = Math.abs(down[i]! + up[i]! - (diagonal[i]! - value))
    if (pivot < least) [meeting, least] = [i, pivot]
  }
  const vector = new Float64Array(n)
  vector[meeting] = 1
  for (let i = meeting - 1; i >= 0; i--) vector[i] = (-off[i]! * vector[i + 1]!) / down[i]!
  for (let i = meeting + 1; i < n; i++) vector[i] = (-off[i - 1]! * vector[i - 1]!) / up[i]!
  let square = 0
  for (const entry of vector) square += entry * entry
  const factor = 1 / Math.sqrt(square)
  return vector.map((entry) => entry * factor)
}
