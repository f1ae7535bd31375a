import * as fc from "../fc.ts"
import { describe, expect, it } from "vitest"
import { haar } from "../../src/dln/haar.ts"
import { plateaus, widest } from "../../src/dln/plateau.ts"
import { rankGrowth } from "../../src/dln/rankGrowth.ts"
import * as RankNoise from "../../src/dln/rankNoise.ts"
import { admissible, fewestDraws, recovery } from "../../src/dln/recovery.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const grid = (count: number) => Array.from({ length: count }, (_, index) => 10 ** (index - count))

describe("plateaus", () => {
  it("are exactly the intervals that are constant and cannot be longer", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 12 }), (conclusions) => {
        const epsilons = grid(conclusions.length)
        const all = epsilons.flatMap((_, from) =>
          epsilons.slice(from).map((_, length) => ({ from, to: from + length }))
        )
        const constant = ({ from, to }: { readonly from: number; readonly to: number }) =>
          from >= 0 && to < conclusions.length && new Set(conclusions.slice(from, to + 1)).size === 1
        const expected = all.filter(
          (one) =>
            constant(one)
            && !constant({ from: one.from - 1, to: one.to })
            && !constant({ from: one.from, to: one.to + 1 })
        )
        expect(
          plateaus(epsilons, conclusions).map(({ low, high, points, conclusion }) => ({
            low,
            high,
            points,
            conclusion
          }))
        ).toEqual(
          expected.map(({ from, to }) => ({
            low: epsilons[from],
            high: epsilons[to],
            points: to - from + 1,
            conclusion: conclusions[from]
          }))
        )
      })
    )
  })

  it("are as wide as their ends lie apart in decades, and the widest is found", () => {
    const found = plateaus([1e-7, 1e-6, 1e-5, 2e-5, 1e-4, 1e-3], ["a", "b", "b", "b", "a", "a"])
    expect(found.map(({ decades }) => decades)).toEqual([0, expect.closeTo(Math.log10(20), 12), expect.closeTo(1, 12)])
    expect(widest(found)).toMatchObject({ low: 1e-6, high: 2e-5 })
    expect(widest(found.filter(({ conclusion }) => conclusion === "a"))).toMatchObject({ low: 1e-4, high: 1e-3 })
    expect(widest([])).toBeNull()
  })

  it("of one width: that of larger thresholds", () => {
    expect(widest(plateaus([1e-4, 1e-3, 1e-2, 1e-1], [1, 1, 2, 2]))).toMatchObject({ low: 1e-2 })
  })

  it("are sought on ascending thresholds with a conclusion each", () => {
    expect(() => plateaus([1e-3, 1e-4], [1, 1])).toThrow("ascend")
    expect(() => plateaus([1e-3], [1, 1])).toThrow("got 2 for 1")
    expect(() => plateaus([], [])).toThrow("got 0 for 0")
  })
})

describe("growth of a rank", () => {
  it("counts stages, rises, unit rises and falls", () => {
    expect(rankGrowth([0, 0, 1, 1, 2, 3, 3])).toEqual({ stages: [0, 1, 2, 3], rises: 3, unitRises: 3, falls: 0 })
    expect(rankGrowth([10, 1, 1, 3, 2, 4])).toEqual({ stages: [10, 1, 3, 2, 4], rises: 2, unitRises: 0, falls: 2 })
    expect(rankGrowth([4, 4])).toEqual({ stages: [4], rises: 0, unitRises: 0, falls: 0 })
    expect(rankGrowth([])).toEqual({ stages: [], rises: 0, unitRises: 0, falls: 0 })
  })
})

