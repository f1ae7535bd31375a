// Householder's reduction of a symmetric matrix to a tridiagonal one: the bits of src/linalg/reference/tridiagonalize.ts.

import { take } from "./arena"
import { dot, sumsOf } from "./dot"
import { largestEntry } from "./largestEntry"
import { matrix, pad, stride } from "./matrix"
import { exponent, scaleByPowerOfTwo } from "./powers"

let row: usize = 0
/** A − v wᵀ − w vᵀ is still to be written; x and y are the next v and w. All are zero beyond their length. */
let v: usize = 0
let w: usize = 0
let x: usize = 0
let y: usize = 0

/** `entries`: n × n, of which the lower triangle counts; n and n − 1 values. False where an entry is not finite. */
export function tridiagonalize(n: i32, entries: usize, diagonal: usize, off: usize): bool {
  const a = matrix(n, n)
  pad(entries, n, n, a)
  return tridiagonalizePadded(n, a, diagonal, off)
}

/** The same of a matrix with padding, which is used up. */
export function tridiagonalizePadded(n: i32, a: usize, diagonal: usize, off: usize): bool {
  row = stride(n)
  const size = n * <i32>(row >> 3)
  const largest = largestEntry(a, size)
  if (!(largest - largest === 0)) return false
  // Squares must not overflow.
  const power = largest === 0 || abs(exponent(largest)) < 90 ? 0 : exponent(largest)
  if (power !== 0) scale(a, size, -power)
  v = vector(n)
  w = vector(n)
  x = vector(n)
  y = vector(n)
  for (let k = n - 1; k >= 0; k--) {
    const at = <usize>k << 3
    const last = a + <usize>k * row
    updateRow(last, k)
    store<f64>(diagonal + at, load<f64>(last + at))
    if (k === 0) break
    const factor = reflect(last, k, off + at - 8)
    for (let i = 0; i < k; i += 2) updateAndMultiply(a + <usize>i * row, i)
    finish(k, factor)
    const oldV = v
    v = x
    x = oldV
    const oldW = w
    w = y
    y = oldW
  }
  if (power !== 0) {
    scale(diagonal, n, power)
    scale(off, n - 1, power)
  }
  return true
}

function vector(n: i32): usize {
  return take(<usize>(n + 4) << 3)
}

function scale(values: usize, count: i32, power: i32): void {
  for (const end = values + (<usize>count << 3); values < end; values += 8) {
    store<f64>(values, scaleByPowerOfTwo(load<f64>(values), power))
  }
}

/** a − v_i w_j − w_i v_j. */
@inline
function updated(a: v128, vi: v128, wi: v128, vj: v128, wj: v128): v128 {
  return f64x2.sub(f64x2.sub(a, f64x2.mul(vi, wj)), f64x2.mul(wi, vj))
}

function updateRow(last: usize, k: i32): void {
  const at = <usize>k << 3
  const vk = v128.load64_splat(v + at)
  const wk = v128.load64_splat(w + at)
  for (let j: usize = 0; j <= at; j += 16) {
    v128.store(last + j, updated(v128.load(last + j), vk, wk, v128.load(v + j), v128.load(w + j)))
  }
}

/** Writes the x that reflects the k entries of a row onto the last of them; returns 2/xᵀx, 0 for no reflection. */
function reflect(last: usize, k: i32, off: usize): f64 {
  const length = <usize>(k - 1) << 3
  memory.copy(x, last, length)
  memory.fill(x + length, 0, 32) // what was there before was up to two entries longer
  const end = load<f64>(last + length)
  const rest = dot(x, x, k - 1)
  store<f64>(off, end)
  if (rest === 0) {
    memory.fill(x, 0, length)
    return 0
  }
  const norm = sqrt(rest + end * end)
  const value = end > 0 ? -norm : norm
  store<f64>(off, value)
  store<f64>(x + length, end - value)
  return -1 / (value * (end - value))
}

/**
 * Rows i and i + 1, at `a`, of A ← A − v wᵀ − w vᵀ, and their share of A x. Where the second is beyond those left, it is
 * done, and x is zero there.
 */
function updateAndMultiply(a: usize, i: i32): void {
  const b = a + row
  const at = <usize>i << 3
  const va = v128.load64_splat(v + at)
  const wa = v128.load64_splat(w + at)
  const xa = v128.load64_splat(x + at)
  const vb = v128.load64_splat(v + at, 8)
  const wb = v128.load64_splat(w + at, 8)
  const xb = v128.load64_splat(x + at, 8)
  // The sums of row a and of row b, of index 0, 1 and 2, 3 mod 4.
  let a01 = f64x2.splat(0)
  let a23 = a01
  let b01 = a01
  let b23 = a01
  let j: usize = 0
  for (; j < at; j += 32) {
    let vj = v128.load(v + j)
    let wj = v128.load(w + j)
    let xj = v128.load(x + j)
    let p = updated(v128.load(a + j), va, wa, vj, wj)
    let q = updated(v128.load(b + j), vb, wb, vj, wj)
    v128.store(a + j, p)
    v128.store(b + j, q)
    a01 = f64x2.add(a01, f64x2.mul(p, xj))
    b01 = f64x2.add(b01, f64x2.mul(q, xj))
    v128.store(y + j, f64x2.add(f64x2.add(v128.load(y + j), f64x2.mul(xa, p)), f64x2.mul(xb, q)))
    if (j + 16 >= at) break
    vj = v128.load(v + j, 16)
    wj = v128.load(w + j, 16)
    xj = v128.load(x + j, 16)
    p = updated(v128.load(a + j, 16), va, wa, vj, wj)
    q = updated(v128.load(b + j, 16), vb, wb, vj, wj)
    v128.store(a + j, p, 16)
    v128.store(b + j, q, 16)
    a23 = f64x2.add(a23, f64x2.mul(p, xj))
    b23 = f64x2.add(b23, f64x2.mul(q, xj))
    v128.store(y + j, f64x2.add(f64x2.add(v128.load(y + j, 16), f64x2.mul(xa, p)), f64x2.mul(xb, q)), 16)
  }
  // The square on the diagonal: entry (b, a) counts in its row and in its column.
  const vj = v128.load(v + at)
  const wj = v128.load(w + at)
  const xj = v128.load(x + at)
  const p = updated(v128.load(a + at), va, wa, vj, wj)
  const q = updated(v128.load(b + at), vb, wb, vj, wj)
  v128.store(a + at, p)
  v128.store(b + at, q)
  const below = v128.shuffle<f64>(q, f64x2.splat(0), 0, 2)
  const share = f64x2.mul(below, xj)
  if ((i & 2) === 0) b01 = f64x2.add(b01, share)
  else b23 = f64x2.add(b23, share)
  const diagonal = f64x2.mul(v128.shuffle<f64>(p, q, 0, 3), xj)
  v128.store(y + at, f64x2.add(f64x2.add(sumsOf(a01, a23, b01, b23), diagonal), f64x2.mul(xb, below)))
}

/** y = f A x − ½ f (x · f A x) x, from A x. */
function finish(k: i32, factor: f64): void {
  const end = <usize>k << 3
  const f = f64x2.splat(factor)
  for (let i: usize = 0; i < end; i += 16) v128.store(y + i, f64x2.mul(v128.load(y + i), f))
  memory.fill(y + end, 0, 32)
  const along = f64x2.splat(0.5 * factor * dot(x, y, k))
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(y + i, f64x2.sub(v128.load(y + i), f64x2.mul(along, v128.load(x + i))))
  }
}
