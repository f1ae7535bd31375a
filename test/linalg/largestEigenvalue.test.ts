import { EigenvalueDecomposition, Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import { largestEigenvalue } from "../../src/linalg/largestEigenvalue.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const times = (a: Matrix.Matrix) => (v: Float64Array) => Matrix.multiply(a, Matrix.make(v.length, 1, v)).data

describe("the largest eigenvalue", () => {
  for (const n of [1, 2, 7, 40, 120]) {
    test(`of a random symmetric matrix of size ${n} is ml-matrix's, also under a negative one of larger modulus`, () => {
      const half = Matrix.make(n, n, Random.normals(Random.stream(7, "matrix", n), 0, n * n))
      const symmetric = Matrix.add(half, Matrix.transpose(half))
      for (const shift of [0, -3 * n, 3 * n]) {
        const a = Matrix.add(symmetric, Matrix.scale(Matrix.identity(n), shift))
        const dense = Reference.from1DArray(n, n, Array.from(a.data))
        const eigenvalues = new EigenvalueDecomposition(dense, { assumeSymmetric: true }).realEigenvalues
        const scale = Math.max(...eigenvalues.map(Math.abs))
        expect(Math.abs(largestEigenvalue(n, times(a)) - Math.max(...eigenvalues))).toBeLessThan(1e-6 * scale)
      }
    })
  }

  test("is found where the operator has few distinct eigenvalues, or none but zero", () => {
    expect(largestEigenvalue(50, (v) => v.map((x) => -2 * x))).toBeCloseTo(-2, 12)
    expect(largestEigenvalue(50, (v) => v.map(() => 0))).toBe(0)
    expect(largestEigenvalue(50, (v) => v.map((x, i) => (i === 17 ? 5 * x : -9 * x)))).toBeCloseTo(5, 12)
  })

  test("is approached from below when few products are allowed", () => {
    const n = 300
    const apply = (v: Float64Array) => v.map((x, i) => x * (i / n) * (i / n))
    const [few, more] = [5, 20].map((steps) => largestEigenvalue(n, apply, { steps }))
    const exact = ((n - 1) / n) * ((n - 1) / n)
    expect(few! < more! && more! < exact).toBe(true)
    expect(few!).toBeGreaterThan(0.8 * exact)
  })
})
