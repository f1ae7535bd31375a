import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Matrix } from "ml-matrix"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import { BalanceCourse } from "../../src/stages/balance/BalanceCourse.ts"
import { BalanceDrift } from "../../src/stages/balance/BalanceDrift.ts"
import { BalanceMeans } from "../../src/stages/balance/BalanceMeans.ts"
import { DriftLaw } from "../../src/stages/balance/DriftLaw.ts"
import * as Protocol from "../../src/stages/Protocol.ts"
import { train } from "../../src/stages/training/train.ts"
import { slope } from "../../src/stats/slope.ts"
import { layersOf, made, moment, small, widths } from "./smallExperiment.ts"

const cell = Protocol.cell(small, { regime: "intermediate", teacher: "full", replicate: 1 })
const { start } = cell
const courseOf = (run: number) => BalanceCourse({ widths, start, checkpoints: cell.run(run).checkpoints })
const interval = { bootstrap: 200, level: 0.95, seed: 1 }

/** W_l W_lᵀ and W_{l+1}ᵀ W_{l+1} of every l. */
const sides = (layers: ReadonlyArray<Matrix>) =>
  layers.slice(1).map((next, l) => [layers[l]!.mmul(layers[l]!.transpose()), next.transpose().mmul(next)] as const)

describe("the balance of a run", () => {
  it.effect("is that of its layers, as another library finds it, and its drift that from the start", () => Effect.gen(function*() {
    const checkpoints = Map.groupBy((yield* cell.run(1).checkpoints).rows, ({ checkpoint }) => checkpoint)
    const initial = sides(layersOf(checkpoints.get("start")!)).map(([out, back]) => Matrix.sub(out, back))
    const { rows } = yield* courseOf(1)
    expect(rows.length).toBe(2 * checkpoints.size)
    for (const { checkpoint, layer, residual, defect, drift } of rows) {
      const layers = checkpoints.get(checkpoint)!
      if (layers[0]!.weights === null) {
        expect([residual, defect, drift]).toEqual([null, null, null])
        continue
      }
      const [out, back] = sides(layersOf(layers))[layer - 1]!
      const g = Matrix.sub(out, back)
      expect(residual).toBeCloseTo(g.norm("frobenius") / (out.norm("frobenius") + back.norm("frobenius")), 12)
      expect(defect).toBeCloseTo(g.norm("frobenius"), 12)
      expect(drift).toBeCloseTo(Matrix.sub(g, initial[layer - 1]!).norm("frobenius"), 12)
    }
    expect(rows.filter(({ step }) => step === 0).every(({ drift }) => drift === 0)).toBe(true)
  }).pipe(Effect.provide(Builder.layerTest)))

  it("of two layers of zeros is 0/0, null and no number", () => {
    const zeros = widths.slice(1).map((rows, index) => ({
      checkpoint: "one", loss: 1, layer: index + 1, rows, columns: widths[index]!, weights: new Float64Array(rows * widths[index]!), ...moment
    }))
    const state = { step: 0, weights: new Float64Array(74) }
    const found = made(BalanceCourse, { widths }, { start: [state], checkpoints: zeros })
    expect(found).toMatchObject([{ residual: null, defect: 0, drift: 0 }, { residual: null, defect: 0, drift: 0 }])
    const means = made(BalanceMeans, interval, { courses: found.map((row: any) => ({ run: 1, ...row })) })
    expect(means[0]).toMatchObject({ residual: null, residual_low: null, runs: 0 })
  })

  it.effect("has its mean over the runs at each checkpoint", () => Effect.gen(function*() {
    const courses = Grid.map(Grid.range("run", 1, small.seeds), ({ run }) => courseOf(run))
    const [rows, means] = [(yield* courses).rows, (yield* BalanceMeans({ ...interval, courses })).rows]
    for (const { checkpoint, layer, residual, drift, runs } of means) {
      const own = rows.filter((row) => row.checkpoint === checkpoint && row.layer === layer && row.residual !== null)
      expect(runs).toBe(own.length)
      if (runs === 0) continue
      expect(residual).toBeCloseTo(own.reduce((sum, row) => sum + row.residual!, 0) / runs, 12)
      expect(drift).toBeCloseTo(own.reduce((sum, row) => sum + row.drift!, 0) / runs, 12)
    }
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("the law of the drift", () => {
  it.effect("is of order η for GD: four times as many steps of a quarter of the size drift a quarter as far", () => Effect.gen(function*() {
    const { problem } = cell
    const { trained } = cell.run(0)
    const drifts = Grid.map([1, 4, 16].map((divisor) => ({ learning_rate: 0.02 / divisor, divisor })), ({ learning_rate: learningRate, divisor }) => {
      const steps = 60 * divisor
      const { end } = train({ ...trained, learningRate, statistics: problem.statistics, start, steps, segment: steps, lossEvery: steps })
      return BalanceDrift({ widths, start, end })
    })
    const { slopes } = DriftLaw({ ...interval, drifts: Grid.map([{ run: 0 }], () => drifts) })
    for (const { excess, excess_low, excess_high, interval: kind, runs } of (yield* slopes).rows) {
      expect([kind, runs]).toEqual(["neighbouring rates", 1])
      expect(Math.abs(excess!)).toBeLessThan(0.05)
      expect(excess_low! <= excess! && excess! <= excess_high!).toBe(true)
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it("has the exponent of a power law, run by run, and a line c·η through its geometric mean", () => {
    const rates = [0.01, 0.02, 0.04]
    const drifts = [1.5, 1.7].flatMap((exponent, index) =>
      rates.map((learning_rate) => ({ run: index + 1, learning_rate, step: 10, layer: 1, drift: 7 * learning_rate ** exponent })))
    const { slopes, law } = made(DriftLaw, interval, { drifts })
    expect(slopes).toMatchObject([{ slope: expect.closeTo(1.6, 10), excess: expect.closeTo(0.6, 10), runs: 2, interval: "bootstrap over runs" }])
    expect(slopes[0].excess_low).toBeCloseTo(0.5, 10)
    expect(slopes[0].excess_high).toBeCloseTo(0.7, 10)
    const ratios = law.map((row: any) => row.drift / row.learning_rate)
    expect(ratios).toEqual(ratios.map(() => expect.closeTo(ratios[0], 10)))
    expect(ratios[0]).toBeCloseTo(7 * 0.02 ** 0.6, 10)
  })

  it("has no exponent where something does not drift at all", () => {
    const drifts = [0.01, 0.02].map((learning_rate) => ({ run: 1, learning_rate, step: 10, layer: 1, drift: 0 }))
    expect(made(DriftLaw, interval, { drifts }).slopes).toMatchObject([{ slope: null, excess: null, excess_low: null }])
  })
})

describe("a slope", () => {
  it("is that of the least-squares line", () => {
    expect(slope([1, 2, 4], [3, 5, 9])).toBeCloseTo(2, 14)
    // Normal equations of y = a + bx through (0, 0), (1, 0), (2, 3).
    expect(slope([0, 1, 2], [0, 0, 3])).toBeCloseTo(1.5, 14)
    expect(() => slope([1, 1], [1, 2])).toThrow("differ in x")
    expect(() => slope([1], [1, 2])).toThrow("as many x as y")
  })
})
