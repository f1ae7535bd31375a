import { describe, expect, it } from "vitest"
import { mean, sum } from "../../src/stats/mean.ts"
import { ofSorted, quantile } from "../../src/stats/quantile.ts"
import { deviation, standardError, variance } from "../../src/stats/variance.ts"

describe("mean and variance", () => {
  it("sums by four interleaved partial sums, whatever the length", () => {
    const values = Array.from({ length: 11 }, (_, i) => (i % 2 === 0 ? 1e16 : 1) / (i + 3))
    for (let n = 0; n <= values.length; n++) {
      const lanes = [0, 0, 0, 0]
      values.slice(0, n).forEach((value, i) => lanes[i % 4]! += value)
      expect(sum(values.slice(0, n))).toBe((lanes[0]! + lanes[1]!) + (lanes[2]! + lanes[3]!))
    }
  })

  it("the mean of no values is refused", () => {
    expect(() => mean([])).toThrow("at least one")
  })

  it("the variance is unbiased and survives a large offset", () => {
    expect(variance([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(32 / 7, 14)
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1)
    expect(deviation([1, 3])).toBe(Math.SQRT2)
    expect(standardError([1, 3])).toBe(1)
  })

  it("one value has no spread: null, not 0", () => {
    expect([variance([5]), deviation([5]), standardError([5])]).toEqual([null, null, null])
  })
})

describe("quantile", () => {
  it("is NumPy's default (type 7) on values in any order", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6]
    const numpy: ReadonlyArray<readonly [number, number]> =
      [[0, 1], [0.025, 1], [0.3, 2.1], [0.5, 3.5], [0.99, 8.79], [1, 9]]
    for (const [probability, expected] of numpy) expect(quantile(values, probability)).toBeCloseTo(expected, 13)
    expect(values).toEqual([3, 1, 4, 1, 5, 9, 2, 6])
  })

  it("sorts by size, not by spelling", () => {
    expect(quantile([10, 9, -1, -2], 0)).toBe(-2)
  })

  it("keeps an infinite order statistic infinite instead of NaN", () => {
    expect(ofSorted(Float64Array.of(1, Infinity, Infinity), 0.75)).toBe(Infinity)
  })

  it("refuses no values and probabilities outside [0, 1]", () => {
    expect(() => quantile([], 0.5)).toThrow("at least one")
    expect(() => quantile([1], 1.1)).toThrow("[0, 1]")
  })
})
