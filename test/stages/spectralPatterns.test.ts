import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { SVD } from "ml-matrix"
import { reachableFloor } from "../../src/dln/reachableFloor.ts"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import { LogSpectra } from "../../src/stages/spectra/LogSpectra.ts"
import * as Protocol from "../../src/stages/Protocol.ts"
import { Spectra } from "../../src/stages/ranks/Spectra.ts"
import { SpectralDistance } from "../../src/stages/spectra/SpectralDistance.ts"
import { SpectralMeans } from "../../src/stages/spectra/SpectralMeans.ts"
import { SpectralPanels } from "../../src/stages/spectra/SpectralPanels.ts"
import { windowProblems } from "../../src/stages/training/windowProblems.ts"
import { layersOf, made, moment, product, small, widths } from "./smallExperiment.ts"

const cell = Protocol.cell(small, { regime: "saddle-to-saddle", teacher: "full", replicate: 1 })
const logsOf = (run: number, top = 4) =>
  LogSpectra({ top, floor: 1e-30, spectra: Spectra({ widths, checkpoints: cell.run(run).checkpoints }) })
const sgd = Grid.map(Grid.range("run", 1, small.seeds), ({ run }) => logsOf(run))
const interval = { bootstrap: 200, level: 0.95, seed: 1 }

describe("log spectra", () => {
  it.effect("are the logarithms of the singular values of every product, as another library finds them", () => Effect.gen(function*() {
    const checkpoints = Map.groupBy((yield* cell.run(2).checkpoints).rows, ({ checkpoint }) => checkpoint)
    const { rows } = yield* logsOf(2)
    expect(rows.length).toBe(checkpoints.size * 6 * 4)
    let compared = 0
    for (const { checkpoint, i, j, k, factors, log_sigma, shape, floored } of rows) {
      const layers = checkpoints.get(checkpoint)!
      if (layers[0]!.weights === null) {
        expect([log_sigma, shape, floored]).toEqual([null, null, null])
        continue
      }
      const sigma = new SVD(product(layersOf(layers), i, j), { autoTranspose: true }).diagonal
      expect(factors).toBe(j - i + 1)
      expect(floored).toBe(false)
      // What another library knows of a formed product: an error of round-off of the largest.
      const known = Math.max(1e-12, (1e-14 * sigma[0]!) / sigma[k - 1]!)
      if (known < 1e-3) {
        compared++
        expect(Math.abs(log_sigma! - Math.log(sigma[k - 1]!))).toBeLessThan(known)
        expect(Math.abs(shape! - Math.log(sigma[k - 1]! / sigma[0]!))).toBeLessThan(2 * known)
      }
    }
    expect(compared).toBeGreaterThan(0.8 * rows.length)
  }).pipe(Effect.provide(Builder.layerTest)))

  it("count a value at or below δ as floored, keep ln δ for it, and claim nothing of it", () => {
    const rows = made(LogSpectra, { top: 3, floor: 1e-6 }, {
      spectra: [2, 1e-6, 1e-9].map((sigma, index) => ({ checkpoint: "one", i: 1, j: 1, k: index + 1, sigma, ...moment }))
    })
    expect(rows.map((row: any) => row.floored)).toEqual([false, true, true])
    expect(rows.map((row: any) => row.log_sigma)).toEqual([Math.log(2), Math.log(1e-6), Math.log(1e-6)].map((x) => expect.closeTo(x, 12)))
    expect(rows.map((row: any) => row.horn)).toEqual([0, null, null])
  })

  it("has no more values than the product has, and obeys Horn with equality for aligned layers", () => {
    const sigma = { "1 1": [4, 2], "2 2": [3, 1, 0.5], "1 2": [12, 2] }
    const rows = made(LogSpectra, { top: 3, floor: 1e-30 }, {
      spectra: Object.entries(sigma).flatMap(([pair, values]) => {
        const [i, j] = pair.split(" ").map(Number)
        return values.map((value, index) => ({ checkpoint: "one", i, j, k: index + 1, sigma: value, ...moment }))
      })
    })
    expect(rows.map((row: any) => `${row.i}${row.j}${row.k}`)).toEqual(["111", "112", "221", "222", "223", "121", "122"])
    for (const { horn } of rows) expect(Math.abs(horn)).toBeLessThan(1e-15)
  })
})

