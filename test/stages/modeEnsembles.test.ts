import { describe, expect, it } from "vitest"
import { Collapse } from "../../src/stages/flow/Collapse.ts"
import { DiffusionProfile } from "../../src/stages/flow/DiffusionProfile.ts"
import { LearningDelay } from "../../src/stages/flow/LearningDelay.ts"
import { ModeMoments } from "../../src/stages/flow/ModeMoments.ts"
import { SdeComparison } from "../../src/stages/flow/SdeComparison.ts"
import { StationaryLaw } from "../../src/stages/flow/StationaryLaw.ts"
import { made } from "./smallExperiment.ts"

describe("runs of SGD and paths of the equation", () => {
  const points = (rows: ReadonlyArray<readonly [run: number, reading: number, strength: number]>) =>
    rows.map(([run, reading, strength]) => ({ run, reading, time: reading / 10, mode: 1, teacher: 2, strength }))

  it("mean and spread of runs are those of their strengths at each reading; of one run there is no spread", () => {
    const runs = points([
      [1, 0, 1],
      [2, 0, 1],
      [1, 1, 1],
      [2, 1, 3],
      [1, 2, 5]
    ])
    const [first, second, third] = made(ModeMoments, { level: 0.95 }, { runs })
    expect(first).toMatchObject({ mean: 1, deviation: 0, runs: 2 })
    // t = 12.706 for one degree of freedom.
    expect(second).toMatchObject({
      time: 0.1,
      mean: 2,
      deviation: expect.closeTo(Math.SQRT2, 12),
      below: expect.closeTo(2 - Math.SQRT2, 12),
      mean_high: expect.closeTo(2 + 12.7062, 3)
    })
    expect(third).toMatchObject({ mean: 5, deviation: null, below: null, mean_low: null, runs: 1 })
  })

  it("their means and spreads are compared in units of what is learnt, with normal intervals", () => {
    const sgd = points([
      [1, 0, 1],
      [2, 0, 3],
      [3, 0, 5],
      [4, 0, 3],
      [1, 1, 1]
    ])
    const sde = points([
      [1, 0, 2],
      [2, 0, 4],
      [3, 0, 2],
      [4, 0, 4],
      [1, 1, 1]
    ])
    const [row, one] = made(SdeComparison, { level: 0.95 }, { sgd, sde })
    expect(row).toMatchObject({ mean_departure: 0, runs: 4, paths: 4 })
    const z = 1.959963984540054
    expect(row.mean_departure_high).toBeCloseTo((z * Math.sqrt(8 / 3 / 4 + 4 / 3 / 4)) / 2, 10)
    expect(row.deviation_departure).toBeCloseTo((Math.sqrt(8 / 3) - Math.sqrt(4 / 3)) / 2, 12)
    // Fourth moments 8 and 1: errors √((m₄ − σ⁴)/n)/2σ, where m₄ < σ⁴ says 0.
    const error = Math.sqrt((8 - (8 / 3) ** 2) / 4) / (2 * Math.sqrt(8 / 3))
    expect(row.deviation_departure_high - row.deviation_departure).toBeCloseTo((z * error) / 2, 10)
    expect(one).toMatchObject({ mean_departure: null, deviation_departure_low: null, runs: 1 })
  })

  it("delays are relative to the half-time without noise, of the runs that got there", () => {
    const half = (run: number, half_time: number | null, mode = 1) => ({ run, mode, teacher: 2, half_time })
    const rows = made(
      LearningDelay,
      { level: 0.95 },
      {
        noiseless: [half(0, 2), half(0, null, 2)],
        noisy: [half(1, 2.2), half(2, 2.6), half(3, null), half(1, 5, 2), half(2, 6, 2), half(3, 7, 2)]
      }
    )
    expect(rows[0]).toMatchObject({
      half_time: 2,
      delay: expect.closeTo(0.2, 12),
      runs: 2,
      all_runs: 3,
      delay_high: expect.closeTo(0.2 + 12.7062 * 0.1, 3)
    })
    expect(rows[1]).toMatchObject({ half_time: null, delay: null, delay_low: null, runs: 0, all_runs: 3 })
  })
})

