import { describe, expect, test } from "vitest"
import { balance, residuals, stepResiduals } from "../../src/dln/balance.ts"
import * as Network from "../../src/dln/Network.ts"
import { statistics } from "../../src/dln/statistics.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const widths = [4, 7, 3, 6, 5]
const weights = Random.normals(Random.stream(1, "weights"), 0, Network.size(widths))

/** Gradients g_l = P_{l+1,L}ᵀ G P_{1,l−1}ᵀ of a loss whose gradient in W is G, written out term by term. */
const gradients = (flat: Float64Array, G: Matrix.Matrix): Float64Array =>
  Network.flatten(Array.from({ length: Network.depth(widths) }, (_, index) => {
    const l = index + 1
    const after = Network.partialProduct(widths, flat, l + 1, Network.depth(widths))
    const before = l === 1 ? Matrix.identity(widths[0]!) : Network.partialProduct(widths, flat, 1, l - 1)
    return Matrix.multiply(Matrix.multiply(Matrix.transpose(after), G), Matrix.transpose(before))
  }))

/** (1/B) Σ (W x − y) xᵀ over the rows of x and y. */
const batchGradient = (flat: Float64Array, x: Matrix.Matrix, y: Matrix.Matrix): Matrix.Matrix => {
  const outputs = Matrix.multiply(Network.endToEnd(widths, flat), Matrix.transpose(x))
  const error = Matrix.subtract(outputs, Matrix.transpose(y))
  return Matrix.scale(Matrix.multiply(error, x), 1 / x.rows)
}

const draw = (rows: number, columns: number, label: string): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream(1, label), 0, rows * columns))

describe("one step of gradient descent", () => {
  for (const batch of [1, 3, 50]) {
    for (const learningRate of [1e-3, 0.1, 10]) {
      test(`changes G_l by η²(g_l g_lᵀ − g_{l+1}ᵀ g_{l+1}) on a batch of ${batch}, η = ${learningRate}`, () => {
        const gradient = gradients(weights, batchGradient(weights, draw(batch, 4, "x"), draw(batch, 5, "y")))
        const after = weights.map((value, index) => value - learningRate * gradient[index]!)
        for (const residual of stepResiduals({ widths, before: weights, after, gradient, learningRate })) {
          expect(residual!).toBeLessThan(1e-15)
        }
      })
    }
  }

  test("of the training kernel, full-batch and on the batches of either sampler, satisfies it all along a run", () => {
    const data = { x: draw(40, 4, "x"), y: draw(40, 5, "y") }
    const small = weights.map((value) => 0.3 * value)
    const batches = (["shuffle", "replacement"] as const).map((sampler) =>
      ({ batches: { ...data, size: 6, sampler, stream: Random.stream(1, "order"), labelNoise: 0.1 } }))
    for (const algorithm of [{}, ...batches]) {
      const training = { widths, learningRate: 0.02, statistics: statistics(data), ...algorithm }
      const after = small.slice()
      for (let step = 0; step < 50; step++) {
        const before = after.slice()
        const gradient = Kernel.gradient(training, before, step)
        Kernel.train(training, after, step, 1, 100)
        for (const residual of stepResiduals({ widths, before, after, gradient, learningRate: 0.02 })) {
          expect(residual!).toBeLessThan(1e-15)
        }
      }
      expect(after.some((value, index) => Math.abs(value - small[index]!) > 0.1)).toBe(true)
    }
  })

  test("is told from a step that is not along the gradient", () => {
    const gradient = gradients(weights, batchGradient(weights, draw(3, 4, "x"), draw(3, 5, "y")))
    const after = weights.map((value, index) => value - 0.01 * gradient[index]! + (index === 30 ? 1e-6 : 0))
    const found = stepResiduals({ widths, before: weights, after, gradient, learningRate: 0.01 })
    expect(Math.max(...found.map((residual) => residual!))).toBeGreaterThan(1e-10)
  })
})

describe("residuals", () => {
  test("are 0 for shared orthogonal factors, in [0, 1] always, and do not see the scale of the weights", () => {
    const square = [2, 2, 2]
    const c = 0.6
    const s = 0.8
    // W_1 = D Rᵀ and W_2 = R D: W_1 W_1ᵀ = D² = W_2ᵀ W_2.
    const shared = Float64Array.of(3 * c, 3 * s, -2 * s, 2 * c, c * 3, -s * 2, s * 3, c * 2)
    expect(residuals(square, shared)[0]!).toBeLessThan(1e-15)
    const found = residuals(widths, weights)
    expect(found.length).toBe(3)
    for (const residual of found) expect(residual! > 0 && residual! <= 1).toBe(true)
    residuals(widths, weights.map((value) => 1024 * value)).forEach((value, index) => expect(value).toBe(found[index]))
  })

  test("are 1 where one neighbour is zero and undefined, null, where both are", () => {
    const silent = weights.slice()
    silent.fill(0, 0, Network.offset(widths, 3))
    expect(residuals(widths, silent)[0]).toBeNull()
    expect(residuals(widths, silent)[1]).toBe(1)
    const zeros = new Float64Array(weights.length)
    const still = stepResiduals({ widths, before: zeros, after: zeros, gradient: zeros, learningRate: 1 })
    expect(still).toEqual([null, null, null])
  })

  test("are those of G_l written out", () => {
    const [g] = balance([2, 1, 2], Float64Array.of(3, 4, 1, 2))
    expect(Array.from(g!.data)).toEqual([25 - 5])
    expect(residuals([2, 1, 2], Float64Array.of(3, 4, 1, 2))).toEqual([20 / 30])
  })
})
