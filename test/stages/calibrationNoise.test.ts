import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Builder } from "../../src/engine/Builder.ts"
import { Matrix } from "ml-matrix"
import { Admissible } from "../../src/stages/calibration/Admissible.ts"
import { DrawnRanks } from "../../src/stages/calibration/DrawnRanks.ts"
import { Harshness } from "../../src/stages/calibration/Harshness.ts"
import { NoisySpectra } from "../../src/stages/calibration/NoisySpectra.ts"
import { Perturbation } from "../../src/stages/calibration/Perturbation.ts"
import { Recovery } from "../../src/stages/calibration/Recovery.ts"
import { SampledSpectra } from "../../src/stages/calibration/SampledSpectra.ts"
import { gd, modeRows, modes, sgd, valuesOf, widths } from "./smallCalibration.ts"
import { layersOf, made, product } from "./smallExperiment.ts"

const perturbations = Perturbation({ widths, tail: 0.2, modes, gd, sgd })
const noisy = (
  model: "gaussian" | "tangent" | "resampled",
  multiple: number,
  precision: "float64" | "float32" = "float64"
) =>
  NoisySpectra({
    outputs: 6,
    inputs: 5,
    model,
    precision,
    multiple,
    draws: 80,
    seed: 1,
    replicate: 1,
    modes,
    perturbations
  })

