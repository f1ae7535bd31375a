import { describe, expect, it } from "vitest"
import * as Network from "../../../src/dln/Network.ts"
import * as Gauge from "../../../src/dln/saddle/Gauge.ts"
import { distance, invariants } from "../../../src/dln/saddle/invariants.ts"
import { certify } from "../../../src/dln/saddle/certify.ts"
import { rebalance } from "../../../src/dln/saddle/rebalance.ts"
import * as Kernel from "../../../src/linalg/Kernel.ts"
import * as Matrix from "../../../src/linalg/Matrix.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { empirical, layerSets, point, population } from "./landscapes.ts"

const widths = [6, 4, 5, 3, 5]
const landscapes = [population(widths, [4, 3, 2]), empirical(widths, [4, 3, 2])]
const saddles = landscapes.flatMap((landscape) =>
  [[], [1], [2]].flatMap((modes) =>
    [2, 3].flatMap((count) => layerSets(4, count))
      .map((zeros) => ({ landscape, ...point(landscape, widths, modes, zeros) }))))
const far = (a: ReadonlyArray<Float64Array>, b: ReadonlyArray<Float64Array>): number =>
  Math.max(...a.flatMap((values, entry) => Array.from(values, (value, k) => Math.abs(value - b[entry]![k]!))))

describe("a gauge move", () => {
  it("has the condition that was asked for, and its inverse beside it", () => {
    for (const condition of [1, 3, 10]) {
      const gauge = Gauge.random(widths, { condition, stream: Random.stream("gauge", condition) })
      gauge.forEach(({ matrix, inverse }, l) => {
        const product = Matrix.multiply(matrix, inverse)
        expect(Matrix.frobenius(Matrix.subtract(product, Matrix.identity(widths[l]!)))).toBeLessThan(1e-13)
        const values = Kernel.singularValues(matrix)
        expect(values[0]! / values.at(-1)!).toBeLessThan(condition * (1 + 1e-13))
        if (condition > 1 && l > 0 && l < 4) expect(values[0]! / values.at(-1)!).toBeGreaterThan(1.1)
      })
    }
  })

  it("leaves the product, all ranks, all spectra of cyclic products, index, nullity and verdict as they are", () => {
    for (const [label, { landscape, weights }] of saddles.entries()) {
      const gauge = Gauge.random(widths, { condition: 10, stream: Random.stream("move", label) })
      const moved = Gauge.move(widths, weights, gauge)
      expect(moved).not.toEqual(weights)
      const [before, after] = [invariants(landscape, widths, weights), invariants(landscape, widths, moved)]
      const shift = Matrix.subtract(Network.endToEnd(widths, moved), Network.endToEnd(widths, weights))
      expect(Matrix.frobenius(shift)).toBeLessThan(1e-12)
      expect(after.ranks).toEqual(before.ranks)
      expect(after.multiplicities).toEqual(before.multiplicities)
      expect(distance(before, after)).toBeLessThan(1e-10)
      const [one, other] = [certify(landscape, widths, weights), certify(landscape, widths, moved)]
      const { index, nullity } = one.spectrum
      expect(other.spectrum).toMatchObject({ index, nullity, isClear: true })
      expect([other.verdict, other.byRanks, other.modes]).toEqual([one.verdict, one.byRanks, one.modes])
    }
  })

  it("leaves every singular value and the least eigenvalue too, if it is orthogonal, and not if it is not", () => {
    for (const [label, { landscape, weights }] of saddles.entries()) {
      const least = (moved: Float64Array) => certify(landscape, widths, moved).spectrum.least
      const [orthogonal, skew] = [1, 10].map((condition) =>
        Gauge.move(widths, weights, Gauge.random(widths, { condition, stream: Random.stream("orthogonal", label) })))
      const before = invariants(landscape, widths, weights).orthogonal
      const after = invariants(landscape, widths, orthogonal!).orthogonal
      const changed = invariants(landscape, widths, skew!).orthogonal
      expect(far(before.products, after.products)).toBeLessThan(1e-12)
      expect(far(before.cyclicProducts, after.cyclicProducts)).toBeLessThan(1e-12)
      expect(far(before.products, changed.products)).toBeGreaterThan(1e-3)
      expect(Math.abs(least(weights) - least(orthogonal!))).toBeLessThan(1e-11)
      if (least(weights) < -1e-6) expect(Math.abs(least(weights) - least(skew!))).toBeGreaterThan(1e-3)
    }
  })
})

