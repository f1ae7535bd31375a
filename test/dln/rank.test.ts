import { describe, expect, it } from "vitest"
import {
  anchoredRank, anchoredThreshold, effectiveRank, participationRatio, relativeRank
} from "../../src/dln/rank.ts"

const sigma = (...values: ReadonlyArray<number>) => Float64Array.from(values)

describe("ranks above a threshold", () => {
  it("the relative rank counts σ > ε σ_1, strictly", () => {
    expect(relativeRank(sigma(4, 1, 0.5), 0.25)).toEqual({ rank: 1, gap: 4 })
    expect(relativeRank(sigma(4, 1, 0.5), 0.2)).toEqual({ rank: 2, gap: 2 })
  })

  it("the relative rank of A is that of cA, so a tiny product has full rank", () => {
    const values = sigma(3, 2, 1e-3, 1e-4)
    for (const c of [1e-200, 1e-9, 1, 1e9, 1e200]) {
      expect(relativeRank(values.map((value) => c * value), 1e-2).rank).toBe(2)
      expect(relativeRank(values.map((value) => c * value), 1e-5).rank).toBe(4)
    }
  })

  it("the anchored rank of a tiny product is 0, and its threshold ε s_1 for the full product", () => {
    const anchor = { epsilon: 1e-3, s1: 8, depth: 3 }
    expect(anchoredRank(sigma(1e-4, 1e-5), { ...anchor, factors: 3 }).rank).toBe(0)
    expect(anchoredThreshold({ ...anchor, factors: 3 })).toBe(8e-3)
    expect(anchoredThreshold({ ...anchor, factors: 1 })).toBeCloseTo(0.2, 14)
    expect(anchoredThreshold({ ...anchor, factors: 2 })).toBeCloseTo(0.04, 14)
  })

  it("a layer's share makes balanced layers and their product step at the same strength", () => {
    // With L balanced layers the product has σ^L where a layer has σ.
    for (const layer of [0.19, 0.21]) {
      const ranks = [1, 2, 3].map((factors) =>
        anchoredRank(sigma(layer ** factors), { epsilon: 1e-3, s1: 8, depth: 3, factors }).rank)
      expect(ranks).toEqual(layer > 0.2 ? [1, 1, 1] : [0, 0, 0])
    }
  })

  it("the gap is threshold/σ_1 at rank 0, ∞ at full rank, and ∞ above an exact 0", () => {
    const anchor = { epsilon: 1e-2, s1: 1, depth: 1, factors: 1 }
    expect(anchoredRank(sigma(1e-4), anchor).gap).toBeCloseTo(100, 10)
    expect(relativeRank(sigma(3, 2), 1e-3)).toEqual({ rank: 2, gap: Infinity })
    expect(relativeRank(sigma(3, 0), 1e-3)).toEqual({ rank: 1, gap: Infinity })
    expect(anchoredRank(sigma(0, 0), anchor)).toEqual({ rank: 0, gap: Infinity })
  })

  it("0/0, a zero matrix against itself, has no gap: null, not NaN", () => {
    expect(relativeRank(sigma(0, 0), 1e-3)).toEqual({ rank: 0, gap: null })
  })

  it("nothing is said about no singular values at all", () => {
    expect(() => relativeRank(sigma(), 1e-3)).toThrow("at least one")
  })
})

describe("continuous ranks", () => {
  it("have the known values at σ = (3, 2, 1)", () => {
    expect(effectiveRank(sigma(3, 2, 1))).toBeCloseTo(2.749459274, 10)
    expect(participationRatio(sigma(3, 2, 1))).toBeCloseTo(2, 14)
  })

  it("are n for n equal values, 1 for one, and do not see the scale or zeros", () => {
    for (const rank of [effectiveRank, participationRatio]) {
      for (const c of [1e-300, 1, 1e300]) {
        expect(rank(sigma(c, c, c, c, c))).toBeCloseTo(5, 12)
        expect(rank(sigma(c, 0, 0))).toBeCloseTo(1, 12)
        expect(rank(sigma(3 * c, 2 * c, c, 0))).toBeCloseTo(rank(sigma(3, 2, 1)), 12)
      }
    }
  })

  it("are 0 for a zero matrix", () => {
    expect([effectiveRank(sigma(0, 0)), participationRatio(sigma(0, 0))]).toEqual([0, 0])
  })
})
