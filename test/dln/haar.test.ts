import { describe, expect, test } from "vitest"
import { haar } from "../../src/dln/haar.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

describe("orthonormal columns", () => {
  test("are orthonormal to round-off, and others at another place of the stream", () => {
    const stream = Random.stream(1, "frames")
    const [one, two] = [haar(64, 20, stream), haar(64, 20, stream, 64 * 20)]
    for (const q of [one, two, haar(5, 5, stream), haar(1, 1, stream)]) {
      const gram = Matrix.multiply(Matrix.transpose(q), q)
      expect(Matrix.frobenius(Matrix.subtract(gram, Matrix.identity(q.columns)))).toBeLessThan(1e-14)
    }
    expect(Matrix.frobenius(Matrix.subtract(one, two))).toBeGreaterThan(1)
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
