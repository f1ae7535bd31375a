import { EigenvalueDecomposition, Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { NotFinite } from "../../src/linalg/NotFinite.ts"
import * as Random from "../../src/linalg/Random.ts"
import { eigen } from "../../src/linalg/symmetric.ts"

const gaussian = (rows: number, columns: number): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream("symmetric", rows, columns), 0, rows * columns))
const symmetric = (n: number): Matrix.Matrix => Matrix.add(gaussian(n, n), Matrix.transpose(gaussian(n, n)))
const distance = (a: Matrix.Matrix, b: Matrix.Matrix): number => Matrix.frobenius(Matrix.subtract(a, b))

describe("eigenvalues of a symmetric matrix", () => {
  test("agree with ml-matrix, and with their vectors rebuild the matrix", () => {
    for (const n of [1, 2, 3, 10, 40]) {
      const a = symmetric(n)
      const { values, vectors } = eigen(a)
      const reference = Reference.from1DArray(n, n, Array.from(a.data))
      const known = new EigenvalueDecomposition(reference, { assumeSymmetric: true }).realEigenvalues
      known.sort((x, y) => y - x)
      values.forEach((value, k) => expect(Math.abs(value - known[k]!)).toBeLessThan(1e-14 * Matrix.frobenius(a)))
      const rebuilt = Matrix.multiply(Matrix.multiply(vectors, Matrix.diagonal(values)), Matrix.transpose(vectors))
      expect(distance(rebuilt, a)).toBeLessThan(1e-14 * Matrix.frobenius(a))
      expect(distance(Matrix.multiply(Matrix.transpose(vectors), vectors), Matrix.identity(n))).toBeLessThan(1e-13)
    }
  })

  test("are exact in closed forms: repeated, zero, of either sign, of the second difference", () => {
    const n = 12
    const difference = Matrix.make(n, n)
    for (let i = 0; i < n; i++) {
      difference.data[i * n + i] = 2
      if (i > 0) difference.data[i * n + i - 1] = difference.data[(i - 1) * n + i] = -1
    }
    eigen(difference).values.forEach((value, k) =>
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)), 13))
    const swap = eigen(Matrix.fromRows([[0, 1], [1, 0]])).values
    swap.forEach((value, k) => expect(value).toBeCloseTo(k === 0 ? 1 : -1, 15))
    expect(Array.from(eigen(Matrix.identity(3)).values)).toEqual([1, 1, 1])
    expect(Array.from(eigen(Matrix.make(3, 3)).values)).toEqual([0, 0, 0])
    const ones = eigen(Matrix.make(5, 5, new Float64Array(25).fill(1))).values
    ones.forEach((value, k) => expect(Math.abs(value - (k === 0 ? 5 : 0))).toBeLessThan(1e-14))
  })

  test("of graded definite matrices keep the relative accuracy of the smallest", () => {
    // D B D with B = [[2, 1], [1, 2]]: the determinant 3·4^-60 over the trace, to second order.
    const d = 2 ** -60
    const { values } = eigen(Matrix.fromRows([[2, d], [d, 2 * d * d]]))
    expect(values[1]! / (1.5 * d * d)).toBeCloseTo(1, 14)
  })

  test("of huge and tiny matrices are scaled ones", () => {
    const { values } = eigen(symmetric(6))
    for (const size of [2 ** -900, 2 ** 900]) {
      eigen(Matrix.scale(symmetric(6), size)).values.forEach((value, k) =>
        expect(Math.abs(value / size - values[k]!)).toBeLessThan(1e-14))
    }
  })

  test("of what is not square or not finite are refused", () => {
    expect(() => eigen(Matrix.make(2, 3))).toThrow("2 × 3 matrix is not symmetric")
    expect(() => eigen(Matrix.fromRows([[1, NaN], [NaN, 1]]))).toThrow(NotFinite)
  })
})
