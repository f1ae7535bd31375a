// Products of large matrices by a compiled kernel.

import * as Matrix from "../Matrix.ts"
import { multiply, multiplyTransposed } from "../reference/multiply.ts"

export const reference = { multiply, multiplyTransposed }

export type Products = typeof reference

/** What a kernel offers: it fills c = a·b, or aᵀ·b. */
export interface CompiledProducts {
  readonly multiply: (
    rows: number,
    columns: number,
    depth: number,
    isTransposed: boolean,
    a: Float64Array,
    b: Float64Array,
    c: Float64Array
  ) => void
}

export const productsOf = (compiled: CompiledProducts): Products => {
  const call = (rows: number, depth: number, isTransposed: boolean, a: Matrix.Matrix, b: Matrix.Matrix): Matrix.Matrix => {
    const result = Matrix.make(rows, b.columns)
    compiled.multiply(rows, b.columns, depth, isTransposed, a.data, b.data, result.data)
    return result
  }
  return {
    multiply: (a, b) => fit(a.columns, a, b) ? call(a.rows, a.columns, false, a, b) : reference.multiply(a, b),
    multiplyTransposed: (a, b) => fit(a.rows, a, b) ? call(a.columns, a.rows, true, a, b) : reference.multiplyTransposed(a, b)
  }
}

/** Whether the shapes fit each other and what they are of, and the work is worth a call. */
const fit = (depth: number, a: Matrix.Matrix, b: Matrix.Matrix): boolean =>
  depth === b.rows && isWhole(a) && isWhole(b) && a.data.length * b.columns >= 400

const isWhole = ({ rows, columns, data }: Matrix.Matrix): boolean => data.length === rows * columns