describe("noise on a matrix of known rank", () => {
  const stream = Random.stream(3, "noise")
  const frame = { U: haar(7, 2, stream), V: haar(5, 2, stream, 100) }
  const draw = (index: number) => Matrix.make(7, 5, Random.normals(Random.stream(4, "draws"), 35 * index, 35))
  const signal = Matrix.multiply(Matrix.multiply(frame.U, Matrix.diagonal([3, 1])), Matrix.transpose(frame.V))

  it("is tangent if it is U Xᵀ + Y Vᵀ: those it keeps, and it leaves nothing else", () => {
    const [x, y] = [
      Matrix.make(5, 2, Random.normals(stream, 200, 10)),
      Matrix.make(7, 2, Random.normals(stream, 300, 14))
    ]
    const inside = Matrix.add(
      Matrix.multiply(frame.U, Matrix.transpose(x)),
      Matrix.multiply(y, Matrix.transpose(frame.V))
    )
    expect(Matrix.frobenius(Matrix.subtract(RankNoise.tangentPart(frame, inside), inside))).toBeLessThan(1e-13)
    expect(RankNoise.tangentShare(frame, inside)).toBeCloseTo(1, 12)
    const noise = draw(0)
    const rest = Matrix.subtract(noise, RankNoise.tangentPart(frame, noise))
    expect(Matrix.frobenius(Matrix.multiply(Matrix.transpose(frame.U), rest))).toBeLessThan(1e-13)
    expect(Matrix.frobenius(Matrix.multiply(rest, frame.V))).toBeLessThan(1e-13)
    expect(Math.abs(Matrix.dot(rest, inside))).toBeLessThan(1e-12)
    expect(RankNoise.tangentShare(frame, Matrix.make(7, 5))).toBeNull()
  })

  it("is as large when tangent as when independent, on average", () => {
    const sizes = Array.from(
      { length: 4000 },
      (_, index) => RankNoise.deviation(RankNoise.tangentNoise(frame, draw(index))) ** 2
    )
    expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeCloseTo(1, 1)
    expect(RankNoise.deviation(Matrix.make(2, 2, Float64Array.of(1, -1, 3, 1)))).toBeCloseTo(Math.sqrt(3), 14)
  })

  it("that is tangent lifts the next singular value in second order, independent noise in first", () => {
    const third = (noise: Matrix.Matrix) => Kernel.singularValues(Matrix.add(signal, noise))[2]!
    const ratio = (noise: Matrix.Matrix) => third(Matrix.scale(noise, 1e-4)) / third(Matrix.scale(noise, 1e-5))
    expect(ratio(draw(1))).toBeCloseTo(10, 1)
    expect(ratio(RankNoise.tangentNoise(frame, draw(1)))).toBeCloseTo(100, 0)
  })

  it("that is independent ends at its edge: the mean of the largest in many large matrices", () => {
    const big = { U: haar(60, 2, stream), V: haar(40, 2, stream, 1000) }
    const M = Matrix.scale(Matrix.multiply(big.U, Matrix.transpose(big.V)), 1000)
    const found = Array.from(
      { length: 20 },
      (_, index) =>
        Kernel.singularValues(
          Matrix.add(M, Matrix.make(60, 40, Random.normals(Random.stream(5, "edge"), 2400 * index, 2400)))
        )[2]!
    )
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length
    expect(Math.abs(mean / RankNoise.noiseEdge(1, 60, 40, 2) - 1)).toBeLessThan(0.08) // it comes near as d^(−2/3)
  })

  it("moves no singular value by more than its norm, and one by all of it where it may", () => {
    for (let index = 0; index < 50; index++) {
      const noise = draw(index)
      const ratio = RankNoise.weylRatio(Kernel.singularValues(Matrix.add(signal, noise)), Float64Array.of(3, 1), noise)!
      expect(ratio).toBeGreaterThan(0)
      expect(ratio).toBeLessThanOrEqual(1 + 1e-12)
    }
    const along = Matrix.scale(signal, 0.5)
    expect(RankNoise.weylRatio(Float64Array.of(4.5, 1.5), Float64Array.of(3, 1), along)).toBeCloseTo(1, 12)
    expect(RankNoise.weylRatio(Float64Array.of(3, 1), Float64Array.of(3, 1), Matrix.make(2, 2))).toBeNull()
  })
})

describe("recovery of a rank", () => {
  it("counts the draws that find it, with an exact interval and the spread of the ranks", () => {
    const found = recovery([4, 4, 5, 4, 3], 4, 0.95)
    expect(found).toMatchObject({ draws: 5, recovered: 3, share: 0.6, mean: 4, variance: 0.5 })
    // Clopper–Pearson, from R: binom.test(3, 5)
    expect(found.interval.low).toBeCloseTo(0.1466328, 6)
    expect(found.interval.high).toBeCloseTo(0.9472551, 6)
    expect(recovery([2], 2, 0.9).variance).toBeNull()
  })

  it("is admissible on the widest run of thresholds that pass, between the neighbours that do not", () => {
    expect(admissible(grid(6), [true, false, true, true, false, true])).toEqual({
      low: 1e-4,
      high: 1e-3,
      below: 1e-5,
      above: 1e-2
    })
    expect(admissible(grid(2), [true, true])).toEqual({ low: 1e-2, high: 1e-1, below: null, above: null })
    expect(admissible(grid(2), [false, false])).toBeNull()
  })

  it("takes as many draws to show as (1 − level)/2 = required^n says", () => {
    expect(fewestDraws(0.95, 0.95)).toBe(Math.ceil(Math.log(0.025) / Math.log(0.95)))
    expect(fewestDraws(0.5, 0.9)).toBe(Math.ceil(Math.log(0.05) / Math.log(0.5)))
  })
})
