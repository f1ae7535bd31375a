// Singular values of an upper bidiagonal matrix by the differential quotient-difference algorithm with shifts (dqds):
// three to four sweeps a value, each with one division an entry and no square root.
// Fernando & Parlett, Accurate singular values and differential qd algorithms, Numer. Math. 67 (1994); shifts in the
// manner of Parlett & Marques, An implementation of the dqds algorithm, Linear Algebra Appl. 309 (2000).

// B holds the diagonal √q and the superdiagonal √e of a block whose singular values are √(σ² − total), total being the
// sum of its shifts. Where the matrix has split, e holds −total of the block that ends there.
let q = new Float64Array(0)
let e = q
let nextQ = q
let nextE = q

/** Pivots of the last sweep: the last, the one before, the smallest of the others; and the smallest of the next e. */
let pivot = 0
let pivotBefore = 0
let otherPivots = 0
let smallestE = 0

/** Superdiagonal entries below 2^-54 of the largest entry are dropped; in squares. */
const DROPPED = 3.0814879110195774e-33
/**
 * Without e_i, BBᵀ loses the off-diagonal √(q_(i+1) e_i) and the diagonal e_i. They are dropped when the first is below
 * 2^-52 and the second below 2^-56 of every σ².
 */
const NEGLIGIBLE_SQUARE = 4.930380657631324e-32
const NEGLIGIBLE = 1.3877787807814457e-17

/**
 * Turns `diagonal` (n) into the singular values, descending. The largest entry lies between 2^-100 and 2^100.
 * Each value is right to about 1e-15 of itself plus 2^-54 of the largest.
 */
export const bidiagonalSingularValues = (diagonal: Float64Array, superdiagonal: Float64Array, n: number): void => {
  const dropped = DROPPED * load(diagonal, superdiagonal, n)
  let first = n
  let last = n - 1
  let total = 0
  let pivotsKnown = false
  let sweepsLeft = 100 * n
  while (last >= 0) {
    if (last < first) {
      total = 0 - e[last]!
      first = last
      while (first > 0 && e[first - 1]! > 0) first--
      if (1.5 * q[first]! < q[last]!) reverse(first, last) // the small end comes last
      pivotsKnown = false
    }
    if (first === last || isNegligible(last - 1, dropped, total + q[last]!)) {
      diagonal[last] = Math.sqrt(total + q[last]!)
      pivot = pivotBefore
      pivotBefore = otherPivots
      last -= 1
    } else if (first === last - 1 || isNegligible(last - 2, dropped, total)) {
      solveTwoByTwo(last)
      diagonal[last - 1] = Math.sqrt(total + q[last - 1]!)
      diagonal[last] = Math.sqrt(total + q[last]!)
      pivot = otherPivots
      pivotBefore = otherPivots
      last -= 2
    } else {
      if (sweepsLeft-- === 0) throw new Error("The qd sweeps did not converge: no finite matrix is known to do this.")
      total += sweepBelow(first, last, pivotsKnown ? shiftFor(first, last) : 0)
      pivotsKnown = true
      if (smallestE <= dropped || smallestE <= NEGLIGIBLE * total) first = split(first, last, dropped, total)
    }
  }
  sortDescending(diagonal, n)
}

/** Fills q and e with the squares of the entries and returns the largest. */
const load = (diagonal: Float64Array, superdiagonal: Float64Array, n: number): number => {
  if (q.length < n) {
    q = new Float64Array(n)
    e = new Float64Array(n)
    nextQ = new Float64Array(n)
    nextE = new Float64Array(n)
  }
  let largest = 0
  for (let i = 0; i < n; i++) {
    q[i] = diagonal[i]! * diagonal[i]!
    e[i] = i < n - 1 ? superdiagonal[i]! * superdiagonal[i]! : 0
    largest = Math.max(largest, q[i]!, e[i]!)
  }
  for (let i = 0; i < n; i++) {
    if (e[i]! <= DROPPED * largest) e[i] = 0
    nextQ[i] = q[i]!
    nextE[i] = e[i]!
  }
  return largest
}

/** Whether e_i may be dropped; `size` is a lower bound of every σ² of the block. */
const isNegligible = (i: number, dropped: number, size: number): boolean =>
  e[i]! <= dropped || (e[i]! <= NEGLIGIBLE * size && q[i + 1]! * e[i]! <= NEGLIGIBLE_SQUARE * (size * size))

/** Sweeps with the largest of shift, smaller ones and 0 that leaves all pivots ≥ 0, and returns it. */
const sweepBelow = (first: number, last: number, wanted: number): number => {
  let shift = wanted
  for (let attempt = 0; ; attempt++) {
    sweep(first, last, shift)
    const others = Math.min(otherPivots, pivotBefore)
    if (shift === 0 || (others >= 0 && pivot >= 0)) break
    // If only the last pivot fell below zero, then shift + pivot is an excellent lower bound.
    if (others > 0 && pivot < 0 && attempt < 2) shift = Math.max(0, (shift + pivot) * (1 - 4.440892098500626e-16))
    else shift = attempt > 2 ? 0 : shift * 0.25
  }
  const oldQ = q
  const oldE = e
  q = nextQ
  e = nextE
  nextQ = oldQ
  nextE = oldE
  return shift
}

