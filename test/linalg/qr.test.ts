import { QrDecomposition, Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { pivotedQr, pivotedR } from "../../src/linalg/pivotedQr.ts"
import { qr } from "../../src/linalg/qr.ts"
import * as Random from "../../src/linalg/Random.ts"

const gaussian = (rows: number, columns: number, name = "qr"): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream(name, rows, columns), 0, rows * columns))
const shapes = [[1, 1], [4, 4], [7, 3], [3, 7], [1, 5], [5, 1], [20, 20], [64, 20]] as const

const distance = (a: Matrix.Matrix, b: Matrix.Matrix): number => Matrix.frobenius(Matrix.subtract(a, b))
const orthonormality = (q: Matrix.Matrix): number =>
  distance(Matrix.multiply(Matrix.transpose(q), q), Matrix.identity(q.columns))
const belowDiagonal = (r: Matrix.Matrix): number =>
  r.data.reduce((sum, x, at) => sum + (Math.floor(at / r.columns) > at % r.columns ? Math.abs(x) : 0), 0)

describe("QR", () => {
  test("rebuilds the matrix from orthonormal columns and a triangle with a diagonal that is not negative", () => {
    for (const [m, n] of shapes) {
      for (const a of [gaussian(m, n), Matrix.make(m, n), Matrix.multiply(gaussian(m, 1), gaussian(1, n))]) {
        const { Q, R } = qr(a)
        expect([Q.columns, R.rows]).toEqual([Math.min(m, n), Math.min(m, n)])
        expect(distance(Matrix.multiply(Q, R), a)).toBeLessThan(2e-15 * Math.max(1, Matrix.frobenius(a)))
        expect(orthonormality(Q)).toBeLessThan(1e-14)
        expect(belowDiagonal(R)).toBe(0)
        for (let k = 0; k < R.rows; k++) expect(Matrix.at(R, k, k)).toBeGreaterThanOrEqual(0)
      }
    }
  })

  test("agrees with ml-matrix up to signs", () => {
    for (const [m, n] of [[4, 4], [7, 3], [20, 20]] as const) {
      const a = gaussian(m, n)
      const reference = new QrDecomposition(Reference.from1DArray(m, n, Array.from(a.data)))
      const known = reference.upperTriangularMatrix.to1DArray()
      qr(a).R.data.forEach((x, at) => expect(Math.abs(Math.abs(x) - Math.abs(known[at]!))).toBeLessThan(1e-13))
    }
  })

  test("works for entries near the ends of the doubles", () => {
    for (const size of [2 ** -1000, 2 ** 1000]) {
      const { Q, R } = qr(Matrix.scale(gaussian(6, 4), size))
      expect(distance(Q, qr(gaussian(6, 4)).Q)).toBeLessThan(1e-15)
      expect(distance(Matrix.scale(R, 1 / size), qr(gaussian(6, 4)).R)).toBeLessThan(1e-15)
    }
  })
})

describe("column-pivoted QR", () => {
  test("rebuilds the matrix in the order of its pivots, the largest first", () => {
    for (const [m, n] of shapes) {
      const a = gaussian(m, n)
      const { Q, R, order } = pivotedQr(a)
      expect(Array.from(order.toSorted())).toEqual(Array.from({ length: n }, (_, c) => c))
      const ordered = Matrix.make(m, n)
      order.forEach((from, c) => { for (let r = 0; r < m; r++) ordered.data[r * n + c] = Matrix.at(a, r, from) })
      expect(distance(Matrix.multiply(Q, R), ordered)).toBeLessThan(1e-15 * Math.max(5, Matrix.frobenius(a)))
      expect(orthonormality(Q)).toBeLessThan(1e-14)
      expect(belowDiagonal(R)).toBe(0)
      for (let k = 1; k < R.rows; k++) {
        expect(Math.abs(Matrix.at(R, k, k))).toBeLessThanOrEqual(Math.sqrt(m) * Math.abs(Matrix.at(R, k - 1, k - 1)))
      }
      expect(pivotedR(a)).toEqual(R)
    }
  })

  test("stops at an exact rank and shows a rounded one", () => {
    const exact = Matrix.multiply(Matrix.diagonal([1, 1, 0, 0, 0]), gaussian(5, 4))
    expect(pivotedQr(exact).R.rows).toBe(2)
    expect(pivotedQr(Matrix.make(3, 4)).R.rows).toBe(0)
    const rounded = pivotedQr(Matrix.multiply(gaussian(9, 3), gaussian(3, 9))).R
    expect(Math.abs(Matrix.at(rounded, 2, 2))).toBeGreaterThan(1e-2)
    expect(Math.abs(Matrix.at(rounded, 3, 3))).toBeLessThan(1e-13)
  })

  test("keeps small rows and small columns to their own accuracy", () => {
    // a = D b or b E exactly, with powers of two.
    const b = gaussian(5, 5)
    const product = (a: Matrix.Matrix) => pivotedQr(a).R.data.reduce((p, x, at) => (at % 6 === 0 ? p * x : p), 1)
    for (const power of [-60, -20, 20, 60]) {
      const grading = Matrix.diagonal(Array.from({ length: 5 }, (_, k) => 2 ** (power * k)))
      for (const a of [Matrix.multiply(grading, b), Matrix.multiply(b, grading)]) {
        // |det a| is the product of the pivots.
        expect(Math.abs(product(a) / (product(b) * 2 ** (10 * power)))).toBeCloseTo(1, 12)
      }
    }
  })
})
