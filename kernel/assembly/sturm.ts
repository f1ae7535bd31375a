// Eigenvalues of symmetric tridiagonal matrices: the bits of src/linalg/reference/sturm.ts.

/** Numbers that are counted below at once: four vectors hide the latency of a division. */
const AT_ONCE = 8
/** Those numbers, and how many eigenvalues are below each. */
const BOUNDS: usize = memory.data(64, 16)
const COUNTS: usize = memory.data(64, 16)
const LOW: usize = memory.data(64, 16)
const HIGH: usize = memory.data(64, 16)

@inline
function pivotOf(entry: v128, x: v128, share: v128): v128 {
  return f64x2.add(f64x2.sub(f64x2.sub(entry, x), share), f64x2.splat(0)) // + 0 turns −0 into 0
}

@inline
function plusNegative(count: v128, pivot: v128): v128 {
  return i64x2.sub(count, f64x2.lt(pivot, f64x2.splat(0)))
}

/** Negative pivots of T − x for every x of BOUNDS. */
function count(n: i32, diagonal: usize, off: usize): void {
  const x0 = v128.load(BOUNDS)
  const x1 = v128.load(BOUNDS, 16)
  const x2 = v128.load(BOUNDS, 32)
  const x3 = v128.load(BOUNDS, 48)
  const none = f64x2.splat(0)
  const first = v128.load64_splat(diagonal)
  let p0 = pivotOf(first, x0, none)
  let p1 = pivotOf(first, x1, none)
  let p2 = pivotOf(first, x2, none)
  let p3 = pivotOf(first, x3, none)
  let c0 = plusNegative(none, p0)
  let c1 = plusNegative(none, p1)
  let c2 = plusNegative(none, p2)
  let c3 = plusNegative(none, p3)
  for (let i = 1; i < n; i++) {
    diagonal += 8
    const entry = v128.load64_splat(diagonal)
    if (load<f64>(off) === 0) {
      p0 = pivotOf(entry, x0, none)
      p1 = pivotOf(entry, x1, none)
      p2 = pivotOf(entry, x2, none)
      p3 = pivotOf(entry, x3, none)
    } else {
      const beside = v128.load64_splat(off)
      p0 = pivotOf(entry, x0, f64x2.mul(beside, f64x2.div(beside, p0)))
      p1 = pivotOf(entry, x1, f64x2.mul(beside, f64x2.div(beside, p1)))
      p2 = pivotOf(entry, x2, f64x2.mul(beside, f64x2.div(beside, p2)))
      p3 = pivotOf(entry, x3, f64x2.mul(beside, f64x2.div(beside, p3)))
    }
    c0 = plusNegative(c0, p0)
    c1 = plusNegative(c1, p1)
    c2 = plusNegative(c2, p2)
    c3 = plusNegative(c3, p3)
    off += 8
  }
  v128.store(COUNTS, c0)
  v128.store(COUNTS, c1, 16)
  v128.store(COUNTS, c2, 32)
  v128.store(COUNTS, c3, 48)
}

/** The number of eigenvalues below each of `length` bounds. */
export function countsBelow(n: i32, diagonal: usize, off: usize, bounds: usize, counts: usize, length: i32): void {
  for (; length > 0; length -= AT_ONCE, bounds += 8 * AT_ONCE, counts += 4 * AT_ONCE) {
    const these = min(length, AT_ONCE)
    memory.copy(BOUNDS, bounds, <usize>these << 3)
    count(n, diagonal, off)
    for (let k = 0; k < these; k++) store<i32>(counts + (<usize>k << 2), load<i32>(COUNTS + (<usize>k << 3)))
  }
}

/** The eigenvalues of `length` indices, sought in Gershgorin's interval until what is left is round-off of its size. */
export function eigenvaluesAt(n: i32, diagonal: usize, off: usize, indices: usize, values: usize, length: i32): void {
  let low: f64 = Infinity
  let high: f64 = -Infinity
  for (let i = 0, at: usize = 0; i < n; i++, at += 8) {
    const entry = load<f64>(diagonal + at)
    const reach = (i > 0 ? abs(load<f64>(off + at - 8)) : 0) + (i < n - 1 ? abs(load<f64>(off + at)) : 0)
    low = min(low, entry - reach)
    high = max(high, entry + reach)
  }
  const width = 1.1102230246251565e-16 * max(abs(low), abs(high))
  low -= width
  high += width
  for (; length > 0; length -= AT_ONCE, indices += 4 * AT_ONCE, values += 8 * AT_ONCE) {
    const these = min(length, AT_ONCE)
    for (let k = 0; k < AT_ONCE; k++) {
      store<f64>(LOW + (<usize>k << 3), low)
      store<f64>(HIGH + (<usize>k << 3), high)
    }
    while (halve(width, these)) {
      count(n, diagonal, off)
      for (let k = 0; k < these; k++) {
        const at = <usize>k << 3
        const middle = load<f64>(BOUNDS + at)
        if (!isOpen(at, middle, width)) continue
        store<f64>((load<i32>(COUNTS + at) > load<i32>(indices + (<usize>k << 2)) ? HIGH : LOW) + at, middle)
      }
    }
    memory.copy(values, BOUNDS, <usize>these << 3)
  }
}

/** Puts the middle of every interval into BOUNDS; whether one of them is open still. */
function halve(width: f64, these: i32): bool {
  let open = false
  for (let at: usize = 0; at < <usize>these << 3; at += 8) {
    const low = load<f64>(LOW + at)
    const middle = low + (load<f64>(HIGH + at) - low) / 2
    store<f64>(BOUNDS + at, middle)
    open = open || isOpen(at, middle, width)
  }
  return open
}

/** Whether an interval is still to be halved at its middle. */
@inline
function isOpen(at: usize, middle: f64, width: f64): bool {
  const low = load<f64>(LOW + at)
  const high = load<f64>(HIGH + at)
  return high - low > width && middle > low && middle < high
}
