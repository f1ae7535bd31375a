// Singular values of bidiagonal matrices by dqds: the bits of src/linalg/reference/bidiagonal.ts. A sweep waits for one
// division after the other; so the sweeps of four matrices run side by side.

import { take } from "./arena"

const DROPPED = 3.0814879110195774e-33
const NEGLIGIBLE_SQUARE = 4.930380657631324e-32
const NEGLIGIBLE = 1.3877787807814457e-17

/** One matrix at a time. */
@unmanaged
export class Chain {
  /** q_0, e_0, q_1, e_1, … of the block, and of the next one. */
  z: usize
  next: usize
  values: usize
  n: i32
  first: i32
  last: i32
  sweepsLeft: i32
  attempt: i32
  dropped: f64
  total: f64
  pivot: f64
  pivotBefore: f64
  otherPivots: f64
  pivotsKnown: bool
  failed: bool
  /** The sweep that is under way: places of the next step, steps left, and what it has found. */
  from: usize
  to: usize
  steps: i32
  shift: f64
  d: f64
  before: f64
  others: f64
  smallest: f64

  /** Whether a sweep is under way; where none is, `values` are the singular values, descending, or `failed` is true. */
  get sweeps(): bool {
    return this.steps > 0
  }

  /** Takes a bidiagonal matrix up to where its first sweep begins, or to its end. */
  start(diagonal: usize, superdiagonal: usize, n: i32): void {
    this.values = diagonal
    this.n = n
    this.dropped = DROPPED * this.read(superdiagonal)
    this.first = n
    this.last = n - 1
    this.total = 0
    this.pivotsKnown = false
    this.failed = false
    this.sweepsLeft = 100 * n
    this.proceed()
  }

  private q(i: i32): f64 {
    return load<f64>(this.z + (<usize>i << 4))
  }
  private e(i: i32): f64 {
    return load<f64>(this.z + (<usize>i << 4), 8)
  }
  private setQ(i: i32, value: f64): void {
    store<f64>(this.z + (<usize>i << 4), value)
  }
  private setE(i: i32, value: f64): void {
    store<f64>(this.z + (<usize>i << 4), value, 8)
  }
  private setValue(i: i32, square: f64): void {
    store<f64>(this.values + (<usize>i << 3), sqrt(square))
  }

  private read(superdiagonal: usize): f64 {
    const n = this.n
    let largest: f64 = 0
    for (let i = 0; i < n; i++) {
      const at = <usize>i << 3
      const diagonal = load<f64>(this.values + at)
      const off = i < n - 1 ? load<f64>(superdiagonal + at) : 0
      this.setQ(i, diagonal * diagonal)
      this.setE(i, off * off)
      largest = max(largest, max(this.q(i), this.e(i)))
    }
    for (let i = 0; i < n; i++) if (this.e(i) <= DROPPED * largest) this.setE(i, 0)
    memory.copy(this.next, this.z, <usize>n << 4)
    return largest
  }

  private isNegligible(i: i32, size: f64): bool {
    return this.e(i) <= this.dropped ||
      (this.e(i) <= NEGLIGIBLE * size && this.q(i + 1) * this.e(i) <= NEGLIGIBLE_SQUARE * (size * size))
  }

  /** From after a sweep, or the start, to before the next one, or the end. */
  private proceed(): void {
    while (this.last >= 0) {
      const last = this.last
      if (last < this.first) this.nextBlock()
      const first = this.first
      if (first === last || this.isNegligible(last - 1, this.total + this.q(last))) {
        this.setValue(last, this.total + this.q(last))
        this.pivot = this.pivotBefore
        this.pivotBefore = this.otherPivots
        this.last = last - 1
      } else if (first === last - 1 || this.isNegligible(last - 2, this.total)) {
        this.solveTwoByTwo()
        this.setValue(last - 1, this.total + this.q(last - 1))
        this.setValue(last, this.total + this.q(last))
        this.pivot = this.otherPivots
        this.pivotBefore = this.otherPivots
        this.last = last - 2
      } else {
        if (this.sweepsLeft-- === 0) {
          this.failed = true
          return
        }
        this.attempt = 0
        this.beginSweep(this.pivotsKnown ? this.nextShift() : 0)
        return
      }
    }
    this.sortDescending()
  }

