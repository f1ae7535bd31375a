import { Matrix as Dense, inverse } from "ml-matrix"
import { describe, expect, it } from "vitest"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import { rowDrawer } from "../../src/linalg/reference/batches.ts"
import { dot } from "../../src/linalg/reference/dot.ts"
import { product } from "../../src/linalg/reference/product.ts"
import type { Batches, Training } from "../../src/linalg/Training.ts"
import { batches, gaussian, shapes, training, weights } from "./problems.ts"

const dense = (m: Matrix.Matrix): Dense => Dense.from1DArray(m.rows, m.columns, m.data)
const layersOf = (widths: ReadonlyArray<number>, flat: Float64Array): Array<Dense> => {
  let at = 0
  return widths.slice(1).map((width, l) => {
    at += width * widths[l]!
    return Dense.from1DArray(width, widths[l]!, flat.slice(at - width * widths[l]!, at))
  })
}
const chain = (factors: ReadonlyArray<Dense>, size: number): Dense =>
  factors.reduce((total, factor) => factor.mmul(total), Dense.eye(size))

/** Σ_k P_{l+1,L}ᵀ e_k x_kᵀ P_{1,l−1}ᵀ for the columns of `errors` and `inputs`, by formed partial products. */
const gradients = (layers: ReadonlyArray<Dense>, errors: Dense, inputs: Dense): Array<Dense> =>
  layers.map((layer, l) => {
    const after = chain(layers.slice(l + 1), layer.rows)
    const before = chain(layers.slice(0, l), inputs.rows)
    return after.transpose().mmul(errors).mmul(before.mmul(inputs).transpose())
  })

const bruteForce = ({ widths, statistics, batches }: Training, flat: Float64Array, step: number): Array<Dense> => {
  const layers = layersOf(widths, flat)
  const end = chain(layers, widths[0]!)
  if (batches === undefined) {
    const g = end.clone().sub(dense(statistics.target)).mmul(dense(statistics.xx))
    return gradients(layers, g, Dense.eye(widths[0]!))
  }
  const { x, y, size, stream, labelNoise } = batches
  const epoch = Math.floor(x.rows / size)
  const rows = batches.sampler === "replacement"
    ? Random.integers(stream, step * size, size, x.rows)
    : Random.permutation(stream, Math.floor(step / epoch), x.rows).slice((step % epoch) * size).slice(0, size)
  const noise = Random.normals(stream, step * size * y.columns, size * y.columns)
  const inputs = Dense.zeros(x.columns, size)
  const labels = Dense.zeros(y.columns, size)
  rows.forEach((row, b) => {
    inputs.setColumn(b, [...Matrix.row(x, row)])
    labels.setColumn(b, [...Matrix.row(y, row)].map((label, k) => label + labelNoise * noise[b * y.columns + k]!))
  })
  return gradients(layers, end.mmul(inputs).sub(labels).div(size), inputs)
}

