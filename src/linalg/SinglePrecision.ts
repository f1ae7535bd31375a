// Matrices whose entries are float32 numbers, and arithmetic that rounds each result to one: what a calculation in
// single precision would have seen, held in doubles. It is that arithmetic to the bit: a double has more than twice the
// digits, so that rounding +, −, ×, ÷ and √ twice, to a double and by `Math.fround`, is as good as once.
import { exponent, scaleByPowerOfTwo } from "./elementary.ts"
import * as Matrix from "./Matrix.ts"
import { largestEntry } from "./NotFinite.ts"

const { fround } = Math

/** Every entry rounded to float32. */
export const round = (a: Matrix.Matrix): Matrix.Matrix => Matrix.make(a.rows, a.columns, a.data.map(fround))

/** a + b, rounded. */
export const add = (a: Matrix.Matrix, b: Matrix.Matrix): Matrix.Matrix => round(Matrix.add(a, b))

/** a·b; every entry is summed from +0 over the inner index in order, and each product and each sum is rounded. */
export const multiply = (a: Matrix.Matrix, b: Matrix.Matrix): Matrix.Matrix => {
  if (a.columns !== b.rows) {
    throw new Error(`Cannot multiply a ${a.rows} × ${a.columns} and a ${b.rows} × ${b.columns} matrix.`)
  }
  const result = Matrix.make(a.rows, b.columns)
  for (let r = 0; r < a.rows; r++) {
    for (let c = 0; c < b.columns; c++) {
      let sum = 0
      for (let k = 0; k < a.columns; k++) sum = fround(sum + fround(Matrix.at(a, r, k) * Matrix.at(b, k, c)))
      result.data[r * b.columns + c] = sum
    }
  }
  return result
}

/**
 * Singular values, largest first, by one-sided Jacobi in single precision throughout: their error is some tens of units
 * of 2⁻²⁴ times the largest, as with any backward stable method at this precision.
 */
export const singularValues = (a: Matrix.Matrix): Float64Array => {
  const largest = largestEntry(a)
  if (largest === 0) return new Float64Array(Math.min(a.rows, a.columns))
  const power = exponent(largest)
  const rows = vectorsOf(a).map((row) => row.map((entry) => fround(scaleByPowerOfTwo(entry, -power))))
  for (let sweep = 0, turned = true; turned && sweep < MOST_SWEEPS; sweep++) {
    turned = false
    for (let p = 0; p < rows.length; p++) {
      for (let q = p + 1; q < rows.length; q++) turned = orthogonalize(rows[p]!, rows[q]!) || turned
    }
  }
  return Float64Array.from(rows, (row) => scaleByPowerOfTwo(fround(Math.sqrt(dot(row, row))), power)).sort().reverse()
}

/** Tiny rows, which are round-off, need not ever become orthogonal. */
const MOST_SWEEPS = 30
const UNIT = 5.960464477539063e-8

/** The rows, or the columns where they are fewer. */
const vectorsOf = (a: Matrix.Matrix): ReadonlyArray<Float64Array> => {
  const b = a.rows <= a.columns ? a : Matrix.transpose(a)
  return Array.from({ length: b.rows }, (_, row) => Matrix.row(b, row))
}

/** Turns two rows in their plane until they are orthogonal; false where they are already. */
const orthogonalize = (p: Float64Array, q: Float64Array): boolean => {
  const [pp, pq, qq] = [dot(p, p), dot(p, q), dot(q, q)]
  if (Math.abs(pq) <= p.length * UNIT * Math.sqrt(pp) * Math.sqrt(qq)) return false
  const zeta = fround(fround(qq - pp) / fround(2 * pq))
  const size = fround(Math.abs(zeta) + fround(Math.sqrt(fround(1 + fround(zeta * zeta)))))
  const tangent = fround((zeta < 0 ? -1 : 1) / size)
  const cosine = fround(1 / fround(Math.sqrt(fround(1 + fround(tangent * tangent)))))
  const sine = fround(cosine * tangent)
  for (let k = 0; k < p.length; k++) {
    const [x, y] = [p[k]!, q[k]!]
    p[k] = fround(fround(cosine * x) - fround(sine * y))
    q[k] = fround(fround(sine * x) + fround(cosine * y))
  }
  return true
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum = fround(sum + fround(a[k]! * b[k]!))
  return sum
}