describe("the reachable floor", () => {
  it("is 1e-140 of the largest for well conditioned factors, and round-off of a formed product for a singular one", () => {
    expect(reachableFloor([Float64Array.of(2, 1), Float64Array.of(5, 1e-3)])).toBeCloseTo(1e-139, 150)
    expect(reachableFloor([Float64Array.of(2, 1), Float64Array.of(5, 0)])).toBeCloseTo(2e-15, 25)
    expect(reachableFloor([Float64Array.of(2, 1), Float64Array.of(5, 1e-14)])).toBeCloseTo(2e-15, 25)
    expect(reachableFloor([Float64Array.of(0, 0)])).toBe(0)
  })
})

describe("the mean pattern of SGD", () => {
  it.effect("is the mean of logarithms run by run, with the runs that reached the checkpoint", () => Effect.gen(function*() {
    const runs = yield* Effect.forEach([1, 2, 3], (run) => logsOf(run))
    const means = (yield* SpectralMeans({ ...interval, sgd })).rows
    expect(means.length).toBeGreaterThan(100)
    for (const { checkpoint, i, j, k, log_sigma, shape, log_sigma_low, log_sigma_high, runs: n } of means) {
      const own = runs.flatMap(({ rows }) => rows.filter((row) =>
        row.checkpoint === checkpoint && row.i === i && row.j === j && row.k === k && row.log_sigma !== null))
      expect(n).toBe(own.length)
      if (n === 0) {
        expect(log_sigma).toBeNull()
        continue
      }
      expect(log_sigma).toBeCloseTo(own.reduce((sum, row) => sum + row.log_sigma!, 0) / n, 12)
      expect(shape).toBeCloseTo(own.reduce((sum, row) => sum + row.shape!, 0) / n, 12)
      if (log_sigma_low !== null) {
        expect(log_sigma_low).toBeGreaterThanOrEqual(Math.min(...own.map((row) => row.log_sigma!)) - 1e-12)
        expect(log_sigma_high).toBeLessThanOrEqual(Math.max(...own.map((row) => row.log_sigma!)) + 1e-12)
      }
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it("of two runs has the band that all four resamples give, and none of one run", () => {
    const row = (run: number, log_sigma: number | null) => ({
      run, checkpoint: "one", i: 1, j: 1, k: 1, factors: 1, log_sigma, shape: 0, reachable_floor: 0, floored: false, horn: 0, ...moment
    })
    const [two] = made(SpectralMeans, { ...interval, bootstrap: 4000 }, { sgd: [row(1, 3), row(2, 5)] })
    // The means are 3, 4, 4, 5: a quarter of them at either end, more than a band of 95 % leaves out.
    expect(two).toMatchObject({ log_sigma: 4, log_sigma_low: 3, log_sigma_high: 5, runs: 2, step: 1 })
    const [one] = made(SpectralMeans, interval, { sgd: [row(1, 3), row(2, null)] })
    expect(one).toMatchObject({ log_sigma: 3, log_sigma_low: null, log_sigma_high: null, runs: 1 })
  })
})

describe("the distance of GD's pattern from SGD's mean", () => {
  it.effect("is the weighted sum of absolute differences, for every measure", () => Effect.gen(function*() {
    const gd = (yield* logsOf(0)).rows
    const means = (yield* SpectralMeans({ ...interval, sgd })).rows
    const distances = (yield* SpectralDistance({ ...interval, gd: logsOf(0), sgd })).rows
    const weights = {
      sigma: () => 1, shape: () => 1, weighted: (i: number, j: number) => j - i + 1,
      layers: (i: number, j: number) => i === j ? 1 : 0, network: (i: number, j: number) => i === 1 && j === 3 ? 1 : 0
    }
    for (const { checkpoint, measure, distance, per_value, runs } of distances) {
      const own = gd.filter((row) => row.checkpoint === checkpoint)
      const of = measure === "shape" ? "shape" as const : "log_sigma" as const
      const terms = own.map((row) => {
        const mean = means.find((other) => other.checkpoint === checkpoint && other.i === row.i && other.j === row.j && other.k === row.k)
        return { weight: weights[measure](row.i, row.j), difference: mean === undefined ? NaN : Math.abs(row[of]! - mean[of]!) }
      })
      if (runs === 0 || own[0]![of] === null) {
        expect(distance).toBeNull()
        continue
      }
      const expected = terms.reduce((sum, { weight, difference }) => sum + weight * difference, 0)
      expect(distance).toBeCloseTo(expected, 9)
      expect(per_value).toBeCloseTo(expected / terms.reduce((sum, { weight }) => sum + weight, 0), 9)
    }
    expect(distances.find(({ checkpoint, measure }) => checkpoint === "start" && measure === "sigma")).toMatchObject({ distance: 0, low: null })
    expect(distances.find(({ checkpoint, measure }) => checkpoint === "end" && measure === "sigma")!.low).toBeGreaterThan(0)
  }).pipe(Effect.provide(Builder.layerTest)))

  it("of one run has neither band nor null, and of a checkpoint that no run reached nothing at all", () => {
    const row = (run: number, checkpoint: string, log_sigma: number | null) => ({
      run, checkpoint, i: 1, j: 1, k: 1, factors: 1, log_sigma, shape: log_sigma, reachable_floor: 0, floored: false, horn: 0, ...moment
    })
    const found = made(SpectralDistance, interval, {
      gd: [row(0, "here", 1), row(0, "never", 2)],
      sgd: [row(1, "here", 4), row(1, "never", null)]
    })
    const of = (checkpoint: string) => found.find((one: any) => one.checkpoint === checkpoint && one.measure === "sigma")
    expect(of("here")).toMatchObject({ distance: 3, low: null, high: null, null_mean: null, null_low: null, runs: 1 })
    expect(of("never")).toMatchObject({ distance: null, low: null, per_value: null, runs: 0 })
  })

  it("judges it by the distance of each run from the mean of the others", () => {
    const row = (run: number, log_sigma: number) => ({
      run, checkpoint: "here", i: 1, j: 1, k: 1, factors: 1, log_sigma, shape: 0, reachable_floor: 0, floored: run === 2, horn: 0, ...moment
    })
    const [sigma] = made(SpectralDistance, interval, { gd: [row(0, 1)], sgd: [row(1, 0), row(2, 3), row(3, 9)] })
    // |0 − 6|, |3 − 4.5|, |9 − 1.5|.
    expect(sigma).toMatchObject({ measure: "sigma", distance: 3, null_mean: 5, floored: 1 })
  })
})

describe("the panels", () => {
  it.effect("show the ends and the middle of the window of GD's middle escape", () => Effect.gen(function*() {
    const gd = (yield* logsOf(0)).rows
    const panels = (yield* SpectralPanels({ slices: [2], gd: logsOf(0), sgd: SpectralMeans({ ...interval, sgd }) })).rows
    const escapes = [...new Set(gd.filter(({ alignment }) => alignment === "escape").map(({ drop }) => drop))]
    expect(escapes.length).toBeGreaterThan(0)
    const offsets = ["before", "during", "after"].map((name) => {
      const shown = panels.find(({ moment }) => moment === name)!
      const row = gd.find(({ checkpoint }) => checkpoint === shown.checkpoint)!
      expect(row.drop).toBe(escapes[Math.floor((escapes.length - 1) / 2)])
      return row.offset
    })
    expect(offsets).toEqual([-1, 0, 1].map((offset) => expect.closeTo(offset, 6)))
    for (const { panel, checkpoint, slice, i, j, value } of panels.filter(({ panel }) => panel === "GD")) {
      const row = gd.find((one) => one.checkpoint === checkpoint && one.i === i && one.j === j && one.k === (slice === "ln σ_1" ? 1 : 2))!
      expect([panel, value]).toEqual(["GD", slice.includes("/") ? row.shape : row.log_sigma])
    }
    expect(new Set(panels.map(({ slice }) => slice))).toEqual(new Set(["ln σ_1", "ln σ_2", "ln σ_2/σ_1"]))
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("settings that cannot be", () => {
  it("a window longer than a run is told, with where the run ends", () => {
    expect(windowProblems(small)).toEqual([])
    expect(windowProblems({ ...small, window: 5, regimes: ["saddle-to-saddle", "ntk"] })).toEqual([
      'window = 5, but ntk runs end at time 3.6: lower it, or leave "escape" out of alignment'
    ])
    expect(windowProblems({ ...small, window: 5, alignment: ["level"] })).toEqual([])
  })
})
