import { describe, expect, test } from "vitest"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { NotFinite } from "../../src/linalg/NotFinite.ts"
import * as Random from "../../src/linalg/Random.ts"
import { svd } from "../../src/linalg/svd.ts"

const gaussian = (rows: number, columns: number): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream(3, "svd", rows, columns), 0, rows * columns))

const orthonormality = (q: Matrix.Matrix): number =>
  Matrix.frobenius(Matrix.subtract(Matrix.multiply(Matrix.transpose(q), q), Matrix.identity(q.columns)))

describe("a singular value decomposition", () => {
  const cases = [
    ...[[1, 1], [5, 5], [8, 3], [3, 8], [1, 6], [20, 20]].map(([rows, columns]) => gaussian(rows!, columns!)),
    Matrix.multiply(gaussian(7, 2), gaussian(2, 5)),
    Matrix.make(4, 3),
    Matrix.identity(4)
  ]

  test("rebuilds the matrix from orthonormal vectors and the kernel's singular values, whatever its shape and rank", () => {
    for (const a of cases) {
      const { U, s, V } = svd(a)
      const scale = Math.max(Matrix.frobenius(a), 1)
      const rebuilt = Matrix.multiply(Matrix.multiply(U, Matrix.diagonal(s)), Matrix.transpose(V))
      expect(Matrix.frobenius(Matrix.subtract(rebuilt, a))).toBeLessThan(1e-14 * scale)
      expect(orthonormality(U)).toBeLessThan(1e-13)
      expect(orthonormality(V)).toBeLessThan(1e-13)
      Kernel.singularValues(a).forEach((value, k) => expect(Math.abs(value - s[k]!)).toBeLessThan(1e-14 * scale))
    }
  })

  test("of what is not finite is refused, not looked for forever", () => {
    for (const bad of [NaN, Infinity, -Infinity]) expect(() => svd(Matrix.fromRows([[1, 2], [bad, 3]]))).toThrow(NotFinite)
  })

  test("of columns of very different size is right in every value and keeps its vectors orthonormal", () => {
    const b = gaussian(6, 6)
    for (const power of [-200, -20, 20, 200]) {
      const a = Matrix.multiply(b, Matrix.diagonal([0, 1, 2, 3, 4, 5].map((k) => 2 ** (power * k / 2))))
      const { U, s, V } = svd(a)
      const known = Kernel.productSpectra([a])
      s.forEach((value, k) => expect(Math.abs(value / known[k]! - 1)).toBeLessThan(1e-13))
      // |det a| = |det b|·2^(7.5·power), over a range where a formed aᵀa would have one digit of the first value alone.
      const determinant = (values: Float64Array) => values.reduce((log, value) => log + Math.log2(value), 0)
      expect(determinant(s)).toBeCloseTo(determinant(svd(b).s) + 7.5 * power, 10)
      expect(orthonormality(U)).toBeLessThan(1e-14)
      expect(orthonormality(V)).toBeLessThan(1e-14)
    }
  })

  test("agrees with Golub and Kahan's values to a few units of the last place for large matrices too", () => {
    const a = gaussian(60, 60)
    const known = Kernel.singularValues(a)
    svd(a).s.forEach((value, k) => expect(Math.abs(value - known[k]!)).toBeLessThan(2e-15 * known[0]!))
  })

  test("works near the ends of the doubles", () => {
    const a = gaussian(4, 5)
    for (const size of [2 ** -1040, 2 ** -1000, 2 ** 1020]) {
      const { U, s, V } = svd(Matrix.scale(a, size))
      const error = size < 2 ** -1022 ? 1e-8 : 1e-14 // subnormal entries are rounded
      s.forEach((value, k) => expect(Math.abs(value / size / svd(a).s[k]! - 1)).toBeLessThan(error))
      expect(orthonormality(U)).toBeLessThan(1e-14)
      expect(orthonormality(V)).toBeLessThan(1e-14)
    }
  })
})
