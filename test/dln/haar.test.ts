import { QrDecomposition, Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import { haar, orthonormalize } from "../../src/dln/haar.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const orthonormality = (q: Matrix.Matrix): number =>
  Matrix.frobenius(Matrix.subtract(Matrix.multiply(Matrix.transpose(q), q), Matrix.identity(q.columns)))

describe("orthonormal columns", () => {
  test("are ml-matrix's Q with the signs of R's diagonal moved over", () => {
    for (const [d, k] of [[6, 6], [10, 4], [3, 1], [1, 1]] as const) {
      const data = Random.normals(Random.stream(1, "qr", d, k), 0, d * k)
      const { orthogonalMatrix: Q, upperTriangularMatrix: R } =
        new QrDecomposition(Reference.from1DArray(d, k, Array.from(data)))
      const q = orthonormalize(Matrix.make(d, k, data))
      for (let r = 0; r < d; r++) {
        for (let c = 0; c < k; c++) expect(Matrix.at(q, r, c)).toBeCloseTo(Q.get(r, c) * Math.sign(R.get(c, c)), 11)
      }
    }
  })

  test("are orthonormal to round-off, also for nearly dependent columns", () => {
    const hilbert = Matrix.make(8, 8, Float64Array.from({ length: 64 }, (_, at) => 1 / (Math.floor(at / 8) + (at % 8) + 1)))
    expect(orthonormality(orthonormalize(hilbert))).toBeLessThan(1e-14)
    expect(orthonormality(haar(64, 64, Random.stream(1, "large")))).toBeLessThan(1e-13)
  })

  test("cannot be more than there are rows", () => {
    expect(() => haar(3, 4, Random.stream(1))).toThrow("at most 3")
  })
})

// For one seed drawn at random, each mean below leaves five standard errors with probability 6e-7: some 1e-5 in all.
describe("Haar's measure on O(3)", () => {
  const draws = 10_000
  const d = 3
  const samples = Array.from({ length: draws }, (_, index) => haar(d, d, Random.stream(11, "haar", index)).data)
  const trace = (q: Float64Array) => q[0]! + q[4]! + q[8]!
  const minor = (q: Float64Array) => q[4]! * q[8]! - q[5]! * q[7]!
  const determinant = (q: Float64Array) =>
    q[0]! * minor(q) - q[1]! * (q[3]! * q[8]! - q[5]! * q[6]!) + q[2]! * (q[3]! * q[7]! - q[4]! * q[6]!)
  const moments: ReadonlyArray<readonly [string, (q: Float64Array) => number, number]> = [
    ["q₁₁", (q) => q[0]!, 0],
    ["q₃₃", (q) => q[8]!, 0],
    ["q₁₁²", (q) => q[0]! ** 2, 1 / d],
    ["q₃₃²", (q) => q[8]! ** 2, 1 / d],
    ["q₁₁⁴", (q) => q[0]! ** 4, 3 / (d * (d + 2))],
    ["q₃₃⁴", (q) => q[8]! ** 4, 3 / (d * (d + 2))],
    ["q₁₁² q₂₁²", (q) => q[0]! ** 2 * q[3]! ** 2, 1 / (d * (d + 2))],
    ["q₁₁² q₂₂²", (q) => q[0]! ** 2 * q[4]! ** 2, (d + 1) / (d * (d - 1) * (d + 2))],
    ["q₁₁ q₂₂ q₁₂ q₂₁", (q) => q[0]! * q[4]! * q[1]! * q[3]!, -1 / (d * (d - 1) * (d + 2))],
    ["tr Q", trace, 0],
    ["(tr Q)²", (q) => trace(q) ** 2, 1],
    ["det Q", determinant, 0]
  ]
  for (const [name, moment, expected] of moments) {
    test(`has E ${name} = ${expected.toFixed(4)}`, () => {
      const values = samples.map(moment)
      const mean = values.reduce((sum, value) => sum + value, 0) / draws
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1)
      expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(variance / draws))
    })
  }
})
