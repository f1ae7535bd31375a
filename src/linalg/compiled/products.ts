// Products of large matrices by a compiled kernel.

import * as Matrix from "../Matrix.ts"

/** a·b; every entry is summed from +0 over the inner index in order, multiply then add. */
const multiply = Matrix.multiply
/** aᵀ·b in the same way. */
const multiplyTransposed = (a: Matrix.Matrix, b: Matrix.Matrix): Matrix.Matrix => multiply(Matrix.transpose(a), b)

export const reference = { multiply, multiplyTransposed }

export type Products = typeof reference

/** What a kernel offers: c = a·b, or aᵀ·b. */
export type CompiledProduct = (
  rows: number,
  columns: number,
  depth: number,
  isTransposed: boolean,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array
) => void

export const productsOf = (compiled: CompiledProduct): Products => {
  const call = (rows: number, depth: number, isTransposed: boolean, a: Matrix.Matrix, b: Matrix.Matrix): Matrix.Matrix => {
    const result = Matrix.make(rows, b.columns)
    compiled(rows, b.columns, depth, isTransposed, a.data, b.data, result.data)
    return result
  }
  return {
    multiply: (a, b) => fit(a.columns, a, b) ? call(a.rows, a.columns, false, a, b) : reference.multiply(a, b),
    multiplyTransposed: (a, b) => fit(a.rows, a, b) ? call(a.columns, a.rows, true, a, b) : reference.multiplyTransposed(a, b)
  }
}

/** Whether the shapes fit each other, and the work is worth a call. */
const fit = (depth: number, a: Matrix.Matrix, b: Matrix.Matrix): boolean =>
  depth === b.rows && a.data.length * b.columns >= 1000
