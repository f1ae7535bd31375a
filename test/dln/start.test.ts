import { determinant, Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import { residuals } from "../../src/dln/balance.ts"
import * as Network from "../../src/dln/Network.ts"
import { balanced, gaussian } from "../../src/dln/start.ts"
import * as Teacher from "../../src/dln/Teacher.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const det = (square: Matrix.Matrix): number =>
  determinant(Reference.from1DArray(square.rows, square.columns, Array.from(square.data)))

describe("a Gaussian start", () => {
  test("is w^(−γ/2) times the standard normals of its stream", () => {
    const widths = [3, 16, 16, 2]
    const stream = Random.stream(1, "start")
    const weights = gaussian({ widths, exponent: 3, stream })
    const normals = Random.normals(stream, 0, Network.size(widths))
    weights.forEach((value, index) => expect(value / (normals[index]! / 64)).toBeCloseTo(1, 13))
  })

  test("at γ = 1 − 1/L gives W(0) entries of variance 1, also where hidden widths differ", () => {
    const widths = [4, 3, 24, 4]
    const draws = 2000
    const values = Array.from({ length: draws }, (_, index) => {
      const weights = gaussian({ widths, exponent: 2 / 3, stream: Random.stream(5, "start", index) })
      const w = Network.endToEnd(widths, weights)
      return Matrix.dot(w, w) / 16
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / draws
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1))
    // Four standard errors: for one seed drawn at random this fails once in 10,000.
    expect(Math.abs(mean - 1)).toBeLessThan((4 * deviation) / Math.sqrt(draws))
    expect(deviation / Math.sqrt(draws)).toBeLessThan(0.05)
  })
})

describe("a balanced start", () => {
  const shapes = [[4, 4, 4], [10, 32, 32, 10], [3, 7, 5], [5, 2, 6, 4]].map((widths) => ({ widths }))

  test.each(shapes)("is balanced to round-off at widths $widths, k singular values a in every layer", ({ widths }) => {
    const { weights, flipped } = balanced({ widths, scale: 0.02, stream: Random.stream(1, "start") })
    const k = Network.bottleneck(widths)
    expect(flipped).toBeNull()
    for (const residual of residuals(widths, weights)) expect(residual!).toBeLessThan(1e-15)
    for (const layer of Network.layers(widths, weights)) {
      Kernel.singularValues(layer).forEach((value, index) => expect(value / 0.02).toBeCloseTo(index < k ? 1 : 0, 13))
    }
    const depth = Network.depth(widths)
    Kernel.singularValues(Network.endToEnd(widths, weights)).forEach((value, index) =>
      expect(value / 0.02 ** depth).toBeCloseTo(index < k ? 1 : 0, 12))
  })

  const square = [3, 5, 5, 3]
  const stream = Random.stream(1, "teacher")
  const target = Teacher.make({ singularValues: [3, 2, 1], outputs: 3, inputs: 3, stream }).M

  test("has the sign of det M̂ when it goes towards M̂, and is changed only where it had the other", () => {
    const found = Array.from({ length: 40 }, (_, index) => {
      const stream = Random.stream(3, "start", index)
      const free = balanced({ widths: square, scale: 0.5, stream })
      const { weights, flipped } = balanced({ widths: square, scale: 0.5, stream, towards: target })
      const agrees = det(Network.endToEnd(square, free.weights)) * det(target) > 0
      expect(det(Network.endToEnd(square, weights)) * det(target)).toBeGreaterThan(0)
      expect(flipped).toBe(!agrees)
      if (agrees) expect(weights).toEqual(free.weights)
      for (const residual of residuals(square, weights)) expect(residual!).toBeLessThan(1e-15)
      return flipped
    })
    // Haar determinants have either sign: 40 alike would be one in 5e11.
    expect(new Set(found).size).toBe(2)
  })

  test("is left alone where there is no determinant to agree with", () => {
    const stream = Random.stream(1, "start")
    const singular = Matrix.diagonal([1, 1, 0])
    for (const [widths, towards] of [
      [[3, 5, 2], Matrix.make(2, 3)],
      [[3, 2, 3], target],
      [[3, 5, 3], singular]
    ] as const) {
      const { weights, flipped } = balanced({ widths, scale: 1, stream, towards })
      expect(flipped).toBeNull()
      expect(weights).toEqual(balanced({ widths, scale: 1, stream }).weights)
    }
  })

  test("of the wrong sign keeps gradient descent from the last mode, of the right sign it does not", () => {
    // Three layers: with two, the saddle that GD comes to is strict, and what η breaks of the balance leads out of it.
    const widths = [3, 3, 3, 3]
    const statistics = { xx: Matrix.identity(3), target }
    const excess = (start: Float64Array): number => {
      const weights = start.slice()
      Kernel.train({ widths, learningRate: 0.02, statistics }, weights, 0, 1000, 1000)
      return Kernel.excessLoss(widths, weights, statistics)
    }
    const wrong = [0, 1, 2, 3, 4, 5].filter((index) => {
      const stream = Random.stream(4, "start", index)
      const { weights, flipped } = balanced({ widths, scale: 0.3, stream, towards: target })
      expect(excess(weights)).toBeLessThan(1e-6)
      // The last mode has strength 1: without it the loss stays at ½.
      if (flipped) expect(excess(balanced({ widths, scale: 0.3, stream }).weights)).toBeCloseTo(0.5, 3)
      return flipped
    })
    expect(wrong.length).toBeGreaterThan(0)
  })
})
