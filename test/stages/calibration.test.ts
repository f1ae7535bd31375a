import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Matrix, SVD } from "ml-matrix"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import { Admissible } from "../../src/stages/Admissible.ts"
import * as Calibration from "../../src/stages/Calibration.ts"
import { Conclusions } from "../../src/stages/Conclusions.ts"
import { DrawnRanks } from "../../src/stages/DrawnRanks.ts"
import { EpsilonPlateaus } from "../../src/stages/EpsilonPlateaus.ts"
import { Harshness } from "../../src/stages/Harshness.ts"
import { NoisySpectra } from "../../src/stages/NoisySpectra.ts"
import { Perturbation } from "../../src/stages/Perturbation.ts"
import { RankCourse } from "../../src/stages/RankCourse.ts"
import { RankGrowth } from "../../src/stages/RankGrowth.ts"
import { RankSpread } from "../../src/stages/RankSpread.ts"
import { Recovery } from "../../src/stages/Recovery.ts"
import { SampledSpectra } from "../../src/stages/SampledSpectra.ts"
import { Spectra } from "../../src/stages/Spectra.ts"
import { layersOf, made, moment, product } from "./smallExperiment.ts"

const small: Calibration.Settings = {
  ...Calibration.defaults,
  widths: [5, 4, 4, 6], spectrum: [3, 1.5], samples: 80, scale: 0.1, learningRate: 0.02, batch: 4, seeds: 2, steps: 1500, segment: 750,
  points: 31, draws: 80, sampleSizes: [20], multiples: [0.1, 1]
}
const widths = small.widths
const { problem, run } = Calibration.cell(small, 1)
const { modes } = problem
const [gd, sgd] = [run(0).checkpoints, Grid.map(Grid.range("run", 1, small.seeds), ({ run: index }) => run(index)).checkpoints]
const perturbations = Perturbation({ widths, tail: 0.2, modes, gd, sgd })
const noisy = (model: "gaussian" | "tangent" | "resampled", multiple: number, precision: "float64" | "float32" = "float64") =>
  NoisySpectra({ outputs: 6, inputs: 5, model, precision, multiple, draws: 80, seed: 1, replicate: 1, modes, perturbations })
const valuesOf = (a: Matrix) => new SVD(a).diagonal.toSorted((x, y) => y - x)
const modeRows = [3, 1.5, 0.1].map((singular_value, index) =>
  ({ mode: index + 1, singular_value, u: Float64Array.of(1), v: Float64Array.of(1), teacher_value: index < 2 ? singular_value : null }))