  private nextBlock(): void {
    const last = this.last
    this.total = 0 - this.e(last)
    let first = last
    while (first > 0 && this.e(first - 1) > 0) first--
    this.first = first
    if (1.5 * this.q(first) < this.q(last)) this.reverse()
    this.pivotsKnown = false
  }

  private beginSweep(shift: f64): void {
    const start = <usize>this.first << 4
    this.shift = shift
    this.from = this.z + start
    this.to = this.next + start
    this.d = this.q(this.first) - shift
    this.before = this.d
    this.others = this.d
    this.smallest = Infinity
    this.steps = this.last - this.first
  }

  endSweep(): void {
    store<f64>(this.to, this.d)
    this.pivot = this.d
    this.pivotBefore = this.before
    this.otherPivots = this.others
    const shift = this.shift
    const rest = min(this.others, this.before)
    if (shift !== 0 && !(rest >= 0 && this.pivot >= 0)) {
      if (rest > 0 && this.pivot < 0 && this.attempt < 2) {
        this.beginSweep(max(0, (shift + this.pivot) * (1 - 4.440892098500626e-16)))
      } else {
        this.beginSweep(this.attempt > 2 ? 0 : shift * 0.25)
      }
      this.attempt++
      return
    }
    const old = this.z
    this.z = this.next
    this.next = old
    this.total += shift
    this.pivotsKnown = true
    if (this.smallest <= this.dropped || this.smallest <= NEGLIGIBLE * this.total) this.split()
    this.proceed()
  }

  private nextShift(): f64 {
    const first = this.first
    const last = this.last
    const pivot = this.pivot
    const least = min(min(pivot, this.pivotBefore), this.otherPivots)
    if (pivot > least) return 0.25 * least
    if (this.pivotBefore > this.otherPivots) {
      let term = this.e(last - 1) / this.q(last - 1)
      let sum = term
      for (let i = last - 2; i >= first && term > 0.001 * sum && sum < 0.6; i--) {
        term *= this.e(i) / this.q(i)
        sum += term
      }
      return sum < 0.6 ? max(pivot * ((1 - sqrt(sum)) / (1 + sum)), 0.25 * least) : 0.25 * least
    }
    const coupling = sqrt(this.q(last) * this.e(last - 1))
    const couplingBefore = sqrt(this.q(last - 1) * this.e(last - 2))
    const before = this.q(last - 1) + this.e(last - 1)
    const gapBefore = 0.75 * this.otherPivots - before
    const gap = before - pivot -
      (gapBefore > couplingBefore ? couplingBefore * (couplingBefore / gapBefore) : coupling + couplingBefore)
    if (gap > coupling) return max(pivot - coupling * (coupling / gap), 0.5 * least)
    return max(min(pivot - coupling, before - coupling - couplingBefore), 0.3333333333333333 * least)
  }

  private split(): void {
    const first = this.first
    let begin = first
    for (let i = first; i <= this.last - 3; i++) {
      if (this.isNegligible(i, this.total)) {
        this.setE(i, 0 - this.total)
        begin = i + 1
      }
    }
    const start = <usize>first << 4
    memory.copy(this.next + start, this.z + start, <usize>(begin - first) << 4)
    this.first = begin
  }

  private solveTwoByTwo(): void {
    const last = this.last
    const large = max(this.q(last - 1), this.q(last))
    const small = min(this.q(last - 1), this.q(last))
    const off = this.e(last - 1)
    const half = 0.5 * ((large - small) + off)
    const ratio = small * (off / half)
    const added = ratio <= half
      ? small * (off / (half * (1 + sqrt(1 + ratio / half))))
      : small * (off / (half + sqrt(half) * sqrt(half + ratio)))
    const larger = large + (added + off)
    this.setQ(last - 1, larger)
    this.setQ(last, small * (large / larger))
  }

  private reverse(): void {
    for (let i = this.first, j = this.last; i < j; i++, j--) {
      const qi = this.q(i)
      this.setQ(i, this.q(j))
      this.setQ(j, qi)
    }
    for (let i = this.first, j = this.last - 1; i < j; i++, j--) {
      const ei = this.e(i)
      this.setE(i, this.e(j))
      this.setE(j, ei)
    }
  }

  private sortDescending(): void {
    const values = this.values
    const end = values + (<usize>this.n << 3)
    for (let at = values + 8; at < end; at += 8) {
      const value = load<f64>(at)
      let to = at
      for (; to > values && load<f64>(to - 8) < value; to -= 8) store<f64>(to, load<f64>(to - 8))
      store<f64>(to, value)
    }
  }
}