describe("the invariants", () => {
  const landscape = landscapes[0]!
  const of = (zeros: ReadonlyArray<number>, label: number) =>
    invariants(landscape, widths, point(landscape, widths, [1], zeros, label).weights)

  it("tell apart samples of different blocks, and of different zeros", () => {
    // Layer 1 is narrower than its inputs: the row space of W_1 differs between samples.
    expect(distance(of([3, 4], 1), of([3, 4], 2))).toBeGreaterThan(1e-2)
    expect(distance(of([3, 4], 1), of([3, 4], 1))).toBe(0)
    expect(distance(of([3, 4], 1), of([2, 4], 1))).toBe(Infinity)
  })

  it("count the chains of neurons: the signal, and what ends at a zero block", () => {
    const { ranks, multiplicities } = of([2, 4], 1)
    // Pairs (1,1) (1,2) (1,3) (1,4) (2,2) (2,3) (2,4) (3,3) (3,4) (4,4); widths 6, 4, 5, 3, 5; rank 1.
    expect([...ranks]).toEqual([4, 1, 1, 1, 1, 1, 1, 3, 1, 1])
    expect(multiplicities.every((m) => m >= 0)).toBe(true)
    expect([multiplicities[0], multiplicities[3], multiplicities[7]]).toEqual([3, 1, 2])
  })

  it("say where a rank hangs on the threshold between what counts and round-off", () => {
    for (const [size, isClear] of [[1, true], [1e-4, true], [1e-8, false], [1e-14, true]] as const) {
      const weights = Network.flatten([0, 1, 2].map((l) => Matrix.diagonal([2, 1, l === 1 ? size : 0.5])))
      expect(invariants(population([3, 3, 3, 3], [3, 2, 1]), [3, 3, 3, 3], weights).isClear, `${size}`).toBe(isClear)
    }
  })

  it("find samples that no gauge move tells apart where all widths are equal and W_1 is invertible", () => {
    const square = [5, 5, 5, 5]
    const wide = population(square, [4, 3, 2, 1])
    const [one, other] = [1, 2].map((label) =>
      invariants(wide, square, point(wide, square, [1, 2], [2, 3], label).weights))
    expect(distance(one!, other!)).toBeLessThan(1e-12)
    expect(far(one!.orthogonal.products, other!.orthogonal.products)).toBeGreaterThan(0.1)
  })
})

describe("rebalancing", () => {
  it("gives all layers one norm and keeps the product, the ranks and the gradient at zero", () => {
    for (const { landscape, weights } of saddles) {
      const gauge = Gauge.random(widths, { condition: 30, stream: Random.stream("drift") })
      const drifted = Gauge.move(widths, weights, gauge)
      const balanced = rebalance(widths, drifted)
      const norms = Network.layers(widths, balanced).map(Matrix.frobenius).filter((norm) => norm > 0)
      expect(Math.max(...norms) / Math.min(...norms) - 1).toBeLessThan(1e-13)
      const [before, after] = [drifted, balanced].map((flat) => Network.endToEnd(widths, flat))
      expect(Matrix.frobenius(Matrix.subtract(before!, after!))).toBeLessThan(1e-13 * (1 + Matrix.frobenius(before!)))
      const [old, now] = [drifted, balanced].map((flat) => invariants(landscape, widths, flat))
      expect(distance(old!, now!)).toBeLessThan(1e-10)
      expect(certify(landscape, widths, balanced).gradient).toBeLessThan(1e-13)
    }
  })

  it("leaves a network of zeros as it is", () => {
    expect(rebalance([2, 2, 2], new Float64Array(8))).toEqual(new Float64Array(8))
  })
})