describe("calibration runs", () => {
  it.effect("start balanced with all singular values a^L, and learn the teacher's modes", () => Effect.gen(function*() {
    const rows = (yield* gd).rows
    const at = (checkpoint: string) => valuesOf(product(layersOf(rows.filter((row) => row.checkpoint === checkpoint))))
    for (const value of at("start").slice(0, 4)) expect(value / 0.1 ** 3).toBeCloseTo(1, 10)
    const [first, second, third] = at("end")
    const seen = (yield* modes).rows.map(({ singular_value }) => singular_value)
    expect(first).toBeCloseTo(seen[0]!, 3)
    expect(second).toBeCloseTo(seen[1]!, 3)
    expect(third).toBeLessThan(0.05)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("show the perturbation W_SGD − W_GD at the same times, over the last fifth", () => Effect.gen(function*() {
    const [one, other] = [(yield* gd).rows, (yield* sgd).rows.filter((row) => row.run === 2)]
    const found = (yield* perturbations).rows.filter((row) => row.run === 2)
    expect(found.map(({ step }) => step)).toEqual([1200, 1250, 1300, 1350, 1400, 1450, 1500])
    for (const { difference, sigma, step } of found) {
      const w = (rows: typeof one) => product(layersOf(rows.filter((row) => row.step === step && row.alignment === "time")))
      const expected = Matrix.sub(w(other), w(one)).to1DArray()
      difference.forEach((value, entry) => expect(value).toBeCloseTo(expected[entry]!, 12))
      expect(sigma).toBeCloseTo(Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / 30), 12)
    }
    expect(found.every((row) => row.tangent_share! > 0.9)).toBe(true)
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("a signal under noise", () => {
  it.effect("of SGD's own size, resampled, has the singular values of M + W_SGD − W_GD", () => Effect.gen(function*() {
    const signal = (yield* modes).rows.filter(({ teacher_value }) => teacher_value !== null).map(({ singular_value, u, v }) =>
      Matrix.columnVector([...u]).mmul(Matrix.rowVector([...v])).mul(singular_value)).reduce((sum, one) => Matrix.add(sum, one))
    const possible = (yield* perturbations).rows.map(({ difference }) => valuesOf(Matrix.add(signal, Matrix.from1DArray(6, 5, difference))))
    const found = (yield* noisy("resampled", 1)).rows
    for (const { values } of found) {
      expect(possible.some((expected) => values.every((value, k) => Math.abs(value - expected[k]!) < 1e-12))).toBe(true)
    }
    expect(new Set(found.map(({ values }) => values[0])).size).toBeGreaterThan(8)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("is perturbed in proportion to its size, by the same draws; less where the noise is tangent, and not below float32", () => Effect.gen(function*() {
    const third = function*(model: "gaussian" | "tangent", multiple: number, precision?: "float32") {
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
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("sampled and whitened is M itself without label noise, and never above its rank as drawn", () => Effect.gen(function*() {
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
    const squares = rows.map(({ values }) => values.reduce((sum, value) => sum + value * value, 0) - seen[0]! ** 2 - seen[1]! ** 2)
    expect(squares.reduce((sum, one) => sum + one, 0) / squares.length / (30 * 0.09 / 20)).toBeCloseTo(1, 0)
  }).pipe(Effect.provide(Builder.layerTest)))

  const spectra = [[3, 1.5, 0.2, 0.1], [3, 1.4, 0.02, 0], [3, 1.5, 0.5, 0.1]].map((values, index) =>
    ({ draw: index + 1, sigma: 0.05, values: Float64Array.from(values), weyl: 0.5, edge: 0.03 }))

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
    const recovery = [[1e-3, 0.2], [1e-2, 0.97], [1e-1, 0.99], [0.5, 0.1]].map(([epsilon, recovery_low]) => ({
      epsilon, sigma: 0.05, recovery: 1, recovery_low, recovery_high: 1, rank_mean: 2, rank_variance: 0, rank_largest: 2, rank_true: 2, draws: 100
    }))
    expect(made(Admissible, { required: 0.95 }, { modes: modeRows, spectra, recovery })).toEqual([{
      sigma: 0.05, smallest: 1e-2, largest: 1e-1, below: 1e-3, above: 0.5, edge: 0.03, ceiling: 0.5, draws: 100,
      finding: "any ε from 0.01 to 0.1 recovers the rank"
    }])
    const [none] = made(Admissible, { required: 0.995 }, { modes: modeRows, spectra, recovery })
    expect(none).toMatchObject({ smallest: null, below: null, finding: expect.stringContaining("use effective rank") })
    const [admitted] = made(Admissible, { required: 0.95 }, { modes: modeRows, spectra, recovery })
    const mild = { ...admitted, smallest: 1e-5, below: 1e-6 }
    expect(made(Harshness, {}, { harsh: [admitted], mild: [mild] })).toEqual([
      { decades: expect.closeTo(3, 12), decades_low: expect.closeTo(2, 12), decades_high: expect.closeTo(4, 12) }
    ])
    expect(made(Harshness, {}, { harsh: [none], mild: [mild] })).toEqual([{ decades: null, decades_low: null, decades_high: null }])
  })
})

describe("the growth of a rank", () => {
  it.effect("is counted in the singular values that another library finds", () => Effect.gen(function*() {
    const { ranks, shape } = RankCourse({ widths, epsilons: [0.3, 1e-2, 1e-4], spectra: Spectra({ widths, checkpoints: gd }), modes })
    const [rows, weights] = [(yield* ranks).rows, (yield* gd).rows]
    const s1 = (yield* modes).rows[0]!.singular_value
    for (const row of rows.filter(({ alignment }) => alignment === "time")) {
      const sigma = valuesOf(product(layersOf(weights.filter(({ checkpoint }) => checkpoint === row.checkpoint)))).slice(0, 4)
      expect(row.rank).toBe(sigma.filter((value) => value > row.epsilon * sigma[0]!).length)
      expect(row.anchored_rank).toBe(sigma.filter((value) => value > row.epsilon * s1).length)
      expect(row.learnt).toBe(sigma[0]! >= s1 / 2)
      if (row.rank! < 4) expect(row.gap! / (sigma[row.rank! - 1]! / sigma[row.rank!]!)).toBeCloseTo(1, 6)
    }
    expect(rows.length).toBe(3 * (yield* shape).length)
    const { growth } = RankGrowth({ ranks })
    const anchored = (yield* growth).rows.find(({ epsilon, kind }) => epsilon === 1e-2 && kind === "anchored")
    expect(anchored).toMatchObject({ stages: "0 1 2", first_rank: 0, last_rank: 2, rises: 2, unit_rises: 2, falls: 0 })
  }).pipe(Effect.provide(Builder.layerTest)))

  const course = (run: number, ranks: ReadonlyArray<number | null>, anchored: ReadonlyArray<number | null>, alignment: "time" | "level" = "time") =>
    ranks.map((rank, order) => ({
      run, checkpoint: `at ${order}`, epsilon: 0.1, rank, anchored_rank: anchored[order]!, gap: rank === null ? null : 20, anchored_gap: anchored[order]! + 1,
      learnt: order >= 2, ...moment, time: order, order, alignment
    }))

  it("has its stages and every change with its gaps, for each way to count", () => {
    const { changes, growth } = made(RankGrowth, {}, { ranks: course(0, [4, 3, 1, 2, 2], [0, 0, 1, 3, 2]) })
    expect(growth).toMatchObject([
      { kind: "anchored", stages: "0 1 3 2", first_rank: 0, last_rank: 2, rises: 2, unit_rises: 1, falls: 1 },
      { kind: "relative", stages: "4 3 1 2", rises: 1, unit_rises: 1, falls: 2 },
      { kind: "late", stages: "1 2", first_rank: 1, last_rank: 2, rises: 1, unit_rises: 1, falls: 0 }
    ])
    expect(changes.filter(({ kind }: any) => kind === "anchored")).toMatchObject([
      { time: 2, rank_before: 0, rank_after: 1, gap_before: 1, gap_after: 2 },
      { time: 3, rank_before: 1, rank_after: 3, gap_before: 2, gap_after: 4 },
      { time: 4, rank_before: 3, rank_after: 2, gap_before: 4, gap_after: 3 }
    ])
  })

  it("differs between seeds by its variance at each level, and is counted where a run never comes", () => {
    const rows = made(RankSpread, { level: 0.95 }, {
      sgd: [...course(1, [4, 2, 1], [0, 1, 2], "level"), ...course(2, [4, 3, null], [0, 1, null], "level"), ...course(1, [9], [9])]
    })
    expect(rows.filter(({ kind }: any) => kind === "relative")).toMatchObject([
      { checkpoint: "at 0", mean: 4, variance: 0, differs: expect.closeTo(1 - 0.05 ** 0.5, 12), runs: 2, all_runs: 2 },
      { checkpoint: "at 1", mean: 2.5, variance: 0.5, differs: null, runs: 2 },
      { checkpoint: "at 2", mean: 1, variance: null, runs: 1, all_runs: 2 }
    ])
    expect(rows.find(({ checkpoint, kind }: any) => checkpoint === "at 0" && kind === "late")).toMatchObject({ mean: null, variance: null, runs: 0 })
  })
})

describe("conclusions over ε", () => {
  const epsilons = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
  const growth = (last: ReadonlyArray<number>, falls: number) => epsilons.flatMap((epsilon, at) =>
    (["anchored", "relative", "late"] as const).map((kind) => ({
      run: 1, epsilon, kind, stages: `0 1 ${last[at]}`, first_rank: kind === "late" ? 1 : 0, last_rank: last[at]!, rises: 2, unit_rises: 2,
      falls: kind === "relative" ? falls : 0
    })))
  const spread = epsilons.map((epsilon) =>
    ({ checkpoint: "a", epsilon, kind: "anchored" as const, mean: 2, variance: epsilon === 1e-4 ? 0.5 : 0, differs: null, runs: 2, all_runs: 2, order: 0 }))
  const recovery = epsilons.map((epsilon) => ({
    epsilon, sigma: 0.1, recovery: 1, recovery_low: 0.98, recovery_high: 1, rank_mean: 2, rank_variance: 0, rank_largest: 2, rank_true: 2, draws: 200
  }))
  const last = [4, 2, 2, 2, 1]
  const conclude = (recovered = recovery) => made(Conclusions, { required: 0.95, level: 0.95 }, {
    modes: modeRows, gd: growth(last, 0), sgd: [...growth(last, 1), ...growth([4, 2, 2, 2, 2], 1).map((row) => ({ ...row, run: 2 }))], spread, recovery: recovered
  })

  it("say where the rank is reliable, and why it is not", () => {
    const rows = conclude()
    const of = (kind: string, epsilon: number) => rows.find((row: any) => row.kind === kind && row.epsilon === epsilon)
    expect(of("anchored", 1e-3)).toMatchObject({ reliable: true, unit_share: 1, fall_share: 0, seed_variance: 0, ends_right: 2, runs: 2, failure: 0 })
    expect(of("anchored", 1e-3).failure_high).toBeCloseTo(1 - 0.025 ** 0.5, 12)
    expect(of("anchored", 1e-4)).toMatchObject({ reliable: false, conclusion: expect.stringContaining("not stable over seeds") })
    expect(of("anchored", 1e-5)).toMatchObject({ reliable: false, conclusion: expect.stringContaining("from 0 to 4, no seed ends at 2") })
    expect(of("anchored", 1e-1).conclusion).toContain("seeds end apart")
    expect(of("relative", 1e-2)).toMatchObject({ reliable: false, fall_share: 2 / 8, conclusion: expect.stringContaining("not monotone") })
    // Of one seed nothing is known about seeds: none is held against it.
    expect(of("late", 1e-3)).toMatchObject({ seed_variance: null, conclusion: expect.stringContaining("one seed") })
    const lost = conclude(recovery.map((row) => ({ ...row, recovery_low: 0.9 })))
    expect(lost.some(({ reliable }: any) => reliable)).toBe(false)
  })

  it("hold on the widest reliable plateau, or on none", () => {
    const given = { widths: [4, 4, 4], scale: 0.03, decades: 1 }
    const { answers, plateaus, window } = made(EpsilonPlateaus, given, { modes: modeRows, conclusions: conclude() })
    expect(answers).toMatchObject([
      { kind: "anchored", low: 1e-3, high: 1e-2, decades: expect.closeTo(1, 9), answer: expect.stringContaining("any ε from 0.001 to 0.01 gives the same conclusions") },
      { kind: "relative", low: null, answer: expect.stringContaining("use effective rank") },
      { kind: "late", low: 1e-4, high: 1e-2 }
    ])
    expect(plateaus.filter(({ kind }: any) => kind === "anchored").map(({ low, high, reliable }: any) => [low, high, reliable]))
      .toEqual([[1e-5, 1e-5, false], [1e-4, 1e-4, false], [1e-3, 1e-2, true], [1e-1, 1e-1, false]])
    // a^L/s_1 = 3e-4 lies between 1e-4 and 1e-3, s_r/s_1 = 0.5 above 1e-1.
    expect(window).toMatchObject([
      { end: "low", predicted: expect.closeTo(3e-4, 12), measured: 1e-3, departure_low: expect.closeTo(Math.log10(1 / 3), 9), departure_high: expect.closeTo(Math.log10(10 / 3), 9) },
      { end: "high", predicted: 0.5, measured: 1e-2, departure: expect.closeTo(Math.log10(0.02), 9), departure_high: expect.closeTo(Math.log10(0.2), 9) }
    ])
    const wide = made(EpsilonPlateaus, { ...given, decades: 3 }, { modes: modeRows, conclusions: conclude() })
    expect(wide.answers.map(({ low }: any) => low)).toEqual([null, null, null])
    expect(wide.answers[0].answer).toContain("no 3 decades")
    expect(wide.window[0]).toMatchObject({ measured: null, departure: null, departure_low: null })
  })
})

describe("settings of the calibration", () => {
  it("are refused with what to do", () => {
    expect(Calibration.problems(Calibration.defaults)).toEqual([])
    expect(Calibration.problems({ ...Calibration.defaults, ...Calibration.paper })).toEqual([])
    for (const [wrong, said] of [
      [{ draws: 20 }, "at least 72"], [{ multiples: [2] }, "must have 1"], [{ scale: 2 }, "lower it"], [{ sampleSizes: [9] }, "raise it"], [{ noise: 0 }, "raise it"],
      [{ spectrum: [2, 2] }, "distinct"], [{ spectrum: [1, 2] }, "largest first"], [{ steps: 7501 }, "no multiple"], [{ batch: 5000 }, "lower it"]
    ] as const) {
      expect(Calibration.problems({ ...Calibration.defaults, ...wrong }).join(" ")).toContain(said)
    }
  })
})