const stepBruteForce = (problem: Training, flat: Float64Array, step: number): Float64Array => {
  const change = bruteForce(problem, flat, step)
  const next = layersOf(problem.widths, flat).map((layer, l) => layer.sub(change[l]!.mul(problem.learningRate)))
  return Float64Array.from(next.flatMap((layer) => layer.to1DArray()))
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

const algorithms = [
  ["GD", undefined],
  ["SGD with shuffled rows", { n: 7, size: 3, sampler: "shuffle", labelNoise: 0 }],
  ["SGD with independent rows", { n: 7, size: 4, sampler: "replacement", labelNoise: 0 }],
  ["SGD with noisy labels", { n: 6, size: 6, sampler: "shuffle", labelNoise: 0.3 }],
  ["SGD with batches of one", { n: 5, size: 1, sampler: "replacement", labelNoise: 0.1 }]
] as const

describe("training", () => {
  it.each(algorithms)("by %s does the steps of formed partial products, for every shape", (_, sgd) => {
    for (const [label, widths] of shapes.entries()) {
      const problem = training(widths, label, sgd)
      const flat = weights(widths, label)
      let expected: Float64Array = flat.slice()
      for (let step = 0; step < 9; step++) expected = stepBruteForce(problem, expected, step)
      Kernel.train(problem, flat, 0, 9, 1)
      expect(largestDifference(flat, expected)).toBeLessThan(1e-13)
      expect(largestDifference(flat, weights(widths, label))).toBeGreaterThan(1e-4)
    }
  })

  it.each(algorithms)("by %s changes the balance by η²(g gᵀ − g⁺ᵀ g⁺) in a step", (_, sgd) => {
    for (const [label, widths] of shapes.entries()) {
      const problem = { ...training(widths, label, sgd), learningRate: 0.3 }
      const flat = weights(widths, label)
      const gradient = layersOf(widths, Kernel.gradient(problem, flat, 4))
      const before = layersOf(widths, flat)
      Kernel.train(problem, flat, 4, 1, 1)
      const after = layersOf(widths, flat)
      const balance = (layers: Array<Dense>, l: number): Dense =>
        layers[l]!.mmul(layers[l]!.transpose()).sub(layers[l + 1]!.transpose().mmul(layers[l + 1]!))
      for (let l = 0; l + 1 < before.length; l++) {
        const change = balance(after, l).sub(balance(before, l))
        const expected = balance(gradient, l).mul(0.09)
        const size = [before, after]
          .flatMap((layers) => [layers[l]!, layers[l + 1]!])
          .reduce((sum, layer) => sum + layer.norm() ** 2, 0)
        expect(change.sub(expected).norm() / size).toBeLessThan(1e-14)
        expect(expected.norm() / size).toBeGreaterThan(1e-8)
      }
    }
  })

  it.each(algorithms)("by %s has the same bits in one call and in several", (_, sgd) => {
    const widths = [4, 5, 3, 4]
    const problem = training(widths, 1, sgd)
    const whole = weights(widths, 1)
    const { steps, values } = Kernel.train(problem, whole, 0, 23, 4)
    expect([...steps]).toEqual([0, 4, 8, 12, 16, 20])
    for (const cut of [1, 2, 4, 5, 22]) {
      const flat = weights(widths, 1)
      const parts = [Kernel.train(problem, flat, 0, cut, 4), Kernel.train(problem, flat, cut, 23 - cut, 4)]
      expect(flat).toEqual(whole)
      expect(parts.flatMap((part) => [...part.steps])).toEqual([...steps])
      expect(parts.flatMap((part) => [...part.values])).toEqual([...values])
    }
  })

  it("records the loss above the least one, of the data themselves", () => {
    const widths = [3, 4, 2]
    const data = batches(widths, 9, 2, { size: 4, sampler: "shuffle", labelNoise: 0.2 })
    const [x, y] = [dense(data.x), dense(data.y)]
    const xx = x.transpose().mmul(x).div(9)
    const target = y.transpose().mmul(x).div(9).mmul(inverse(xx))
    const loss = (end: Dense): number => x.mmul(end.transpose()).sub(y).norm() ** 2 / 18
    const statistics = {
      xx: Matrix.make(3, 3, Float64Array.from(xx.to1DArray())),
      target: Matrix.make(2, 3, Float64Array.from(target.to1DArray()))
    }
    const flat = weights(widths, 2)
    const problem = { widths, learningRate: 0.05, statistics, batches: data }
    for (let step = 0; step < 5; step++) {
      const excess = loss(chain(layersOf(widths, flat), 3)) - loss(target)
      expect(Kernel.excessLoss(widths, flat, statistics)).toBeCloseTo(excess, 13)
      expect(Kernel.train(problem, flat, step, 1, 1).values[0]).toBeCloseTo(excess, 13)
    }
  })

  it("stops at the first state that is not finite", () => {
    // One weight, A = 0, η = 3: w_s = (−2)^s, with loss ½ 4^s; the step from 2^1023 overflows.
    const one = Matrix.identity(1)
    const problem = { widths: [1, 1], learningRate: 3, statistics: { xx: one, target: Matrix.make(1, 1) } }
    const often = Float64Array.of(1)
    const seen = Kernel.train(problem, often, 0, 5000, 1)
    expect(seen.divergedAt).toBe(512)
    expect(often[0]).toBe(2 ** 512)
    expect(seen.values).toEqual(Float64Array.from({ length: 512 }, (_, s) => 0.5 * 4 ** s))
    const seldom = Float64Array.of(1)
    const unseen = Kernel.train(problem, seldom, 0, 5000, 5000)
    expect(unseen.divergedAt).toBe(1024)
    expect([...unseen.values]).toEqual([0.5])
    expect(Kernel.train(problem, seldom, 1024, 10, 3)).toEqual({
      steps: new Int32Array(0),
      values: new Float64Array(0),
      divergedAt: 1024
    })
  })

  it("refuses shapes and numbers that do not fit, and says what to mend", () => {
    const widths = [3, 4, 2]
    const good = training(widths, 3, { n: 6, size: 2, sampler: "shuffle", labelNoise: 0 })
    const run = (changes: object, flat = weights(widths, 3), from = 0, every = 1) => () =>
      Kernel.train({ ...good, ...changes }, flat, from, 1, every)
    expect(run({})).not.toThrow()
    expect(run({ widths: [3] })).toThrow("two or more")
    expect(run({}, new Float64Array(19))).toThrow("take 20 weights, not 19")
    expect(run({ learningRate: NaN })).toThrow("finite")
    expect(run({ statistics: { ...good.statistics, xx: Matrix.identity(2) } })).toThrow("3 × 3, not 2 × 2")
    expect(run({ statistics: { ...good.statistics, target: Matrix.identity(3) } })).toThrow("2 × 3, not 3 × 3")
    expect(run({ batches: { ...good.batches, size: 7 } })).toThrow("1 to n = 6 rows, not 7")
    expect(run({ batches: { ...good.batches, y: gaussian(5, 2) } })).toThrow("y is 6 × 2, not 5 × 2")
    expect(run({ batches: { ...good.batches, sampler: "sorted" } })).toThrow('not "sorted"')
    expect(run({ batches: { ...good.batches, labelNoise: -1 } })).toThrow("σ")
    expect(run({}, weights(widths, 3), 2147483647)).toThrow("2^31")
    expect(run({}, weights(widths, 3), 0.5)).toThrow("whole")
    expect(run({}, weights(widths, 3), 0, 0)).toThrow("every 0")
  })
})

describe("batches", () => {
  const rows = (options: Pick<Batches, "size" | "sampler">, n: number, steps: number): Array<Array<number>> => {
    const draw = rowDrawer(batches([2, 2], n, 1, { ...options, labelNoise: 0 }))
    return Array.from({ length: steps }, (_, step) => [...draw(step)])
  }

  it("of shuffled rows visit every row once an epoch, in another order each time", () => {
    const epochs = rows({ size: 3, sampler: "shuffle" }, 12, 8)
    const [first, second] = [epochs.slice(0, 4).flat(), epochs.slice(4).flat()]
    expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i))
    expect(second.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i))
    expect(first).not.toEqual(second)
  })

  it("of shuffled rows leave out n mod B rows an epoch, not the same ones always", () => {
    const steps = rows({ size: 4, sampler: "shuffle" }, 11, 80)
    const epochs = Array.from({ length: 40 }, (_, epoch) => steps.slice(2 * epoch, 2 * epoch + 2).flat())
    expect(epochs.every((epoch) => new Set(epoch).size === 8)).toBe(true)
    expect(new Set(epochs.flat()).size).toBe(11)
  })

  it("do not depend on which steps were drawn before", () => {
    for (const sampler of ["shuffle", "replacement"] as const) {
      const inOrder = rows({ size: 3, sampler }, 10, 12)
      const draw = rowDrawer(batches([2, 2], 10, 1, { size: 3, sampler, labelNoise: 0 }))
      for (const step of [7, 2, 11, 0, 7]) expect([...draw(step)]).toEqual(inOrder[step])
    }
  })
})

