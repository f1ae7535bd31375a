import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as GradientFlow from "../../src/stages/flow/GradientFlow.ts"
import { DepartureOrder } from "../../src/stages/flow/DepartureOrder.ts"
import { FlowCourse } from "../../src/stages/flow/FlowCourse.ts"
import { FlowDeparture } from "../../src/stages/flow/FlowDeparture.ts"
import * as ModeNetwork from "../../src/stages/flow/ModeNetwork.ts"
import { PassageTimes } from "../../src/stages/flow/PassageTimes.ts"
import { rungeKutta } from "../dln/rungeKutta.ts"
import { made } from "./smallExperiment.ts"

const small = { ...GradientFlow.defaults, replicate: 1, samples: 100, seeds: 3, points: 7, horizon: 3 }
const network = (depth: number, noise: number, spectrum: ReadonlyArray<number> = [3, 2, 1]) =>
  ModeNetwork.make(small, depth, spectrum, noise)

/** u(t) of du/dt = L u^(2−2/L)(s − u). */
const flow = (depth: number, s: number, start: number, time: number) =>
  time === 0 ? start : rungeKutta(([u]) => [depth * u! ** (2 - 2 / depth) * (s - u!)], [start], time, 4000)[0]!

describe("GD on aligned networks", () => {
  it.effect("has the half-times of the table, to the order of the learning rate", () =>
    Effect.gen(function* () {
      for (const [depth, ...table] of [
        [2, 0.95007, 1.32333, 2.29756],
        [3, 3.136267, 4.661328, 9.144747]
      ] as const) {
        const one = network(depth, 0)
        const { data, modes, statistics, widths } = one
        const timesAt = (learningRate: number) =>
          PassageTimes({
            widths,
            learningRate,
            scale: 0.1,
            statistics,
            data,
            modes,
            start: ModeNetwork.alignedStart(one, 0.1 ** depth)
          })
        const [coarse, fine] = [(yield* timesAt(0.004)).rows, (yield* timesAt(0.001)).rows]
        table.forEach((expected, a) => {
          expect(fine[a]!.predicted).toBeCloseTo(expected, 5)
          expect(fine[a]!.time! / expected).toBeCloseTo(1, 2)
          expect(coarse[a]!.departure! / fine[a]!.departure!).toBeCloseTo(4, 0)
        })
      }
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect("flows as its mode equation, in either closed form", () =>
    Effect.gen(function* () {
      for (const depth of [2, 3]) {
        const one = network(depth, 0)
        const { modes, statistics, widths } = one
        const { rows } = yield* FlowCourse({
          widths,
          horizon: 2,
          points: 5,
          statistics,
          modes,
          start: ModeNetwork.alignedStart(one, 0.02)
        })
        for (const { matrix_strength, strength, teacher, time } of rows) {
          expect(strength).toBeCloseTo(flow(depth, teacher, 0.02, time), 9)
          if (depth === 2) expect(matrix_strength).toBeCloseTo(strength, 10)
          else expect(matrix_strength).toBeNull()
        }
        const course = (yield* ModeNetwork.run(small, one, {
          start: ModeNetwork.alignedStart(one, 0.02),
          horizon: 2,
          readings: 5
        }).runs).rows
        for (const { cross, mode, reading, strength } of course) {
          expect(strength).toBeCloseTo(rows.filter((row) => row.mode === mode)[reading]!.strength, 1)
          expect(cross).toBeLessThan(1e-12)
        }
      }
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect("departs from the flow in first order", () =>
    Effect.gen(function* () {
      const one = network(3, 0)
      const { data, statistics, widths } = one
      const courses = Grid.map(
        [{ learning_rate: 0.01 }, { learning_rate: 0.005 }, { learning_rate: 0.0025 }],
        ({ learning_rate }) =>
          FlowDeparture({
            widths,
            learningRate: learning_rate,
            horizon: 2,
            points: 9,
            statistics,
            data,
            start: ModeNetwork.alignedStart(one, 0.05)
          })
      )
      const [found] = (yield* DepartureOrder({ courses: courses.course }).order).rows
      expect(found!.order).toBeCloseTo(1, 1)
      for (const { flow: exact, gd } of (yield* courses.entries).rows) expect(Math.abs(gd - exact)).toBeLessThan(0.06)
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it("the order is the slope through the largest departures, and has the range of its parts", () => {
    const courses = [
      [0.01, 0.02],
      [0.01, 0.03],
      [0.02, 0.12],
      [0.04, 0.24]
    ].map(([learning_rate, departure], at) => ({ learning_rate, departure, time: at }))
    const { largest, order } = made(DepartureOrder, {}, { courses })
    expect(largest).toEqual(
      [
        [0.01, 0.03, 0.03],
        [0.02, 0.12, 0.06],
        [0.04, 0.24, 0.12]
      ].map(([learning_rate, departure, first]) => ({
        learning_rate,
        departure,
        first_order: expect.closeTo(first!, 12)
      }))
    )
    expect(order).toEqual([
      {
        order: expect.closeTo(1.5, 12),
        excess: expect.closeTo(0.5, 12),
        excess_low: expect.closeTo(0, 12),
        excess_high: expect.closeTo(1, 12),
        rates: 3
      }
    ])
  })
})

describe("SGD and its equation", () => {
  it.effect("without noise the equation is the flow, and its half-times are those of the flow", () =>
    Effect.gen(function* () {
      const one = network(3, 0.5, [2])
      const given = { start: ModeNetwork.alignedStart(one, 0.02), horizon: 3, batch: 2, runs: 5, noiseless: true }
      const seen = (yield* one.modes).rows[0]!.singular_value
      const { rows } = yield* ModeNetwork.paths(small, one, { ...given, readings: 7 })
      expect(rows.length).toBe(7)
      for (const { strength, time } of rows) expect(strength).toBeCloseTo(flow(3, seen, 0.02, time), 2)
      const [half] = (yield* ModeNetwork.pathHalfTimes(small, one, given)).rows
      expect(flow(3, seen, 0.02, half!.half_time!)).toBeCloseTo(seen / 2, 1)
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect("are read at the same times; runs differ, and begin with the run that is asked for", () =>
    Effect.gen(function* () {
      const one = network(2, 0.5, [2])
      const start = ModeNetwork.alignedStart(one, 0.02)
      const { rows } = yield* ModeNetwork.run(small, one, {
        start,
        horizon: 3,
        readings: 7,
        sgd: { batch: 2, sampler: "replacement", runs: 3 }
      }).runs
      const paths = (yield* ModeNetwork.paths(small, one, { start, horizon: 3, readings: 7, batch: 2, runs: 3 })).rows
      expect(rows.map(({ run }) => run)).toEqual([1, 2, 3].flatMap((run) => Array(7).fill(run)))
      rows.forEach(({ time }, at) => expect(time).toBeCloseTo(paths[at]!.time, 12))
      expect(new Set(rows.filter(({ reading }) => reading === 3).map(({ strength }) => strength)).size).toBe(3)
      expect(new Set(paths.filter(({ reading }) => reading === 3).map(({ strength }) => strength)).size).toBe(3)
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect("runs that leave the numbers are listed, and the others are what they are without them", () =>
    Effect.gen(function* () {
      const wild = { ...small, learningRate: 0.07, samples: 50 }
      const one = ModeNetwork.make(wild, 3, [3], 0.5)
      const given = { start: ModeNetwork.alignedStart(one, 0.02), horizon: 17, readings: 7 }
      const of = (runs: number) =>
        ModeNetwork.run(wild, one, { ...given, sgd: { batch: 1, sampler: "shuffle" as const, runs } })
      const ensemble = of(12)
      const diverged = (yield* ensemble.diverged).rows
      const kept = (yield* ensemble.runs).rows
      const lost = diverged.map(({ run }) => run)
      expect(lost.length).toBeGreaterThan(1)
      expect(lost.length).toBeLessThan(12)
      diverged.forEach(({ message, run, step, time }) => {
        expect(time).toBe(0.07 * step)
        expect(message).toContain(`SGD run ${run} diverged at step ${step}`)
      })
      expect([...new Set(kept.map(({ run }) => run))]).toEqual(
        Array.from({ length: 12 }, (_, index) => index + 1).filter((run) => !lost.includes(run))
      )
      const before = lost[0]! - 1
      expect((yield* of(before).runs).rows).toEqual(kept.filter(({ run }) => run <= before))
      expect((yield* of(before).diverged).rows).toEqual([])
      const halves = ModeNetwork.halfTimes(wild, one, { ...given, sgd: { batch: 1, sampler: "shuffle", runs: 12 } })
      expect((yield* halves.diverged).rows).toEqual(diverged)
      expect((yield* halves.halfTimes).rows.length).toBe(12 - lost.length)
    }).pipe(Effect.provide(Builder.layerTest))
  )

  it.effect("a path, and a run, that leave the numbers say what to lower", () =>
    Effect.gen(function* () {
      const wild = { ...small, learningRate: 1, sdeStep: 0.99 }
      const one = ModeNetwork.make(wild, 3, [3], 0.5)
      const start = ModeNetwork.alignedStart(one, 0.02)
      const path = yield* Effect.flip(
        ModeNetwork.paths(wild, one, { start, horizon: 60, readings: 7, batch: 1, runs: 3 })
      )
      expect(path.message).toMatch(/the equation for s = 3 diverged at T = 1, .*lower the learning rate, or sdeStep/)
      const run = yield* Effect.flip(
        ModeNetwork.run(wild, one, { start, horizon: 60, readings: 7, sgd: { batch: 1, sampler: "shuffle", runs: 2 } }).runs
      )
      expect(run.message).toMatch(
        /SGD run 1 diverged at step \d+: learning rate 1, .*needs less than 0\.\d+ .*lower the learning rate/
      )
    }).pipe(Effect.provide(Builder.layerTest))
  )
})

describe("settings of the flow", () => {
  it("are refused with what to do", () => {
    expect(GradientFlow.problems(GradientFlow.defaults)).toEqual([])
    expect(GradientFlow.problems({ ...GradientFlow.defaults, ...GradientFlow.paper })).toEqual([])
    for (const [wrong, said] of [
      [{ strength: 0.9 }, "lower it"],
      [{ scales: [0.9] }, "lower it"],
      [{ noise: 0 }, "raise it"],
      [{ batches: [3000] }, "lower it"],
      [{ points: 9999 }, "lower points"],
      [{ spectrum: [2, 2] }, "distinct"],
      [{ samples: 2, batch: 1, batches: [1] }, "raise it"]
    ] as const) {
      expect(GradientFlow.problems({ ...GradientFlow.defaults, ...wrong }).join(" ")).toContain(said)
    }
  })
})
