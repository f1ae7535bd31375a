import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as GradientFlow from "../../src/stages/GradientFlow.ts"
import { Collapse } from "../../src/stages/Collapse.ts"
import { DepartureOrder } from "../../src/stages/DepartureOrder.ts"
import { DiffusionProfile } from "../../src/stages/DiffusionProfile.ts"
import { FlowCourse } from "../../src/stages/FlowCourse.ts"
import { FlowDeparture } from "../../src/stages/FlowDeparture.ts"
import { LearningDelay } from "../../src/stages/LearningDelay.ts"
import { ModeMoments } from "../../src/stages/ModeMoments.ts"
import * as ModeNetwork from "../../src/stages/ModeNetwork.ts"
import { PassageTimes } from "../../src/stages/PassageTimes.ts"
import { SdeComparison } from "../../src/stages/SdeComparison.ts"
import { StationaryLaw } from "../../src/stages/StationaryLaw.ts"
import { rungeKutta } from "../dln/rungeKutta.ts"
import { made } from "./smallExperiment.ts"

const small: GradientFlow.Settings = { ...GradientFlow.defaults, samples: 100, seeds: 3, points: 7, horizon: 3 }
const network = (depth: number, noise: number, spectrum: ReadonlyArray<number> = [3, 2, 1]) => ModeNetwork.make(small, depth, spectrum, noise)

/** u(t) of du/dt = L u^(2−2/L)(s − u). */
const flow = (depth: number, s: number, start: number, time: number) =>
  time === 0 ? start : rungeKutta(([u]) => [depth * u! ** (2 - 2 / depth) * (s - u!)], [start], time, 4000)[0]!

