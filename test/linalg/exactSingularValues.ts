// Singular values of a product of matrices of doubles, by integers of 1400 bits: the product is formed exactly, and
// Jacobi's rotations make its columns orthogonal. Nothing of the product under test is used but its matrices.

import * as Matrix from "../../src/linalg/Matrix.ts"
import { ofDouble } from "./bigReal.ts"

const BITS = 1400n
const ONE = 1n << BITS
const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS
const over = (a: bigint, b: bigint): bigint => (a << BITS) / b
const root = (a: bigint): bigint => {
  if (a === 0n) return 0n
  const square = a << BITS
  let x = 1n << BigInt(Math.ceil(square.toString(2).length / 2))
  for (let next = (x + square / x) >> 1n; next < x; next = (x + square / x) >> 1n) x = next
  return x
}
const size = (a: bigint): bigint => (a < 0n ? -a : a)

/** Descending; min(rows, columns) of them. Values below 2^-600 come out as 0. */
export const singularValuesOf = (factors: ReadonlyArray<Matrix.Matrix>): ReadonlyArray<number> => {
  const columns = exactColumns(factors)
  const count = Math.min(columns.length, columns[0]!.length)
  const inner = (a: ReadonlyArray<bigint>, b: ReadonlyArray<bigint>) =>
    a.reduce((sum, x, i) => sum + times(x, b[i]!), 0n)
  for (let rotated = true; rotated;) {
    rotated = false
    for (let p = 0; p < columns.length; p++) {
      for (let q = p + 1; q < columns.length; q++) {
        const [a, b] = [columns[p]!, columns[q]!]
        const [aa, bb, ab] = [inner(a, a), inner(b, b), inner(a, b)]
        if (size(ab) >> 20n === 0n || times(ab, ab) <= times(aa, bb) >> 120n) continue
        rotated = true
        const cotangent = over(bb - aa, 2n * ab)
        const tangent = over(cotangent < 0n ? -ONE : ONE, size(cotangent) + root(ONE + times(cotangent, cotangent)))
        const cosine = over(ONE, root(ONE + times(tangent, tangent)))
        const sine = times(cosine, tangent)
        columns[p] = a.map((x, i) => times(cosine, x) - times(sine, b[i]!))
        columns[q] = a.map((x, i) => times(sine, x) + times(cosine, b[i]!))
      }
    }
  }
  const toNumber = (x: bigint) => Number(x >> (BITS - 700n)) / 2 ** 350 / 2 ** 350
  return columns.map((column) => toNumber(root(inner(column, column)))).sort((a, b) => b - a).slice(0, count)
}

/** The columns of W_j … W_i, in units of 2^-BITS. */
const exactColumns = (factors: ReadonlyArray<Matrix.Matrix>): Array<ReadonlyArray<bigint>> => {
  const entries = (a: Matrix.Matrix, c: number) => Array.from(Matrix.column(a, c), (x) => {
    const { mantissa, exponent } = ofDouble(x)
    return mantissa << BigInt(1074 + exponent)
  })
  const unit = 1074n
  return Array.from({ length: factors[0]!.columns }, (_, c) =>
    factors.slice(1).reduce((vector: ReadonlyArray<bigint>, factor) => {
      const exact = Array.from({ length: factor.columns }, (_, k) => entries(factor, k))
      return Array.from({ length: factor.rows }, (_, r) =>
        exact.reduce((sum, column, k) => sum + column[r]! * vector[k]!, 0n) >> unit)
    }, entries(factors[0]!, c)).map((x) => x << (BITS - unit)))
}