/** With memory for matrices of up to `most` entries on the diagonal. */
export function chain(most: i32): Chain {
  const chain = changetype<Chain>(take(offsetof<Chain>()))
  chain.z = take(<usize>most << 4)
  chain.next = take(<usize>most << 4)
  return chain
}

/**
 * Goes on with four sweeps side by side, up to the end of the shortest. One chain may stand in several places: it is
 * then computed as often, the same.
 */
export function sweep(a: Chain, b: Chain, c: Chain, d: Chain): void {
  const length = min(min(a.steps, b.steps), min(c.steps, d.steps))
  const leftA = a.steps - length
  const leftB = b.steps - length
  const leftC = c.steps - length
  const leftD = d.steps - length
  let fromA = a.from
  let fromB = b.from
  let fromC = c.from
  let fromD = d.from
  let toA = a.to
  let toB = b.to
  let toC = c.to
  let toD = d.to
  let ab = pair(a.d, b.d)
  let cd = pair(c.d, d.d)
  let beforeAB = pair(a.before, b.before)
  let beforeCD = pair(c.before, d.before)
  let othersAB = pair(a.others, b.others)
  let othersCD = pair(c.others, d.others)
  let smallestAB = pair(a.smallest, b.smallest)
  let smallestCD = pair(c.smallest, d.smallest)
  const shiftAB = pair(a.shift, b.shift)
  const shiftCD = pair(c.shift, d.shift)
  for (let step = length; step > 0; step--) {
    const eAB = v128.load64_lane(fromB, v128.load64_zero(fromA, 8), 1, 8)
    const eCD = v128.load64_lane(fromD, v128.load64_zero(fromC, 8), 1, 8)
    const qAB = v128.load64_lane(fromB, v128.load64_zero(fromA, 16), 1, 16)
    const qCD = v128.load64_lane(fromD, v128.load64_zero(fromC, 16), 1, 16)
    const sumAB = f64x2.add(ab, eAB)
    const sumCD = f64x2.add(cd, eCD)
    const ratioAB = f64x2.div(qAB, sumAB)
    const ratioCD = f64x2.div(qCD, sumCD)
    const offAB = f64x2.mul(eAB, ratioAB)
    const offCD = f64x2.mul(eCD, ratioCD)
    v128.store(toA, v128.shuffle<f64>(sumAB, offAB, 0, 2))
    v128.store(toB, v128.shuffle<f64>(sumAB, offAB, 1, 3))
    v128.store(toC, v128.shuffle<f64>(sumCD, offCD, 0, 2))
    v128.store(toD, v128.shuffle<f64>(sumCD, offCD, 1, 3))
    smallestAB = f64x2.pmin(smallestAB, offAB)
    smallestCD = f64x2.pmin(smallestCD, offCD)
    othersAB = f64x2.pmin(othersAB, beforeAB)
    othersCD = f64x2.pmin(othersCD, beforeCD)
    beforeAB = ab
    beforeCD = cd
    ab = f64x2.sub(f64x2.mul(ab, ratioAB), shiftAB)
    cd = f64x2.sub(f64x2.mul(cd, ratioCD), shiftCD)
    fromA += 16
    fromB += 16
    fromC += 16
    fromD += 16
    toA += 16
    toB += 16
    toC += 16
    toD += 16
  }
  keep(false, a, fromA, toA, leftA, ab, beforeAB, othersAB, smallestAB)
  keep(true, b, fromB, toB, leftB, ab, beforeAB, othersAB, smallestAB)
  keep(false, c, fromC, toC, leftC, cd, beforeCD, othersCD, smallestCD)
  keep(true, d, fromD, toD, leftD, cd, beforeCD, othersCD, smallestCD)
}

@inline
function pair(a: f64, b: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(a), 1, b)
}

@inline
function keep(
  second: bool, chain: Chain, from: usize, to: usize, left: i32, d: v128, before: v128, others: v128, smallest: v128
): void {
  chain.from = from
  chain.to = to
  chain.steps = left
  chain.d = laneOf(d, second)
  chain.before = laneOf(before, second)
  chain.others = laneOf(others, second)
  chain.smallest = laneOf(smallest, second)
}

@inline
function laneOf(pair: v128, second: bool): f64 {
  return second ? f64x2.extract_lane(pair, 1) : f64x2.extract_lane(pair, 0)
}