/** One sweep over first..last (three entries or more): BᵀB − shift = next BBᵀ. A negative pivot: too large a shift. */
const sweep = (first: number, last: number, shift: number): void => {
  const fromQ = q
  const fromE = e
  const toQ = nextQ
  const toE = nextE
  let d = fromQ[first]! - shift
  let others = d
  let smallest = Infinity
  for (let i = first; i < last; i++) {
    const sum = d + fromE[i]!
    const ratio = fromQ[i + 1]! / sum
    const off = fromE[i]! * ratio
    toQ[i] = sum
    toE[i] = off
    if (off < smallest) smallest = off
    if (i < last - 1) {
      if (d < others) others = d
    } else pivotBefore = d
    d = d * ratio - shift
  }
  toQ[last] = d
  pivot = d
  otherPivots = others
  smallestE = smallest
}

/**
 * A shift near the smallest eigenvalue of BBᵀ, rarely above it. If the last pivot is the smallest, it is near already,
 * and the last rows tell by how much it is above; else a quarter of the smallest pivot.
 */
const shiftFor = (first: number, last: number): number => {
  const least = Math.min(pivot, pivotBefore, otherPivots)
  if (pivot > least) return 0.25 * least
  if (pivotBefore > otherPivots) {
    // z with BBᵀz = (0, …, 0, pivot) and z_last = 1: an eigenvalue lies within √(|z|² − 1) of 1, times pivot/|z|².
    let term = e[last - 1]! / q[last - 1]!
    let sum = term
    for (let i = last - 2; i >= first && term > 0.001 * sum && sum < 0.6; i--) {
      term *= e[i]! / q[i]!
      sum += term
    }
    return sum < 0.6 ? Math.max(pivot * ((1 - Math.sqrt(sum)) / (1 + sum)), 0.25 * least) : 0.25 * least
  }
  // Gershgorin's bound on the row before last gives the gap, and the gap a bound of second order.
  const coupling = Math.sqrt(q[last]! * e[last - 1]!)
  const couplingBefore = Math.sqrt(q[last - 1]! * e[last - 2]!)
  const before = q[last - 1]! + e[last - 1]!
  const gapBefore = 0.75 * otherPivots - before
  const gap = before - pivot -
    (gapBefore > couplingBefore ? couplingBefore * (couplingBefore / gapBefore) : coupling + couplingBefore)
  if (gap > coupling) return Math.max(pivot - coupling * (coupling / gap), 0.5 * least)
  return Math.max(Math.min(pivot - coupling, before - coupling - couplingBefore), 0.3333333333333333 * least)
}

/** Marks the negligible entries inside the block first..last and returns where its last part begins. */
const split = (first: number, last: number, dropped: number, total: number): number => {
  let begin = first
  for (let i = first; i <= last - 3; i++) {
    if (isNegligible(i, dropped, total)) {
      e[i] = 0 - total
      begin = i + 1
    }
  }
  for (let i = first; i < begin; i++) {
    nextQ[i] = q[i]!
    nextE[i] = e[i]!
  }
  return begin
}

/** Turns q of last−1 and last into the squared singular values of their block, the smaller one last. */
const solveTwoByTwo = (last: number): void => {
  const large = Math.max(q[last - 1]!, q[last]!)
  const small = Math.min(q[last - 1]!, q[last]!)
  const off = e[last - 1]!
  // large·x + small·y with the product large·small kept: the larger root is large + off + added.
  const half = 0.5 * ((large - small) + off)
  const ratio = small * (off / half)
  const added = ratio <= half
    ? small * (off / (half * (1 + Math.sqrt(1 + ratio / half))))
    : small * (off / (half + Math.sqrt(half) * Math.sqrt(half + ratio)))
  const larger = large + (added + off)
  q[last - 1] = larger
  q[last] = small * (large / larger)
}

/** Reverses the block: its transpose seen from the other end, with the same singular values. */
const reverse = (first: number, last: number): void => {
  for (let i = first, j = last; i < j; i++, j--) {
    const qi = q[i]!
    q[i] = q[j]!
    q[j] = qi
  }
  for (let i = first, j = last - 1; i < j; i++, j--) {
    const ei = e[i]!
    e[i] = e[j]!
    e[j] = ei
  }
}

const sortDescending = (values: Float64Array, n: number): void => {
  for (let i = 1; i < n; i++) {
    const value = values[i]!
    let j = i
    for (; j > 0 && values[j - 1]! < value; j--) values[j] = values[j - 1]!
    values[j] = value
  }
}
