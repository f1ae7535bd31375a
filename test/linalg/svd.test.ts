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
})