describe("GD on aligned networks", () => {
  it.effect("has the half-times of the table, to the order of the learning rate", () => Effect.gen(function*() {
    for (const [depth, ...table] of [[2, 0.95007, 1.32333, 2.29756], [3, 3.136267, 4.661328, 9.144747]] as const) {
      const one = network(depth, 0)
      const { data, modes, statistics, widths } = one
      const timesAt = (learningRate: number) =>
        PassageTimes({ widths, learningRate, scale: 0.1, statistics, data, modes, start: ModeNetwork.alignedStart(one, 0.1 ** depth) })
      const [coarse, fine] = [(yield* timesAt(0.004)).rows, (yield* timesAt(0.001)).rows]
      table.forEach((expected, a) => {
        expect(fine[a]!.predicted).toBeCloseTo(expected, 5)
        expect(fine[a]!.time! / expected).toBeCloseTo(1, 2)
        expect(coarse[a]!.departure! / fine[a]!.departure!).toBeCloseTo(4, 0)
      })
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("flows as its mode equation, in either closed form", () => Effect.gen(function*() {
    for (const depth of [2, 3]) {
      const one = network(depth, 0)
      const { modes, statistics, widths } = one
      const { rows } = yield* FlowCourse({ widths, horizon: 2, points: 5, statistics, modes, start: ModeNetwork.alignedStart(one, 0.02) })
      for (const { matrix_strength, strength, teacher, time } of rows) {
        expect(strength).toBeCloseTo(flow(depth, teacher, 0.02, time), 9)
        if (depth === 2) expect(matrix_strength).toBeCloseTo(strength, 10)
        else expect(matrix_strength).toBeNull()
      }
      const course = (yield* ModeNetwork.run(small, one, { start: ModeNetwork.alignedStart(one, 0.02), horizon: 2, readings: 5 })).rows
      for (const { cross, mode, reading, strength } of course) {
        expect(strength).toBeCloseTo(rows.filter((row) => row.mode === mode)[reading]!.strength, 1)
        expect(cross).toBeLessThan(1e-12)
      }
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("departs from the flow in first order", () => Effect.gen(function*() {
    const one = network(3, 0)
    const { data, statistics, widths } = one
    const courses = Grid.map([{ learning_rate: 0.01 }, { learning_rate: 0.005 }, { learning_rate: 0.0025 }], ({ learning_rate }) =>
      FlowDeparture({ widths, learningRate: learning_rate, horizon: 2, points: 9, statistics, data, start: ModeNetwork.alignedStart(one, 0.05) }))
    const [found] = (yield* DepartureOrder({ courses: courses.course }).order).rows
    expect(found!.order).toBeCloseTo(1, 1)
    for (const { flow: exact, gd } of (yield* courses.entries).rows) expect(Math.abs(gd - exact)).toBeLessThan(0.06)
  }).pipe(Effect.provide(Builder.layerTest)))

  it("the order is the slope through the largest departures, and has the range of its parts", () => {
    const courses = [[0.01, 0.02], [0.01, 0.03], [0.02, 0.12], [0.04, 0.24]].map(([learning_rate, departure], at) =>
      ({ learning_rate, departure, time: at }))
    const { largest, order } = made(DepartureOrder, {}, { courses })
    expect(largest).toEqual([[0.01, 0.03, 0.03], [0.02, 0.12, 0.06], [0.04, 0.24, 0.12]].map(([learning_rate, departure, first]) =>
      ({ learning_rate, departure, first_order: expect.closeTo(first!, 12) })))
    expect(order).toEqual([{
      order: expect.closeTo(1.5, 12), excess: expect.closeTo(0.5, 12), excess_low: expect.closeTo(0, 12), excess_high: expect.closeTo(1, 12), rates: 3
    }])
  })
})

describe("SGD and its equation", () => {
  it.effect("without noise the equation is the flow, and its half-times are those of the flow", () => Effect.gen(function*() {
    const one = network(3, 0.5, [2])
    const given = { start: ModeNetwork.alignedStart(one, 0.02), horizon: 3, batch: 2, runs: 5, noiseless: true }
    const seen = (yield* one.modes).rows[0]!.singular_value
    const { rows } = yield* ModeNetwork.paths(small, one, { ...given, readings: 7 })
    expect(rows.length).toBe(7)
    for (const { strength, time } of rows) expect(strength).toBeCloseTo(flow(3, seen, 0.02, time), 2)
    const [half] = (yield* ModeNetwork.pathHalfTimes(small, one, given)).rows
    expect(flow(3, seen, 0.02, half!.half_time!)).toBeCloseTo(seen / 2, 1)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("are read at the same times; runs differ, and begin with the run that is asked for", () => Effect.gen(function*() {
    const one = network(2, 0.5, [2])
    const start = ModeNetwork.alignedStart(one, 0.02)
    const { rows } = yield* ModeNetwork.run(small, one, { start, horizon: 3, readings: 7, sgd: { batch: 2, sampler: "replacement", runs: 3 } })
    const paths = (yield* ModeNetwork.paths(small, one, { start, horizon: 3, readings: 7, batch: 2, runs: 3 })).rows
    expect(rows.map(({ run }) => run)).toEqual([1, 2, 3].flatMap((run) => Array(7).fill(run)))
    rows.forEach(({ time }, at) => expect(time).toBeCloseTo(paths[at]!.time, 12))
    expect(new Set(rows.filter(({ reading }) => reading === 3).map(({ strength }) => strength)).size).toBe(3)
    expect(new Set(paths.filter(({ reading }) => reading === 3).map(({ strength }) => strength)).size).toBe(3)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("a path, and a run, that leave the numbers say what to lower", () => Effect.gen(function*() {
    const wild = { ...small, learningRate: 1, sdeStep: 0.99 }
    const one = ModeNetwork.make(wild, 3, [3], 0.5)
    const start = ModeNetwork.alignedStart(one, 0.02)
    const path = yield* Effect.flip(ModeNetwork.paths(wild, one, { start, horizon: 60, readings: 7, batch: 1, runs: 3 }))
    expect(path.message).toMatch(/the equation for s = 3 diverged at T = 1, .*lower the learning rate, or sdeStep/)
    const run = yield* Effect.flip(ModeNetwork.run(wild, one, { start, horizon: 60, readings: 7, sgd: { batch: 1, sampler: "shuffle", runs: 2 } }))
    expect(run.message).toMatch(/SGD run 1 diverged at step \d+: learning rate 1, .*needs less than 0\.\d+ .*lower the learning rate/)
  }).pipe(Effect.provide(Builder.layerTest)))

  const points = (rows: ReadonlyArray<readonly [run: number, reading: number, strength: number]>) =>
    rows.map(([run, reading, strength]) => ({ run, reading, time: reading / 10, mode: 1, teacher: 2, strength }))

  it("mean and spread of runs are those of their strengths at each reading; of one run there is no spread", () => {
    const runs = points([[1, 0, 1], [2, 0, 1], [1, 1, 1], [2, 1, 3], [1, 2, 5]])
    const [first, second, third] = made(ModeMoments, { level: 0.95 }, { runs })
    expect(first).toMatchObject({ mean: 1, deviation: 0, runs: 2 })
    // t = 12.706 for one degree of freedom.
    expect(second).toMatchObject({ time: 0.1, mean: 2, deviation: expect.closeTo(Math.SQRT2, 12), below: expect.closeTo(2 - Math.SQRT2, 12), mean_high: expect.closeTo(2 + 12.7062, 3) })
    expect(third).toMatchObject({ mean: 5, deviation: null, below: null, mean_low: null, runs: 1 })
  })

  it("their means and spreads are compared in units of what is learnt, with normal intervals", () => {
    const sgd = points([[1, 0, 1], [2, 0, 3], [3, 0, 5], [4, 0, 3], [1, 1, 1]])
    const sde = points([[1, 0, 2], [2, 0, 4], [3, 0, 2], [4, 0, 4], [1, 1, 1]])
    const [row, one] = made(SdeComparison, { level: 0.95 }, { sgd, sde })
    expect(row).toMatchObject({ mean_departure: 0, runs: 4, paths: 4 })
    const z = 1.959963984540054
    expect(row.mean_departure_high).toBeCloseTo(z * Math.sqrt(8 / 3 / 4 + 4 / 3 / 4) / 2, 10)
    expect(row.deviation_departure).toBeCloseTo((Math.sqrt(8 / 3) - Math.sqrt(4 / 3)) / 2, 12)
    // Fourth moments 8 and 1: errors √((m₄ − σ⁴)/n)/2σ, where m₄ < σ⁴ says 0.
    const error = Math.sqrt((8 - (8 / 3) ** 2) / 4) / (2 * Math.sqrt(8 / 3))
    expect(row.deviation_departure_high - row.deviation_departure).toBeCloseTo(z * error / 2, 10)
    expect(one).toMatchObject({ mean_departure: null, deviation_departure_low: null, runs: 1 })
  })

  it("delays are relative to the half-time without noise, of the runs that got there", () => {
    const half = (run: number, half_time: number | null, mode = 1) => ({ run, mode, teacher: 2, half_time })
    const rows = made(LearningDelay, { level: 0.95 }, {
      noiseless: [half(0, 2), half(0, null, 2)], noisy: [half(1, 2.2), half(2, 2.6), half(3, null), half(1, 5, 2), half(2, 6, 2), half(3, 7, 2)]
    })
    expect(rows[0]).toMatchObject({ half_time: 2, delay: expect.closeTo(0.2, 12), runs: 2, all_runs: 3, delay_high: expect.closeTo(0.2 + 12.7062 * 0.1, 3) })
    expect(rows[1]).toMatchObject({ half_time: null, delay: null, delay_low: null, runs: 0, all_runs: 3 })
  })
})

describe("the noise of a mode", () => {
  const noise = [{ mode: 1, teacher: 2, seen: 2, square: 2, cross: 4, floor: 8 }]

  it("is largest where its increments are, against s (2L − 2)/(3L − 2)", () => {
    const runs = [1, 2, 3].flatMap((run) => Array.from({ length: 200 }, (_, k) => {
      const share = (k + 0.5) / 200
      return { run, mode: 1, teacher: 2, strength: 2 * share, noise: (k % 2 === 0 ? 1 : -1) * share ** (4 / 3) * (1 - share) }
    }))
    const params = { widths: [1, 1, 1, 1], temperature: 0.01, learningRate: 0.02, bootstrap: 20, level: 0.9, seed: 1 }
    const { peak, profile, theory } = made(DiffusionProfile, params, { noise, runs })
    expect(peak).toMatchObject([{
      peak: expect.closeTo(4 / 7, 9), predicted: expect.closeTo(4 / 7, 12), departure: expect.closeTo(0, 9), departure_low: expect.closeTo(0, 9),
      growth: expect.closeTo(4 / 3, 9), decay: expect.closeTo(1, 9), runs: 3, points: 540
    }])
    // In units of L² w^(4−4/L) T α₁ (s − w)² at its peak.
    const largest = 9 * (8 / 7) ** (8 / 3) * 0.01 * 2 * (6 / 7) ** 2
    const middle = profile.find(({ share }: any) => Math.abs(share - 0.55) < 0.03)
    const inBin = runs.filter(({ run, strength }) => run === 1 && strength >= 1 && strength < 1.2)
    const expected = inBin.reduce((sum, row) => sum + row.noise ** 2, 0) / inBin.length / 0.02 / largest
    expect(middle.diffusion).toBeCloseTo(expected, 10)
    expect(Math.max(...theory.map(({ diffusion }: any) => diffusion))).toBeCloseTo(1, 4)
    const nothing = made(DiffusionProfile, params, { noise, runs: [{ run: 1, mode: 1, teacher: 2, strength: 0, noise: 0 }] })
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
        for (let at = 0; at <= 400; at++) sum += (at === 0 || at === 400 ? 1 : at % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * (-8 + at * h) ** 2)
        return (sum * h) / 3 / Math.sqrt(2 * Math.PI)
      }
      for (let step = 0; step < 40; step++) {
        const middle = (low + high) / 2
        if (below(middle) < wanted) low = middle
        else high = middle
      }
      return low
    })
    const rowsOf = (spread: number) => quantiles.flatMap((z, run) =>
      [0, 1, 2].map((reading) => ({ run, reading, time: reading, mode: 1, teacher: 2, strength: reading === 2 ? 2 + z * spread : 77 })))
    const lawOf = (spread: number) =>
      made(StationaryLaw, { widths: [1, 1, 1], temperature: 1e-4, level: 0.95, from: 1 }, { noise: flat, runs: rowsOf(spread) })
    const { density, sample, test: [near] } = lawOf(Math.sqrt(variance))
    expect(near).toMatchObject({ points: 999, bound: expect.closeTo(Math.sqrt(Math.log(40) / (2 * 999)), 12) })
    expect(near.law_variance / variance).toBeCloseTo(1, 2)
    expect(near.distance).toBeLessThan(0.004)
    expect(near.distance_high).toBeCloseTo(near.distance + near.bound, 12)
    expect(sample.length).toBe(999)
    const top = density.reduce((best: any, row: any) => row.density > best.density ? row : best)
    expect(top.density).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 2)
    // sup |Φ(z) − Φ(z/2)| = 0.1613.
    expect(lawOf(2 * Math.sqrt(variance)).test[0].distance).toBeCloseTo(0.161, 2)
  })

  it("without label noise the gap closes at its rate, measured between the first and the last reading", () => {
    const quiet = [{ mode: 1, teacher: 2, seen: 2, square: 2, cross: 4, floor: 8 }]
    const runs = [3.9, 4.3].flatMap((rate, index) => [0, 1, 2].map((reading) =>
      ({ run: index + 1, reading, time: reading / 2, mode: 1, teacher: 2, strength: 2 * (1 - 0.01 * Math.exp((-rate * reading) / 2)) })))
    const { course, rate, standardized } = made(Collapse, { widths: [1, 1, 1], temperature: 0.01, learningRate: 0.02, level: 0.95 }, { noise: quiet, runs })
    const k = 4
    expect(rate).toMatchObject([{
      rate: expect.closeTo(4.1, 6), equation_rate: expect.closeTo(k + 0.5 * k * k * 0.01 * 2, 12), step_rate: expect.closeTo(k + 0.16 + 0.5 * 0.02 * k * k, 12),
      departure: expect.closeTo(4.1 / 4.32 - 1, 6), largest_gap: expect.closeTo(-3.9, 6), runs: 2
    }])
    expect(course.at(-1)).toMatchObject({ gap: expect.closeTo(Math.log(0.01) - 4.1, 6), predicted: expect.closeTo(Math.log(0.01) - 4.16, 9) })
    const spread = k * Math.sqrt(0.01 * 2)
    expect(standardized.map(({ score }: any) => score)).toEqual([expect.closeTo((4.32 - 3.9) / spread, 5), expect.closeTo((4.32 - 4.3) / spread, 5)])
  })
})

describe("settings of the flow", () => {
  it("are refused with what to do", () => {
    expect(GradientFlow.problems(GradientFlow.defaults)).toEqual([])
    expect(GradientFlow.problems({ ...GradientFlow.defaults, ...GradientFlow.paper })).toEqual([])
    for (const [wrong, said] of [
      [{ strength: 0.9 }, "lower it"], [{ scales: [0.9] }, "lower it"], [{ noise: 0 }, "raise it"], [{ batches: [3000] }, "lower it"],
      [{ points: 9999 }, "lower points"], [{ spectrum: [2, 2] }, "distinct"], [{ samples: 2, batch: 1, batches: [1] }, "raise it"]
    ] as const) {
      expect(GradientFlow.problems({ ...GradientFlow.defaults, ...wrong }).join(" ")).toContain(said)
    }
  })
})