describe("calibration runs", () => {
  it.effect("start balanced with all singular values a^L, and learn the teacher's modes", () =>
    Effect.gen(function* () {
      const rows = (yield* gd).rows
      const at = (checkpoint: string) =>
        valuesOf(product(layersOf(rows.filter((row) => row.checkpoint === checkpoint))))
      for (const value of at("start").slice(0, 4)) expect(value / 0.1 ** 3).toBeCloseTo(1, 10)
      const [first, second, third] = at("end")
      const seen = (yield* modes).rows.map(({ singular_value }) => singular_value)
      expect(first).toBeCloseTo(seen[0]!, 3)
      expect(second).toBeCloseTo(seen[1]!, 3)
      expect(third).toBeLessThan(0.05)
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect("show the perturbation W_SGD − W_GD at the same times, over the last fifth", () =>
    Effect.gen(function* () {
      const [one, other] = [(yield* gd).rows, (yield* sgd).rows.filter((row) => row.run === 2)]
      const found = (yield* perturbations).rows.filter((row) => row.run === 2)
      expect(found.map(({ step }) => step)).toEqual([1200, 1250, 1300, 1350, 1400, 1450, 1500])
      for (const { difference, sigma, step } of found) {
        const w = (rows: typeof one) =>
          product(layersOf(rows.filter((row) => row.step === step && row.alignment === "time")))
        const expected = Matrix.sub(w(other), w(one)).to1DArray()
        difference.forEach((value, entry) => expect(value).toBeCloseTo(expected[entry]!, 12))
        expect(sigma).toBeCloseTo(Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / 30), 12)
      }
      expect(found.every((row) => row.tangent_share! > 0.9)).toBe(true)
    }).pipe(Effect.provide(Builder.layerTest))
  )
})

describe("a signal under noise", () => {
  it.effect("of SGD's own size, resampled, has the singular values of M + W_SGD − W_GD", () =>
    Effect.gen(function* () {
      const signal = (yield* modes).rows
        .filter(({ teacher_value }) => teacher_value !== null)
        .map(({ singular_value, u, v }) =>
          Matrix.columnVector([...u])
            .mmul(Matrix.rowVector([...v]))
            .mul(singular_value)
        )
        .reduce((sum, one) => Matrix.add(sum, one))
      const possible = (yield* perturbations).rows.map(({ difference }) =>
        valuesOf(Matrix.add(signal, Matrix.from1DArray(6, 5, difference)))
      )
      const found = (yield* noisy("resampled", 1)).rows
      for (const { values } of found) {
        expect(possible.some((expected) => values.every((value, k) => Math.abs(value - expected[k]!) < 1e-12))).toBe(
          true
        )
      }
      expect(new Set(found.map(({ values }) => values[0])).size).toBeGreaterThan(8)
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect(
    "is perturbed in proportion to its size, by the same draws; less where the noise is tangent, and not below float32",
    () =>
      Effect.gen(function* () {
        const third = function* (model: "gaussian" | "tangent", multiple: number, precision?: "float32") {
          return (yield* noisy(model, multiple, precision)).rows.map(({ values }) => values[2]!)
        }
        const [coarse, fine] = [yield* third("gaussian", 1e-2), yield* third("gaussian", 1e-4)]
        coarse.forEach((value, draw) => expect(value / fine[draw]!).toBeCloseTo(100, 0))
        const [tangent, finer] = [yield* third("tangent", 1e-2), yield* third("tangent", 1e-4)]
        tangent.forEach((value, draw) => {
          expect(value).toBeLessThan(coarse[draw]!)
          expect(value / finer[draw]! / 1e4).toBeCloseTo(1, 1)
        })
        const single = yield* third("gaussian", 1e-6, "float32")
        expect(Math.min(...single)).toBeGreaterThan(1e-9)
        expect(Math.max(...single)).toBeLessThan(3e-6)
        expect(Math.max(...(yield* third("gaussian", 1e-6)))).toBeLessThan(1e-6)
      }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect("sampled and whitened is M itself without label noise, and never above its rank as drawn", () =>
    Effect.gen(function* () {
      const sampled = (noise: number, whiten: "exact" | "none") =>
        SampledSpectra({ outputs: 6, inputs: 5, samples: 20, noise, whiten, draws: 80, seed: 1, replicate: 1, modes })
      const seen = (yield* modes).rows.map(({ singular_value }) => singular_value)
      for (const { values } of (yield* sampled(0, "exact")).rows) {
        expect(values[0]).toBeCloseTo(seen[0]!, 12)
        expect(values[1]).toBeCloseTo(seen[1]!, 12)
        expect(values[2]).toBeLessThan(1e-14)
      }
      for (const { values } of (yield* sampled(0, "none")).rows) {
        expect(values[2]).toBeLessThan(1e-13)
        expect(Math.abs(values[0]! - seen[0]!)).toBeGreaterThan(1e-4)
      }
      // Label noise on whitened inputs is independent noise of σ/√n: its mean square beyond M, over draws.
      const { rows } = yield* sampled(0.3, "exact")
      expect(rows[0]!.sigma).toBeCloseTo(0.3 / Math.sqrt(20), 14)
      const squares = rows.map(
        ({ values }) => values.reduce((sum, value) => sum + value * value, 0) - seen[0]! ** 2 - seen[1]! ** 2
      )
      expect(squares.reduce((sum, one) => sum + one, 0) / squares.length / ((30 * 0.09) / 20)).toBeCloseTo(1, 0)
    }).pipe(Effect.provide(Builder.layerTest))
  )

  const spectra = [
    [3, 1.5, 0.2, 0.1],
    [3, 1.4, 0.02, 0],
    [3, 1.5, 0.5, 0.1]
  ].map((values, index) => ({ draw: index + 1, sigma: 0.05, values: Float64Array.from(values), weyl: 0.5, edge: 0.03 }))

  it("is recovered in the draws whose rank above ε σ_1 is that of the teacher", () => {
    const rows = made(Recovery, { epsilons: [0.1, 1e-4, 0.9], level: 0.95 }, { modes: modeRows, spectra })
    expect(rows).toMatchObject([
      { epsilon: 1e-4, recovery: 0, rank_mean: 11 / 3, rank_largest: 4, rank_true: 2, draws: 3 },
      { epsilon: 0.1, recovery: 2 / 3, rank_mean: 7 / 3, rank_variance: expect.closeTo(1 / 3, 12), rank_largest: 3 },
      { epsilon: 0.9, recovery: 0, rank_mean: 1, rank_variance: 0 }
    ])
    // Clopper–Pearson for 2 of 3, from R: binom.test(2, 3)
    expect(rows[1].recovery_low).toBeCloseTo(0.09429932, 7)
    expect(rows[1].recovery_high).toBeCloseTo(0.99159624, 7)
  })

  it("has its gap behind the true rank, and its effective rank, in each draw", () => {
    const rows = made(DrawnRanks, {}, { modes: modeRows, spectra })
    expect(rows.map(({ gap }: any) => gap)).toEqual([1.5 / 0.2, 1.4 / 0.02, 3])
    expect(rows.map(({ floor }: any) => floor)).toEqual([0.2 / 3, 0.02 / 3, 0.5 / 3])
    expect(rows.map(({ beyond_tangent }: any) => beyond_tangent)).toEqual([null, null, null])
    const p = [3, 1.5, 0.2, 0.1].map((value) => value / 4.8)
    expect(rows[0].effective_rank).toBeCloseTo(Math.exp(-p.reduce((sum, one) => sum + one * Math.log(one), 0)), 12)
  })

  it("admits the ε whose interval of recovery begins high enough, or none", () => {
    const recovery = [
      [1e-3, 0.2],
      [1e-2, 0.97],
      [1e-1, 0.99],
      [0.5, 0.1]
    ].map(([epsilon, recovery_low]) => ({
      epsilon,
      sigma: 0.05,
      recovery: 1,
      recovery_low,
      recovery_high: 1,
      rank_mean: 2,
      rank_variance: 0,
      rank_largest: 2,
      rank_true: 2,
      draws: 100
    }))
    expect(made(Admissible, { required: 0.95 }, { modes: modeRows, spectra, recovery })).toEqual([
      {
        sigma: 0.05,
        smallest: 1e-2,
        largest: 1e-1,
        below: 1e-3,
        above: 0.5,
        edge: 0.03,
        ceiling: 0.5,
        draws: 100,
        finding: "any ε from 0.01 to 0.1 recovers the rank"
      }
    ])
    const [none] = made(Admissible, { required: 0.995 }, { modes: modeRows, spectra, recovery })
    expect(none).toMatchObject({ smallest: null, below: null, finding: expect.stringContaining("use effective rank") })
    const [admitted] = made(Admissible, { required: 0.95 }, { modes: modeRows, spectra, recovery })
    const mild = { ...admitted, smallest: 1e-5, below: 1e-6 }
    expect(made(Harshness, {}, { harsh: [admitted], mild: [mild] })).toEqual([
      { decades: expect.closeTo(3, 12), decades_low: expect.closeTo(2, 12), decades_high: expect.closeTo(4, 12) }
    ])
    expect(made(Harshness, {}, { harsh: [none], mild: [mild] })).toEqual([
      { decades: null, decades_low: null, decades_high: null }
    ])
  })
})
