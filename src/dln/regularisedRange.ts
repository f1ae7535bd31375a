// C with C Cᵀ = B (I + BᵀB)^{-1} Bᵀ, for B whose rows differ in size by any number of digits (rows that grow like
// e^{s_k t} do). BᵀB would keep the largest alone. So C is the upper part of Q in the QR decomposition of [B; I] by
// Householder reflections with rows sorted by size and columns pivoted, which errs row by row and not as a whole.
// Source: Cox and Higham, "Stability of Householder QR factorization for weighted least squares problems" (1998).
import * as Matrix from "../linalg/Matrix.ts"

/** C: rows × columns, as B; unique up to a rotation from the right. */
export const regularisedRange = (b: Matrix.Matrix): Matrix.Matrix => {
  const stacked = Matrix.make(b.rows + b.columns, b.columns)
  stacked.data.set(b.data)
  stacked.data.set(Matrix.identity(b.columns).data, b.data.length)

  const sizes = Array.from({ length: stacked.rows }, (_, r) => norm(Matrix.row(stacked, r), 0))
  const order = sizes.map((_, r) => r).sort((r, other) => sizes[other]! - sizes[r]!)
  const columns = Array.from({ length: b.columns }, (_, c) => {
    const column = Matrix.column(stacked, c)
    return Float64Array.from(order, (r) => column[r]!)
  })

  const reflectors = columns.map((_, j) => {
    let pivot = j
    for (let c = j + 1; c < columns.length; c++) {
      if (norm(columns[c]!, j) > norm(columns[pivot]!, j)) pivot = c
    }
    const chosen = columns[pivot]!
    columns[pivot] = columns[j]!
    columns[j] = chosen
    const reflector = reflectorOf(chosen, j)
    for (const column of columns.slice(j + 1)) reflect(column, reflector)
    return reflector
  })

  const result = Matrix.make(b.rows, b.columns)
  for (let c = 0; c < b.columns; c++) {
    const column = new Float64Array(stacked.rows)
    column[c] = 1
    for (const reflector of reflectors.toReversed()) reflect(column, reflector)
    order.forEach((r, at) => {
      if (r < b.rows) result.data[r * b.columns + c] = column[at]!
    })
  }
  return result
}

/** The vector that reflects entries `from`, … of a column onto the first of them; they are not all 0, thanks to I. */
const reflectorOf = (column: Float64Array, from: number): Float64Array => {
  const length = norm(column, from)
  const reflector = column.map((value, at) => (at < from ? 0 : value / length))
  reflector[from] = reflector[from]! + (reflector[from]! < 0 ? -1 : 1)
  return reflector
}

/** x − 2 v (v·x)/(v·v), in place. */
const reflect = (x: Float64Array, v: Float64Array): void => {
  let along = 0
  let square = 0
  for (let at = 0; at < x.length; at++) {
    along += v[at]! * x[at]!
    square += v[at]! * v[at]!
  }
  const factor = (2 * along) / square
  for (let at = 0; at < x.length; at++) x[at] = x[at]! - factor * v[at]!
}

const norm = (values: Float64Array, from: number): number => {
  let total = 0
  for (let at = from; at < values.length; at++) total += values[at]! * values[at]!
  return Math.sqrt(total)
}
