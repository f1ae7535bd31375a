import { describe, expect, it } from "vitest"
import * as Random from "../../src/linalg/Random.ts"
import { diffusionFit, sumsOf, together } from "../../src/sde/diffusionFit.ts"

const shares = Array.from({ length: 300 }, (_, k) => 0.05 + (0.9 * k) / 299)

describe("the fit of a mode's noise", () => {
  it("finds p, q and the peak p/(p + q) of increments c w^p (s − w)^q, whatever their signs and size", () => {
    for (const [p, q] of [
      [1, 1],
      [4 / 3, 1],
      [1.5, 0.7]
    ] as const) {
      const points = shares.map((share, k) => ({ share, increment: (-1) ** k * 1e-5 * share ** p * (1 - share) ** q }))
      const found = diffusionFit(sumsOf(points))!
      expect(found.growth).toBeCloseTo(p, 9)
      expect(found.decay).toBeCloseTo(q, 9)
      expect(found.peak).toBeCloseTo(p / (p + q), 9)
    }
  })

  it("finds them under normal noise as well, and where it does, the curve is largest", () => {
    const z = Random.normals(Random.stream(1, "fit"), 0, 30_000)
    const points = Array.from(z, (normal, k) => ({
      share: shares[k % 300]!,
      increment: normal * shares[k % 300]! ** (4 / 3) * (1 - shares[k % 300]!)
    }))
    const { growth, decay, peak } = diffusionFit(sumsOf(points))!
    expect(growth).toBeCloseTo(4 / 3, 1)
    expect(decay).toBeCloseTo(1, 1)
    const curve = (w: number) => w ** growth * (1 - w) ** decay
    expect(shares.reduce((best, w) => (curve(w) > curve(best) ? w : best), 0.05)).toBeCloseTo(peak, 2)
  })

  it("of all runs is that of their sums together; increments of 0 say nothing", () => {
    const points = shares.map((share, k) => ({ share, increment: share * (1 + Math.sin(k)) }))
    const [one, other] = [sumsOf(points.slice(0, 100)), sumsOf([...points.slice(100), { share: 0.5, increment: 0 }])]
    expect(diffusionFit(together([one, other]))!.peak).toBeCloseTo(diffusionFit(sumsOf(points))!.peak, 9)
    expect(together([one, other]).points).toBe(300)
  })

  it("is null where the points do not determine it", () => {
    expect(diffusionFit(sumsOf([]))).toBeNull()
    expect(
      diffusionFit(
        sumsOf([
          { share: 0.2, increment: 1 },
          { share: 0.4, increment: 1 }
        ])
      )
    ).toBeNull()
    expect(diffusionFit(sumsOf(Array.from({ length: 9 }, () => ({ share: 0.3, increment: 1 }))))).toBeNull()
  })
})