describe("sums", () => {
  it("of a product run over k in order from +0, whatever the strides", () => {
    for (const [m, n, depth] of [[1, 1, 1], [2, 3, 5], [3, 2, 0], [5, 7, 4], [4, 4, 9]] as const) {
      const a = gaussian(m, depth, "a", m)
      const b = gaussian(depth, n, "b", n)
      const [at, bt] = [Matrix.transpose(a), Matrix.transpose(b)]
      const expected = Matrix.multiply(a, b).data
      const c = new Float64Array(m * n)
      product(m, n, depth, a.data, depth, 1, b.data, n, 1, c)
      expect(c).toEqual(expected)
      product(m, n, depth, at.data, 1, m, bt.data, 1, depth, c.fill(NaN))
      expect(c).toEqual(expected)
    }
    const zero = new Float64Array(1)
    product(1, 1, 1, Float64Array.of(-0), 1, 1, Float64Array.of(1), 1, 1, zero)
    expect(zero[0]).toBe(0)
  })

  it("of an inner product are four interleaved ones", () => {
    for (const n of [0, 1, 3, 4, 10]) {
      const a = gaussian(1, n, "dot")
      expect(dot(a.data, 0, a.data, 0, n)).toBe(Matrix.dot(a, a))
    }
    expect(dot(Float64Array.of(1e16, 1, 1, 1, -1e16), 0, Float64Array.of(1, 1, 1, 1, 1), 0, 5)).toBe(3)
  })
})