describe("the noise of a mode", () => {
  const noise = [{ mode: 1, teacher: 2, seen: 2, square: 2, cross: 4, floor: 8 }]

  it("is largest where its increments are, against s (2L − 2)/(3L − 2)", () => {
    const runs = [1, 2, 3].flatMap((run) =>
      Array.from({ length: 200 }, (_, k) => {
        const share = (k + 0.5) / 200
        return {
          run,
          mode: 1,
          teacher: 2,
          strength: 2 * share,
          noise: (k % 2 === 0 ? 1 : -1) * share ** (4 / 3) * (1 - share)
        }
      })
    )
    const params = { widths: [1, 1, 1, 1], temperature: 0.01, learningRate: 0.02, bootstrap: 20, level: 0.9, seed: 1 }
    const { peak, profile, theory } = made(DiffusionProfile, params, { noise, runs })
    expect(peak).toMatchObject([
      {
        peak: expect.closeTo(4 / 7, 9),
        predicted: expect.closeTo(4 / 7, 12),
        departure: expect.closeTo(0, 9),
        departure_low: expect.closeTo(0, 9),
        growth: expect.closeTo(4 / 3, 9),
        decay: expect.closeTo(1, 9),
        runs: 3,
        points: 540
      }
    ])
    // In units of L² w^(4−4/L) T α₁ (s − w)² at its peak.
    const largest = 9 * (8 / 7) ** (8 / 3) * 0.01 * 2 * (6 / 7) ** 2
    const middle = profile.find(({ share }: any) => Math.abs(share - 0.55) < 0.03)
    const inBin = runs.filter(({ run, strength }) => run === 1 && strength >= 1 && strength < 1.2)
    const expected = inBin.reduce((sum, row) => sum + row.noise ** 2, 0) / inBin.length / 0.02 / largest
    expect(middle.diffusion).toBeCloseTo(expected, 10)
    expect(Math.max(...theory.map(({ diffusion }: any) => diffusion))).toBeCloseTo(1, 4)
    const nothing = made(DiffusionProfile, params, {
      noise,
      runs: [{ run: 1, mode: 1, teacher: 2, strength: 0, noise: 0 }]
    })
    expect(nothing.peak).toMatchObject([{ peak: null, departure: null, departure_low: null, runs: 0 }])
  })

  it("settles to the law that a sample of that law is near to, and another is not", () => {
    // At small T the law of two layers is normal: variance g²/2k = L s^(2−2/L) T C/2.
    const flat = [{ mode: 1, teacher: 2, seen: 2, square: 0, cross: 0, floor: 0.5 }]
    const variance = (2 * 2 * 1e-4 * 0.5) / 2
    const quantiles = Array.from({ length: 999 }, (_, k) => {
      // Φ⁻¹ by bisection of an integral, as nothing of ours computes it.
      const wanted = (k + 1) / 1000
      let [low, high] = [-6, 6]
      const below = (z: number) => {
        let sum = 0
        const h = (z + 8) / 400
        for (let at = 0; at <= 400; at++)
          sum += (at === 0 || at === 400 ? 1 : at % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * (-8 + at * h) ** 2)
        return (sum * h) / 3 / Math.sqrt(2 * Math.PI)
      }
      for (let step = 0; step < 40; step++) {
        const middle = (low + high) / 2
        if (below(middle) < wanted) low = middle
        else high = middle
      }
      return low
    })
    const rowsOf = (spread: number) =>
      quantiles.flatMap((z, run) =>
        [0, 1, 2].map((reading) => ({
          run,
          reading,
          time: reading,
          mode: 1,
          teacher: 2,
          strength: reading === 2 ? 2 + z * spread : 77
        }))
      )
    const lawOf = (spread: number) =>
      made(
        StationaryLaw,
        { widths: [1, 1, 1], temperature: 1e-4, level: 0.95, from: 1 },
        { noise: flat, runs: rowsOf(spread) }
      )
    const {
      density,
      sample,
      test: [near]
    } = lawOf(Math.sqrt(variance))
    expect(near).toMatchObject({ points: 999, bound: expect.closeTo(Math.sqrt(Math.log(40) / (2 * 999)), 12) })
    expect(near.law_variance / variance).toBeCloseTo(1, 2)
    expect(near.distance).toBeLessThan(0.004)
    expect(near.distance_high).toBeCloseTo(near.distance + near.bound, 12)
    expect(sample.length).toBe(999)
    const top = density.reduce((best: any, row: any) => (row.density > best.density ? row : best))
    expect(top.density).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 2)
    // sup |Φ(z) − Φ(z/2)| = 0.1613.
    expect(lawOf(2 * Math.sqrt(variance)).test[0].distance).toBeCloseTo(0.161, 2)
  })

  it("without label noise the gap closes at its rate, measured between the first and the last reading", () => {
    const quiet = [{ mode: 1, teacher: 2, seen: 2, square: 2, cross: 4, floor: 8 }]
    const runs = [3.9, 4.3].flatMap((rate, index) =>
      [0, 1, 2].map((reading) => ({
        run: index + 1,
        reading,
        time: reading / 2,
        mode: 1,
        teacher: 2,
        strength: 2 * (1 - 0.01 * Math.exp((-rate * reading) / 2))
      }))
    )
    const { course, rate, standardized } = made(
      Collapse,
      { widths: [1, 1, 1], temperature: 0.01, learningRate: 0.02, level: 0.95 },
      { noise: quiet, runs }
    )
    const k = 4
    expect(rate).toMatchObject([
      {
        rate: expect.closeTo(4.1, 6),
        equation_rate: expect.closeTo(k + 0.5 * k * k * 0.01 * 2, 12),
        step_rate: expect.closeTo(k + 0.16 + 0.5 * 0.02 * k * k, 12),
        departure: expect.closeTo(4.1 / 4.32 - 1, 6),
        largest_gap: expect.closeTo(-3.9, 6),
        runs: 2
      }
    ])
    expect(course.at(-1)).toMatchObject({
      gap: expect.closeTo(Math.log(0.01) - 4.1, 6),
      predicted: expect.closeTo(Math.log(0.01) - 4.16, 9)
    })
    const spread = k * Math.sqrt(0.01 * 2)
    expect(standardized.map(({ score }: any) => score)).toEqual([
      expect.closeTo((4.32 - 3.9) / spread, 5),
      expect.closeTo((4.32 - 4.3) / spread, 5)
    ])
  })
})
