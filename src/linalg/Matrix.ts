// A dense real matrix: its shape and its entries, row after row, in one Float64Array.
// Functions here return new matrices and never write to their arguments.

import { hypot } from "./elementary.ts"
import { dot as sumOfProducts } from "./reference/dot.ts"
import { product } from "./reference/product.ts"

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Entry (r, c), counted from 0, is `data[r * columns + c]`. */
  readonly data: Float64Array
}

/** The matrix over `data` (shared, not copied), or of zeros. */
export const make = (rows: number, columns: number, data: Float64Array = new Float64Array(rows * columns)): Matrix => {
  if (data.length !== rows * columns) {
    throw new Error(`A ${rows} × ${columns} matrix needs ${rows * columns} entries, not ${data.length}.`)
  }
  return { rows, columns, data }
}

export const fromRows = (rows: ReadonlyArray<ReadonlyArray<number>>): Matrix => {
  const columns = rows[0]?.length ?? 0
  if (rows.some((row) => row.length !== columns)) throw new Error("Every row of a matrix needs the same length.")
  return make(rows.length, columns, Float64Array.from(rows.flat()))
}

export const identity = (n: number): Matrix => diagonal(new Float64Array(n).fill(1))

/** The matrix with `values` on its main diagonal and zeros elsewhere; square unless told. */
export const diagonal = (values: ArrayLike<number>, rows = values.length, columns = rows): Matrix => {
  const result = make(rows, columns)
  const count = Math.min(values.length, rows, columns)
  for (let i = 0; i < count; i++) result.data[i * columns + i] = values[i]!
  return result
}

/** Entry in row `row`, column `column`, both counted from 0. */
export const at = (a: Matrix, row: number, column: number): number => a.data[row * a.columns + column]!

export const transpose = (a: Matrix): Matrix => {
  const result = make(a.columns, a.rows)
  for (let r = 0; r < a.rows; r++) {
    for (let c = 0; c < a.columns; c++) result.data[c * a.rows + r] = a.data[r * a.columns + c]!
  }
  return result
}

/** a·b; every entry is summed from +0 over the inner index in order, multiply then add. */
export const multiply = (a: Matrix, b: Matrix): Matrix => {
  if (a.columns !== b.rows) throw mismatch("multiply", a, b)
  const result = make(a.rows, b.columns)
  product(a.rows, b.columns, a.columns, a.data, a.columns, 1, b.data, b.columns, 1, result.data)
  return result
}

export const add = (a: Matrix, b: Matrix): Matrix => {
  if (!sameShape(a, b)) throw mismatch("add", a, b)
  const result = make(a.rows, a.columns)
  for (let i = 0; i < result.data.length; i++) result.data[i] = a.data[i]! + b.data[i]!
  return result
}

export const subtract = (a: Matrix, b: Matrix): Matrix => {
  if (!sameShape(a, b)) throw mismatch("subtract", a, b)
  const result = make(a.rows, a.columns)
  for (let i = 0; i < result.data.length; i++) result.data[i] = a.data[i]! - b.data[i]!
  return result
}

export const scale = (a: Matrix, factor: number): Matrix => {
  const result = make(a.rows, a.columns)
  for (let i = 0; i < result.data.length; i++) result.data[i] = a.data[i]! * factor
  return result
}

/** Σ a_rc b_rc, by four interleaved partial sums. */
export const dot = (a: Matrix, b: Matrix): number => {
  if (!sameShape(a, b)) throw mismatch("take the inner product of", a, b)
  return sumOfProducts(a.data, 0, b.data, 0, a.data.length)
}

/** √(Σ a_rc²), for entries whose squares overflow or vanish as well. */
export const frobenius = (a: Matrix): number => {
  const norm = Math.sqrt(dot(a, a))
  return norm > 1e-140 && norm < 1e150 ? norm : a.data.reduce(hypot, 0)
}

/** Column `index`, counted from 0, as a copy. */
export const column = (a: Matrix, index: number): Float64Array => {
  const result = new Float64Array(a.rows)
  for (let r = 0; r < a.rows; r++) result[r] = a.data[r * a.columns + index]!
  return result
}

/** Row `index`, counted from 0, as a copy. */
export const row = (a: Matrix, index: number): Float64Array => a.data.slice(index * a.columns, (index + 1) * a.columns)

/** Columns `from` up to but without `to`, counted from 0. */
export const columns = (a: Matrix, from: number, to: number): Matrix => {
  const result = make(a.rows, to - from)
  for (let r = 0; r < a.rows; r++) {
    result.data.set(a.data.subarray(r * a.columns + from, r * a.columns + to), r * result.columns)
  }
  return result
}

/** Rows `from` up to but without `to`, counted from 0. */
export const rows = (a: Matrix, from: number, to: number): Matrix =>
  make(to - from, a.columns, a.data.slice(from * a.columns, to * a.columns))

const sameShape = (a: Matrix, b: Matrix): boolean => a.rows === b.rows && a.columns === b.columns

const mismatch = (what: string, a: Matrix, b: Matrix): Error =>
  new Error(`Cannot ${what} a ${a.rows} × ${a.columns} and a ${b.rows} × ${b.columns} matrix: make their shapes agree.`)
