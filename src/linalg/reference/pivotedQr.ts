// Householder QR with column pivoting, of a matrix whose rows were sorted by size first: rows and columns of very
// different size then keep their own relative accuracy (Cox & Higham, Stability of Householder QR factorization for
// weighted least squares problems, 1998), and the pivots show the rank.

import { exponent, scaleByPowerOfTwo } from "../elementary.ts"
import { dot } from "./dot.ts"

/** A[·, order] = Q R for an m × n matrix A of rank r: the number of pivots that are not exactly zero. */
export interface PivotedQr {
  readonly rank: number
  /** m × r with orthonormal columns, row after row. */
  readonly Q: Float64Array
  /** r × n, upper trapezoidal, row after row. */
  readonly R: Float64Array
  /** Column c of R belongs to column order[c] of A, from 0. */
  readonly order: Int32Array
}

/** Uses up `a` (m × n, row after row). */
export const pivotedQr = (a: Float64Array, m: number, n: number): PivotedQr => {
  const rowOrder = sortRows(a, m, n)
  const order = Int32Array.from({ length: n }, (_, c) => c)
  const v = new Float64Array(m * Math.min(m, n)) // the vector of reflection k is row k, from its entry k on
  const factors = new Float64Array(Math.min(m, n)) // 2/vᵀv
  const sums = new Float64Array(n) // what is left of each column, in the 1-norm: no square can vanish
  const w = new Float64Array(n)
  for (let i = 0; i < m; i++) for (let c = 0; c < n; c++) sums[c] = sums[c]! + Math.abs(a[i * n + c]!)
  let rank = 0
  for (; rank < factors.length; rank++) {
    let pivot = rank
    for (let c = rank + 1; c < n; c++) if (sums[c]! > sums[pivot]!) pivot = c
    if (sums[pivot] === 0) break
    swapColumns(a, m, n, rank, pivot, order, sums)
    factors[rank] = reflectColumn(a, m, n, rank, v)
    updateColumns(a, m, n, rank, v, factors[rank]!, w, sums)
  }
  return { rank, Q: productOfReflections(v, factors, m, rank, w, rowOrder), R: a.subarray(0, rank * n), order }
}

/** Sorts the rows by their largest entry, descending, and returns where each came from. */
const sortRows = (a: Float64Array, m: number, n: number): Int32Array => {
  const sizes = new Float64Array(m)
  const from = new Int32Array(m)
  let moved = false
  for (let i = 0; i < m; i++) {
    let size = 0
    for (let c = 0; c < n; c++) size = Math.max(size, Math.abs(a[i * n + c]!))
    let to = i
    for (; to > 0 && sizes[to - 1]! < size; to--) {
      sizes[to] = sizes[to - 1]!
      from[to] = from[to - 1]!
      moved = true
    }
    sizes[to] = size
    from[to] = i
  }
  if (moved) {
    const unsorted = a.slice(0, m * n)
    for (let i = 0; i < m; i++) for (let c = 0; c < n; c++) a[i * n + c] = unsorted[from[i]! * n + c]!
  }
  return from
}

const swapColumns = (
  a: Float64Array, m: number, n: number, c: number, d: number, order: Int32Array, sums: Float64Array
): void => {
  if (c === d) return
  for (let at = 0; at < m * n; at += n) {
    const entry = a[at + c]!
    a[at + c] = a[at + d]!
    a[at + d] = entry
  }
  const index = order[c]!
  order[c] = order[d]!
  order[d] = index
  sums[d] = sums[c]!
}

/** Reflects column k, from row k on, onto its first entry; writes v, scaled to about 1, and returns 2/vᵀv. */
const reflectColumn = (a: Float64Array, m: number, n: number, k: number, v: Float64Array): number => {
  let size = 0
  for (let i = k; i < m; i++) size = Math.max(size, Math.abs(a[i * n + k]!))
  const power = exponent(size)
  for (let i = k; i < m; i++) {
    v[k * m + i] = scaleByPowerOfTwo(a[i * n + k]!, -power)
    a[i * n + k] = 0
  }
  const start = k * m + k
  const norm = Math.sqrt(dot(v, start, v, start, m - k))
  const value = v[start]! > 0 ? -norm : norm
  v[start] = v[start]! - value
  a[k * n + k] = scaleByPowerOfTwo(value, power)
  return -1 / (value * v[start]!)
}

/** Reflects the columns right of k and sums anew what they keep below row k. */
const updateColumns = (
  a: Float64Array, m: number, n: number, k: number, v: Float64Array, factor: number, w: Float64Array, sums: Float64Array
): void => {
  w.fill(0, k + 1, n)
  for (let i = k; i < m; i++) {
    const vi = v[k * m + i]!
    for (let c = k + 1; c < n; c++) w[c] = w[c]! + vi * a[i * n + c]!
  }
  for (let c = k + 1; c < n; c++) {
    w[c] = factor * w[c]!
    sums[c] = 0
    a[k * n + c] = a[k * n + c]! - v[k * m + k]! * w[c]!
  }
  for (let i = k + 1; i < m; i++) {
    const vi = v[k * m + i]!
    for (let c = k + 1; c < n; c++) {
      const left = a[i * n + c]! - vi * w[c]!
      a[i * n + c] = left
      sums[c] = sums[c]! + Math.abs(left)
    }
  }
}

/** The first `rank` columns of the product of the reflections, its rows put back where they came from. */
const productOfReflections = (
  v: Float64Array, factors: Float64Array, m: number, rank: number, w: Float64Array, rowOrder: Int32Array
): Float64Array => {
  const sorted = new Float64Array(m * rank)
  for (let k = rank - 1; k >= 0; k--) {
    sorted[k * rank + k] = 1
    w.fill(0, k, rank)
    for (let i = k; i < m; i++) {
      const vi = v[k * m + i]!
      for (let c = k; c < rank; c++) w[c] = w[c]! + vi * sorted[i * rank + c]!
    }
    for (let i = k; i < m; i++) {
      const vi = factors[k]! * v[k * m + i]!
      for (let c = k; c < rank; c++) sorted[i * rank + c] = sorted[i * rank + c]! - vi * w[c]!
    }
  }
  const Q = new Float64Array(m * rank)
  for (let i = 0; i < m; i++) Q.set(sorted.subarray(i * rank, (i + 1) * rank), rowOrder[i]! * rank)
  return Q
}
