import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Matrix, SVD } from "ml-matrix"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Plain from "../../src/linalg/Matrix.ts"
import { DistanceCourse } from "../../src/stages/distance/DistanceCourse.ts"
import { DistanceMeans } from "../../src/stages/distance/DistanceMeans.ts"
import { EscapeDelays } from "../../src/stages/path/EscapeDelays.ts"
import { ParameterDistance } from "../../src/stages/distance/ParameterDistance.ts"
import * as Protocol from "../../src/stages/Protocol.ts"
import { SaddleNorms } from "../../src/stages/distance/SaddleNorms.ts"
import { layersOf, made, moment, product, small, widths } from "./smallExperiment.ts"

const cell = Protocol.cell(small, { regime: "saddle-to-saddle", teacher: "full", replicate: 1 })
const distanceOf = (run: number) =>
  ParameterDistance({ widths, gd: cell.run(0).checkpoints, sgd: cell.run(run).checkpoints })
const { layers, whole } = Grid.map(Grid.range("run", 1, small.seeds), ({ run }) => distanceOf(run))
const interval = { bootstrap: 200, level: 0.95, seed: 1 }

describe("the distance of an SGD run from GD", () => {
  it.effect("is that of the weights, layer by layer, and of the functions, as another library finds it", () => Effect.gen(function*() {
    const of = (rows: ReadonlyArray<any>) => Map.groupBy(rows, ({ checkpoint }) => checkpoint as string)
    const [gd, sgd] = [of((yield* cell.run(0).checkpoints).rows), of((yield* cell.run(1).checkpoints).rows)]
    const found = (yield* distanceOf(1).whole).rows
    const perLayer = (yield* distanceOf(1).layers).rows
    expect(found.length).toBe(gd.size)
    let compared = 0
    for (const row of found) {
      const [mine, theirs] = [gd.get(row.checkpoint)!, sgd.get(row.checkpoint)]
      expect([row.step, row.time]).toEqual([mine[0].step, mine[0].time])
      if (mine[0].weights === null || (theirs?.[0].weights ?? null) === null) {
        expect([row.distance, row.cosine, row.function_relative, row.residual]).toEqual([null, null, null, null])
        continue
      }
      compared++
      const [a, b] = [layersOf(mine), layersOf(theirs!)]
      const norm = (matrices: ReadonlyArray<Matrix>) => Math.hypot(...matrices.map((one) => one.norm("frobenius")))
      const apart = a.map((layer, l) => Matrix.sub(layer, b[l]!))
      const inner = a.reduce((sum, layer, l) => sum + Matrix.mul(layer, b[l]!).sum(), 0)
      const shares = apart.map((difference, l) => difference.norm("frobenius") / a[l]!.norm("frobenius"))
      const inFunction = Matrix.sub(product(a), product(b)).norm("frobenius")
      expect(row.distance).toBeCloseTo(norm(apart), 12)
      expect(row.norm).toBeCloseTo(norm(a), 12)
      expect(row.sgd_norm).toBeCloseTo(norm(b), 12)
      expect(row.relative).toBeCloseTo(norm(apart) / norm(a), 12)
      expect(row.cosine).toBeCloseTo(inner / (norm(a) * norm(b)), 12)
      expect(row.layer_mean).toBeCloseTo(shares.reduce((sum, share) => sum + share, 0) / 3, 12)
      expect(row.function_distance).toBeCloseTo(inFunction, 12)
      expect(Math.abs(row.function_relative! - inFunction / product(a).norm("frobenius"))).toBeLessThan(1e-9)
      expect(row.residual).toBeLessThan(1e-14)
      expect(perLayer.filter(({ checkpoint }) => checkpoint === row.checkpoint).map(({ relative }) => relative))
        .toEqual(shares.map((share) => expect.closeTo(share, 12)))
    }
    expect(compared).toBeGreaterThan(15)
    expect(compared).toBeLessThan(found.length)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("has E_B the mean over runs, and the number of runs that reached the checkpoint", () => Effect.gen(function*() {
    const [rows, means] = [(yield* whole).rows, (yield* DistanceMeans({ ...interval, whole, layers })).rows]
    for (const { checkpoint, quantity, layer, mean, low, high, runs } of means) {
      if (quantity === "layer") continue
      const values = rows.flatMap((row) => row.checkpoint === checkpoint ? row[quantity] ?? [] : [])
      expect([layer, runs]).toEqual([null, values.length])
      if (runs === 0) expect(mean).toBeNull()
      else expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / runs, 12)
      if (low !== null) expect(low <= mean! && mean! <= high!).toBe(true)
    }
    expect(means.some(({ runs }) => runs === 0)).toBe(true)
    expect(means.filter(({ quantity, checkpoint }) => quantity === "layer" && checkpoint === "end").map(({ layer }) => layer)).toEqual([1, 2, 3])
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("the course of the distance", () => {
  const row = (run: number, order: number, relative: number) => ({
    run, checkpoint: `step ${order}`, distance: 1, norm: 1, sgd_norm: 1, cosine: 1, layer_mean: 1, function_distance: 1, residual: 0,
    relative, function_relative: 2 * relative, ...moment, order, step: order, time: order / 10
  })
  const runs = (values: ReadonlyArray<ReadonlyArray<number>>) =>
    values.flatMap((course, index) => course.map((value, order) => row(index + 1, order, value)))

  it("has each run's own peak and when it was, its end, and the mean of their ratio", () => {
    const [parameters, inFunction] = made(DistanceCourse, interval, { whole: runs([[0, 4, 1], [0, 2, 8, 6].slice(0, 3)]) })
    expect(parameters).toMatchObject({ space: "parameters", runs: 2, peak: 6, peak_time: expect.closeTo(0.15, 12), end: 4.5, fall: (0.25 + 1) / 2 })
    expect(inFunction).toMatchObject({ space: "function", peak: 12, end: 9, fall: (0.25 + 1) / 2 })
  })

  it("says nothing of runs that never move, and nothing where nothing is matched by time", () => {
    expect(made(DistanceCourse, interval, { whole: runs([[0, 0]]) })[0]).toMatchObject({ peak: 0, end: 0, fall: null, end_low: null })
    expect(made(DistanceCourse, interval, { whole: [] })[0]).toMatchObject({ runs: 0, peak: null, end: null, fall: null })
  })
})

describe("the norms at saddles", () => {
  it.effect("are those of balanced weights that compute the best rank-k function, where the gradient is 0", () => Effect.gen(function*() {
    const settings = { ...small, whiten: "none" as const, covariance: "rotated" as const }
    const { problem } = Protocol.cell(settings, { regime: "ntk", teacher: "full", replicate: 1 })
    const statistics = (yield* problem.statistics).rows[0]!
    const modes = (yield* problem.modes).rows
    const norms = (yield* SaddleNorms({ widths, modes: problem.modes, statistics: problem.statistics })).rows
    expect(norms.map(({ modes }) => modes)).toEqual([0, 1, 2, 3, 4])
    expect(norms[0]!.norm).toBe(0)
    const target = Matrix.from1DArray(4, 4, statistics.target)
    const training = { widths, learningRate: 0.1, statistics: { xx: Plain.make(4, 4, statistics.xx), target: Plain.make(4, 4, statistics.target) } }
    for (const k of [1, 2, 3, 4]) {
      const u = new Matrix(modes.slice(0, k).map((mode) => [...mode.u])).transpose()
      const svd = new SVD(u.mmul(u.transpose()).mmul(target))
      const [left, right] = [svd.leftSingularVectors, svd.rightSingularVectors]
      const root = (rows: number, columns: number) => {
        const d = Matrix.zeros(rows, columns)
        svd.diagonal.slice(0, k).forEach((value, index) => d.set(index, index, Math.cbrt(value)))
        return d
      }
      const layers = [root(6, 4).mmul(right.transpose()), root(5, 6), left.mmul(root(4, 5))]
      expect(norms[k]!.norm).toBeCloseTo(Math.hypot(...layers.map((layer) => layer.norm("frobenius"))), 10)
      const gradient = Kernel.gradient(training, Float64Array.from(layers.flatMap((layer) => layer.to1DArray())), 0)
      expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-10)
    }
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("the delay of escapes", () => {
  const escape = (modes_before: number, modes: number, time: number) =>
    ({ escape: modes, step: Math.round(time * 10), loss_before: 2, loss_after: 1, modes, time, modes_before })

  it("is relative to GD's, over the runs that learn the same modes", () => {
    const delays = made(EscapeDelays, interval, {
      gd: [escape(0, 1, 10), escape(1, 2, 20), escape(2, 3, 40)],
      sgd: [{ run: 1, ...escape(0, 1, 11) }, { run: 1, ...escape(1, 3, 25) }, { run: 2, ...escape(0, 1, 13) }, { run: 2, ...escape(1, 2, 19) }]
    })
    expect(delays).toMatchObject([
      { drop: "mode 1", time: 10, delay: expect.closeTo(0.2, 12), runs: 2 },
      { drop: "mode 2", time: 20, delay: expect.closeTo(-0.05, 12), delay_low: null, runs: 1 },
      { drop: "mode 3", time: 40, delay: null, delay_low: null, runs: 0 }
    ])
  })
})
