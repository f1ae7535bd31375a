// Householder QR, of a matrix as it is or, with column pivoting, of one whose rows are sorted by size first: the bits of
// src/linalg/reference/qFactors.ts and of src/linalg/pivotedQr.ts. Lanes run across columns.

import { take } from "./arena"
import { Dense, dense } from "./Dense"
import { dot } from "./dot"
import { exponent, scaleByPowerOfTwo } from "./powers"

/** R, upper trapezoidal: as many rows as the rank; column c belongs to column `columnOf(c)` of the matrix. */
export let R: Dense = changetype<Dense>(0)

/** Row k: the vector of reflection k from its entry k on, then zeros. */
let reflectors: Dense = changetype<Dense>(0)
let factors: usize = 0
/** What is left of each column, in the 1-norm. */
let sums: usize = 0
let w: usize = 0
/** The largest entries of the rows, descending, and the places of these rows and of the columns. */
let sizes: usize = 0
let rowOrder: usize = 0
let order: usize = 0

/** Takes memory for matrices of up to `most` rows and columns. */
export function reservePivotedQr(most: i32): void {
  R = dense(most, most)
  reflectors = dense(most, most + 4)
  factors = take(<usize>most << 3)
  sums = take(R.stride)
  w = take(R.stride)
  sizes = take(<usize>most << 3)
  rowOrder = take(<usize>most << 2)
  order = take(<usize>most << 2)
}

@inline
export function columnOf(c: i32): i32 {
  return load<i32>(order + (<usize>c << 2))
}

/** The rank is then that of any matrix of its shape. */
export function factorizeAsItIs(matrix: Dense): void {
  const m = matrix.rows
  const n = matrix.columns
  R.shape(m, n)
  reflectors.shape(m, m + 4)
  for (let i = 0; i < m; i++) store<i32>(rowOrder + (<usize>i << 2), i)
  copyRows(matrix)
  const rank = min(m, n)
  for (let k = 0; k < rank; k++) reflect(k)
  R.shape(rank, n)
}

export function factorize(matrix: Dense): void {
  const m = matrix.rows
  const n = matrix.columns
  R.shape(m, n)
  reflectors.shape(m, m + 4)
  sortRows(matrix)
  copyRows(matrix)
  for (let c = 0; c < n; c++) store<i32>(order + (<usize>c << 2), c)
  const most = min(m, n)
  let rank = 0
  for (; rank < most; rank++) {
    let pivot = rank
    for (let c = rank + 1; c < n; c++) if (sumOf(c) > sumOf(pivot)) pivot = c
    if (sumOf(pivot) === 0) break
    if (pivot !== rank) swapColumns(rank, pivot)
    reflect(rank)
  }
  R.shape(rank, n)
}

/** Q: as many columns as the rank. */
export function writeQ(Q: Dense): void {
  const m = reflectors.rows
  const rank = R.rows
  Q.shape(m, rank)
  const stride = Q.stride
  memory.fill(Q.entries, 0, <usize>m * stride)
  for (let k = rank - 1; k >= 0; k--) {
    const v = reflectors.row(k)
    const f = load<f64>(factors + (<usize>k << 3))
    store<f64>(sortedRow(Q, k) + (<usize>k << 3), 1)
    // From an even column on: those to the left of k are still zero.
    const start = <usize>(k & ~1) << 3
    memory.fill(w + start, 0, stride - start)
    for (let i = k; i < m; i++) addRow(v + (<usize>i << 3), sortedRow(Q, i), start, stride)
    for (let i = k; i < m; i++) {
      const scaled = f64x2.splat(f * load<f64>(v + (<usize>i << 3)))
      const row = sortedRow(Q, i)
      for (let c = start; c < stride; c += 16) {
        v128.store(row + c, f64x2.sub(v128.load(row + c), f64x2.mul(scaled, v128.load(w + c))))
      }
    }
  }
}

/** w ← w + v_i·row, from `start` to `end` in bytes. */
@inline
function addRow(v: usize, row: usize, start: usize, end: usize): void {
  const vi = v128.load64_splat(v)
  for (let c = start; c < end; c += 16) {
    v128.store(w + c, f64x2.add(v128.load(w + c), f64x2.mul(vi, v128.load(row + c))))
  }
}

@inline
function sumOf(c: i32): f64 {
  return load<f64>(sums + (<usize>c << 3))
}

/** Row i in the order of the sizes. */
@inline
function sortedRow(matrix: Dense, i: i32): usize {
  return matrix.row(load<i32>(rowOrder + (<usize>i << 2)))
}

