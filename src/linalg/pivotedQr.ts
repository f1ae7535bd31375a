// Householder QR with column pivoting, of a matrix whose rows were sorted by size first: rows and columns of very
// different size then keep their own relative accuracy (Cox & Higham, Stability of Householder QR factorization for
// weighted least squares problems, 1998), and the pivots show the rank.
import { productOfReflections, reflectColumn, reflectRest } from "./householder.ts"
import * as Matrix from "./Matrix.ts"

/** A[·, order] = Q R for an m × n matrix A of rank r: the number of pivots that are not exactly zero. */
export interface PivotedQr {
  /** m × r, orthonormal columns. */
  readonly Q: Matrix.Matrix
  /** r × n, upper trapezoidal; the absolute values of its diagonal fall, up to a factor √m. */
  readonly R: Matrix.Matrix
  /** Column c of R belongs to column order[c] of A, from 0. */
  readonly order: Int32Array
}

export const pivotedQr = (matrix: Matrix.Matrix): PivotedQr => {
  const { R, order, reflectors, factors, rowOrder } = factorize(matrix)
  const [m, rank] = [matrix.rows, R.rows]
  const sorted = productOfReflections(reflectors, factors, m, rank)
  const Q = Matrix.make(m, rank)
  for (let i = 0; i < m; i++) {
    for (let c = 0; c < rank; c++) Q.data[rowOrder[i]! * rank + c] = sorted[i * rank + c]!
  }
  return { Q, R, order }
}

/** R alone. */
export const pivotedR = (matrix: Matrix.Matrix): Matrix.Matrix => factorize(matrix).R

const factorize = (matrix: Matrix.Matrix) => {
  const { rows: m, columns: n } = matrix
  const rowOrder = largestFirst(matrix)
  const a = new Float64Array(m * n)
  const order = new Int32Array(n)
  const sums = new Float64Array(n) // what is left of each column, in the 1-norm, which cannot underflow as squares do
  const reflectors = new Float64Array(m * Math.min(m, n))
  const factors = new Float64Array(Math.min(m, n))
  const w = new Float64Array(n)
  for (let c = 0; c < n; c++) order[c] = c
  for (let i = 0, at = 0; i < m; i++) {
    for (let c = 0, from = rowOrder[i]! * n; c < n; c++, at++, from++) {
      a[at] = matrix.data[from]!
      sums[c] = sums[c]! + Math.abs(a[at]!)
    }
  }
  let rank = 0
  for (; rank < factors.length; rank++) {
    let pivot = rank
    for (let c = rank + 1; c < n; c++) if (sums[c]! > sums[pivot]!) pivot = c
    if (sums[pivot] === 0) break
    if (pivot !== rank) swapColumns(a, m, n, rank, pivot, order, sums)
    factors[rank] = reflectColumn(a, m, n, rank, reflectors)
    reflectRest(a, m, n, rank, reflectors, factors[rank]!, w, sums)
  }
  return { R: Matrix.make(rank, n, a.slice(0, rank * n)), order, reflectors, factors, rowOrder }
}

/** The indices of the rows by their largest entry, descending. */
const largestFirst = ({ rows, columns, data }: Matrix.Matrix): Int32Array => {
  const sizes = new Float64Array(rows)
  const order = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    let size = 0
    for (let c = 0; c < columns; c++) size = Math.max(size, Math.abs(data[i * columns + c]!))
    let to = i
    for (; to > 0 && sizes[to - 1]! < size; to--) {
      sizes[to] = sizes[to - 1]!
      order[to] = order[to - 1]!
    }
    sizes[to] = size
    order[to] = i
  }
  return order
}

const swapColumns = (
  a: Float64Array, m: number, n: number, c: number, d: number, order: Int32Array, sums: Float64Array
): void => {
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