function sortRows(matrix: Dense): void {
  const bytes = matrix.stride
  for (let i = 0; i < matrix.rows; i++) {
    const row = matrix.row(i)
    let most = f64x2.splat(0)
    for (let c: usize = 0; c < bytes; c += 16) most = f64x2.pmax(most, f64x2.abs(v128.load(row + c)))
    const size = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1))
    let to = i
    for (; to > 0 && load<f64>(sizes + (<usize>(to - 1) << 3)) < size; to--) {
      store<f64>(sizes + (<usize>to << 3), load<f64>(sizes + (<usize>(to - 1) << 3)))
      store<i32>(rowOrder + (<usize>to << 2), load<i32>(rowOrder + (<usize>(to - 1) << 2)))
    }
    store<f64>(sizes + (<usize>to << 3), size)
    store<i32>(rowOrder + (<usize>to << 2), i)
  }
}

/** Copies the rows in their order, and sums up the columns. */
function copyRows(matrix: Dense): void {
  const bytes = matrix.stride
  memory.fill(sums, 0, bytes)
  for (let i = 0; i < matrix.rows; i++) {
    const from = sortedRow(matrix, i)
    const to = R.row(i)
    for (let c: usize = 0; c < bytes; c += 16) {
      const entries = v128.load(from + c)
      v128.store(to + c, entries)
      v128.store(sums + c, f64x2.add(v128.load(sums + c), f64x2.abs(entries)))
    }
  }
}

function swapColumns(c: i32, d: i32): void {
  let p = R.entries + (<usize>c << 3)
  let q = R.entries + (<usize>d << 3)
  const stride = R.stride
  for (let i = R.rows; i > 0; i--) {
    const entry = load<f64>(p)
    store<f64>(p, load<f64>(q))
    store<f64>(q, entry)
    p += stride
    q += stride
  }
  const column = columnOf(c)
  store<i32>(order + (<usize>c << 2), columnOf(d))
  store<i32>(order + (<usize>d << 2), column)
  store<f64>(sums + (<usize>d << 3), sumOf(c))
}

/** Reflects column k, from row k on, onto its first entry, and the columns right of it. */
function reflect(k: i32): void {
  const m = R.rows
  const stride = R.stride
  const v = reflectors.row(k)
  const diagonal = R.row(k) + (<usize>k << 3)
  let size: f64 = 0
  for (let i = k, at = diagonal; i < m; i++, at += stride) size = max(size, abs(load<f64>(at)))
  if (size === 0) {
    store<f64>(factors + (<usize>k << 3), 0)
    memory.fill(v + (<usize>k << 3), 0, (<usize>(m - k) << 3) + 32)
    return
  }
  const power = exponent(size)
  for (let i = k, at = diagonal; i < m; i++, at += stride) {
    store<f64>(v + (<usize>i << 3), scaleByPowerOfTwo(load<f64>(at), -power))
    store<f64>(at, 0)
  }
  memory.fill(v + (<usize>m << 3), 0, 32)
  const first = v + (<usize>k << 3)
  const norm = sqrt(dot(first, first, m - k))
  const value = load<f64>(first) > 0 ? -norm : norm
  const vk = load<f64>(first) - value
  store<f64>(first, vk)
  const f = -1 / (value * vk)
  store<f64>(factors + (<usize>k << 3), f)
  reflectRest(k, f, v)
  // Only now, since `reflectRest` begins a little left of column k + 1.
  store<f64>(diagonal, scaleByPowerOfTwo(value, power))
}

function reflectRest(k: i32, f: f64, v: usize): void {
  const m = R.rows
  const stride = R.stride
  const start = <usize>((k + 1) & ~1) << 3
  if (start >= stride) return
  memory.fill(w + start, 0, stride - start)
  const top = R.row(k)
  for (let i = k, row = top; i < m; i++, row += stride) addRow(v + (<usize>i << 3), row, start, stride)
  const factor = f64x2.splat(f)
  const vk = v128.load64_splat(v + (<usize>k << 3))
  for (let c = start; c < stride; c += 16) {
    const scaled = f64x2.mul(factor, v128.load(w + c))
    v128.store(w + c, scaled)
    v128.store(top + c, f64x2.sub(v128.load(top + c), f64x2.mul(vk, scaled)))
  }
  memory.fill(sums + start, 0, stride - start)
  for (let i = k + 1, row = top + stride; i < m; i++, row += stride) {
    const vi = v128.load64_splat(v + (<usize>i << 3))
    for (let c = start; c < stride; c += 16) {
      const left = f64x2.sub(v128.load(row + c), f64x2.mul(vi, v128.load(w + c)))
      v128.store(row + c, left)
      v128.store(sums + c, f64x2.add(v128.load(sums + c), f64x2.abs(left)))
    }
  }
}
