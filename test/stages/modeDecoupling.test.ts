import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { EigenvalueDecomposition, Matrix } from "ml-matrix"
import { crossFloor } from "../../src/dln/crossFloor.ts"
import { blockNorms, blockStates, blockStrength } from "../../src/dln/modeBlocks.ts"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as Plain from "../../src/linalg/Matrix.ts"
import { DecouplingShares } from "../../src/stages/modes/DecouplingShares.ts"
import { ModeCoefficients } from "../../src/stages/modes/ModeCoefficients.ts"
import { ModeMeans } from "../../src/stages/modes/ModeMeans.ts"
import { ModePanels } from "../../src/stages/modes/ModePanels.ts"
import { ModeSeries } from "../../src/stages/modes/ModeSeries.ts"
import { ModeTimes } from "../../src/stages/modes/ModeTimes.ts"
import { NoiseFloors } from "../../src/stages/modes/NoiseFloors.ts"
import * as Protocol from "../../src/stages/Protocol.ts"
import { layersOf, made, product, small, widths } from "./smallExperiment.ts"

/** The readings of a run every 25 steps, part by part as it was trained. */
const seriesOf = (settings: Protocol.Settings, cell: Protocol.Cell, run: number) => {
  const { problem, run: runOf } = Protocol.cell(settings, cell)
  const { states, trained } = runOf(run)
  const steps = settings.segments[cell.regime]
  const parts = states.slice(0, -1).map((state, index) =>
    ModeSeries({ ...trained, from: index * steps, steps, every: 25, modes: problem.modes, state }))
  return { parts, modes: Grid.concat(parts.map((part) => part.modes)), energies: Grid.concat(parts.map((part) => part.energies)) }
}

const full = { regime: "saddle-to-saddle", teacher: "full", replicate: 1 } as const
const degenerate = { ...full, teacher: "degenerate" } as const
const rotated: Protocol.Settings = { ...small, whiten: "none", covariance: "rotated", condition: 4, learningRates: { ...small.learningRates, "saddle-to-saddle": 0.02 } }

/** u_aᵀ W Σ^(1/2) v_b, entry by entry. */
const coefficients = (w: Matrix, xx: Float64Array, modes: ReadonlyArray<{ readonly u: Float64Array; readonly v: Float64Array }>): Matrix => {
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(4, 4, xx), { assumeSymmetric: true })
  const root = eigenvectorMatrix.mmul(Matrix.diag(realEigenvalues.map(Math.sqrt))).mmul(eigenvectorMatrix.transpose())
  const seen = w.mmul(root)
  return new Matrix(modes.map(({ u }) => modes.map(({ v }) => Matrix.rowVector([...u]).mmul(seen).mmul(Matrix.columnVector([...v])).get(0, 0))))
}

describe("the readings of the modes", () => {
  for (const [name, settings] of [["whitened", small], ["rotated", rotated]] as const) {
    it.effect(`are u_aᵀ W Σ^(1/2) v_b of the run's own weights, ${name} inputs, and give its excess loss`, () => Effect.gen(function*() {
      const { problem, run: runOf } = Protocol.cell(settings, full)
      const { modes, energies } = seriesOf(settings, full, 1)
      const [{ xx }, basis] = [(yield* problem.statistics).rows[0]!, (yield* problem.modes).rows]
      const strengths = basis.map(({ singular_value }) => singular_value)
      const checkpoints = Map.groupBy(
        (yield* runOf(1).checkpoints).rows.filter(({ alignment }) => alignment === "time"), ({ step }) => step!)
      let compared = 0
      for (const { step, cross, total, outside, residual } of (yield* energies).rows) {
        expect(residual).toBeLessThan(1e-13)
        const layers = checkpoints.get(step)
        if (layers === undefined) continue
        compared++
        const w = coefficients(product(layersOf(layers)), xx, basis)
        const squares = Matrix.mul(w, w)
        expect(total).toBeCloseTo(squares.sum(), 10)
        expect(cross).toBeCloseTo(squares.sum() - squares.trace(), 10)
        expect(outside).toBeCloseTo(0, 10)
        const excess = w.clone().sub(Matrix.diag(strengths)).norm("frobenius") ** 2 / 2
        expect(layers[0]!.excess).toBeCloseTo(excess, 9)
        for (const row of (yield* modes).rows.filter((one) => one.step === step)) {
          const own = w.getRow(row.block - 1)
          expect(row.mode).toBe(`mode ${row.block}`)
          expect(row.diagonal).toBeCloseTo(Math.abs(own[row.block - 1]!), 10)
          expect(row.cross).toBeCloseTo(Math.max(...own.filter((_, b) => b !== row.block - 1).map(Math.abs)), 10)
        }
      }
      expect(compared).toBe(9)
    }).pipe(Effect.provide(Builder.layerTest)))
  }

  it.effect("cover a run once, whatever the parts in which it was trained", () => Effect.gen(function*() {
    const parts = (yield* seriesOf(small, full, 2).energies).rows
    const whole = (yield* seriesOf({ ...small, segments: { ...small.segments, "saddle-to-saddle": 400 } }, full, 2).energies).rows
    expect(parts.map(({ step }) => step)).toEqual(Array.from({ length: 17 }, (_, index) => 25 * index))
    expect(parts).toEqual(whole)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("take equal modes together, in norms that no choice of vectors changes", () => Effect.gen(function*() {
    const { problem, run: runOf } = Protocol.cell(small, degenerate)
    const basis = (yield* problem.modes).rows
    const [{ xx }, end] = [(yield* problem.statistics).rows[0]!, (yield* runOf(1).end).rows[0]!]
    const layers = widths.slice(1).map((rows, l) => {
      const from = widths.slice(1, l + 1).reduce((sum, width, m) => sum + width * widths[m]!, 0)
      return Matrix.from1DArray(rows, widths[l]!, end.weights.slice(from, from + rows * widths[l]!))
    })
    const turned = basis.map((mode, a) => {
      const partner = basis[a % 2 === 0 ? a + 1 : a - 1]!
      const [c, s] = [Math.cos(0.4), a % 2 === 0 ? Math.sin(0.4) : -Math.sin(0.4)]
      const mix = (x: Float64Array, y: Float64Array) => x.map((value, index) => c * value + s * y[index]!)
      return { u: mix(mode.u, partner.u), v: mix(mode.v, partner.v) }
    })
    const w = coefficients(product(layers), xx, turned)
    const norm = (a: number, b: number) => w.subMatrix(a, a + 1, b, b + 1).norm("frobenius")
    const rows = (yield* seriesOf(small, degenerate, 1).modes).rows.filter(({ step }) => step === 400)
    expect(rows).toMatchObject([
      { mode: "modes 1-2", block: 1, diagonal: expect.closeTo(norm(0, 0) / Math.SQRT2, 10), cross: expect.closeTo(norm(0, 2) / Math.SQRT2, 10) },
      { mode: "modes 3-4", block: 2, diagonal: expect.closeTo(norm(2, 2) / Math.SQRT2, 10), cross: expect.closeTo(norm(2, 0) / Math.SQRT2, 10) }
    ])
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("of S runs have their mean and its standard error", () => Effect.gen(function*() {
    const runs = Grid.map(Grid.range("run", 1, 3), ({ run }) => {
      const { modes, energies } = seriesOf(small, full, run)
      return { modes, energies }
    })
    const [rows, means] = [(yield* runs.energies).rows, (yield* ModeMeans(runs).energies).rows]
    expect(means.length).toBe(17)
    for (const { step, runs: n, cross, cross_low, cross_high, share } of means) {
      const own = rows.filter((row) => row.step === step)
      const mean = own.reduce((sum, row) => sum + row.cross, 0) / 3
      const error = Math.sqrt(own.reduce((sum, row) => sum + (row.cross - mean) ** 2, 0) / 6)
      expect(n).toBe(3)
      expect([cross, cross_low, cross_high]).toEqual([mean, mean - error, mean + error].map((value) => expect.closeTo(value, 12)))
      expect(share).toBeCloseTo(own.reduce((sum, row) => sum + row.cross / row.total, 0) / 3, 12)
    }
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("when modes decouple", () => {
  const modes = [4, 2].map((singular_value, index) => ({
    mode: index + 1, singular_value, teacher_value: singular_value, u: Float64Array.of(1, 0), v: Float64Array.of(1, 0)
  }))
  const series = (block: number, courses: ReadonlyArray<readonly [diagonal: number, cross: number]>) =>
    courses.map(([diagonal, cross], index) => ({ step: 10 * index, time: index, mode: `mode ${block}`, block, diagonal, cross }))
  const times = (...rows: ReadonlyArray<ReadonlyArray<object>>) =>
    made(ModeTimes, { learningRate: 0.1, rhos: [0.1], onset: 0.01, learnt: 0.5 }, { modes, series: rows.flat() })

  it("the literal t_cross is 0 for a tiny start, the one from the onset waits for the mode to grow and its cross modes to decay", () => {
    expect(times(
      series(1, [[0.001, 0.001], [0.05, 1], [1, 0.3], [3, 0.2]]),
      series(2, [[0.001, 0.001], [0.1, 0.5], [1.5, 0.4], [2, 0.01]])
    )).toMatchObject([
      { block: 1, strength: 4, t_literal: 0, t_cross: 2, t_diag: 3, order: "before" },
      { block: 2, strength: 2, t_literal: 0, t_cross: 3, t_diag: 2, order: "after" }
    ])
  })

  it("a mode that is never learnt has no order, one that never decouples comes after, and at once is neither", () => {
    expect(times(series(1, [[0.1, 0.1], [1, 1]]))).toMatchObject([{ t_diag: null, order: null }])
    expect(times(series(1, [[0.1, 1], [3, 1]]))).toMatchObject([{ t_cross: null, t_diag: 1, order: "after" }])
    expect(times(series(1, [[0.001, 1], [3, 0.1]]))).toMatchObject([{ t_cross: 1, t_diag: 1, order: "same" }])
  })

  it("the shares count every mode of every run, with Clopper and Pearson's interval", () => {
    const row = (run: number, order: "before" | "same" | "after" | null) =>
      ({ run, mode: "mode 1", block: 1, strength: 1, rho: 0.05, t_literal: run === 1 ? 0 : 1, t_cross: 1, t_diag: 1, order })
    const [shares] = made(DecouplingShares, { level: 0.95 }, {
      times: [...Array.from({ length: 15 }, (_, run) => row(run + 1, "before")), row(16, "same"), row(17, null)]
    })
    expect(shares).toMatchObject({ learnt: 16, before: 15, same: 1, after: 0, never_learnt: 1, literal_at_start: 1, share: 0.9375 })
    // scipy.stats.binomtest(15, 16).proportion_ci(method="exact").
    expect(shares.share_low).toBeCloseTo(0.69767, 4)
    expect(shares.share_high).toBeCloseTo(0.99842, 4)
    expect([shares.late, shares.late_low, shares.late_high]).toEqual([0.0625, 0.00158, 0.30233].map((value) => expect.closeTo(value, 4)))
    expect(made(DecouplingShares, { level: 0.95 }, { times: [row(1, null)] })).toMatchObject([{ learnt: 0, share: null, late: null }])
  })
})

describe("blocks of coefficients", () => {
  const w = Plain.fromRows([[3, 4, 1], [0, 0, 2], [6, 8, 5]])
  const blocks = [{ firstMode: 1, lastMode: 2 }, { firstMode: 3, lastMode: 3 }]

  it("have the Frobenius norms of their parts", () => {
    expect(blockNorms(w, blocks).data).toEqual(Float64Array.of(5, Math.sqrt(5), 10, 5))
    expect(blockStates(w, blocks)).toEqual([
      { diagonal: expect.closeTo(5 / Math.SQRT2, 14), cross: expect.closeTo(Math.sqrt(2.5), 14) }, { diagonal: 5, cross: 10 }
    ])
    expect(blockStrength(Float64Array.of(5, 1, 9), blocks[0]!)).toBeCloseTo(Math.sqrt(13), 14)
    expect(blockStates(w, [{ firstMode: 1, lastMode: 3 }])[0]!.cross).toBe(0)
  })
})

describe("the panels of coefficients", () => {
  it.effect("show a few levels entry by entry, signed and relative to the largest, and the norms of blocks", () => Effect.gen(function*() {
    const { problem, run: runOf } = Protocol.cell(small, degenerate)
    const { checkpoints } = runOf(1)
    const coefficientsOf = ModeCoefficients({ widths, checkpoints, modes: problem.modes, statistics: problem.statistics })
    const { entries, blocks } = ModePanels({ panels: 4, coefficients: coefficientsOf, modes: problem.modes })
    const known = new Map((yield* coefficientsOf).rows.map((row) => [row.checkpoint, row.coefficients]))
    const rows = (yield* entries).rows
    expect([...new Set(rows.map(({ at }) => at))]).toEqual(["start", "modes 1-2 at 50%", "modes 3-4 at 50%", "end"])
    for (const { at, a, b, coefficient, signed_log } of rows) {
      const w = known.get(at) ?? null
      if (w === null) {
        expect([coefficient, signed_log]).toEqual([null, null])
        continue
      }
      expect(coefficient).toBe(w[4 * (a - 1) + b - 1])
      const share = coefficient! / Math.max(...w.map(Math.abs))
      expect(signed_log).toBeCloseTo(Math.sign(share) * Math.log10(1 + 1000 * Math.abs(share)), 12)
    }
    const end = known.get("end")!
    const norm = (yield* blocks).rows.find((row) => row.at === "end" && row.a === "1-2" && row.b === "3-4")!.norm
    expect(norm).toBeCloseTo(Math.hypot(end[2]!, end[3]!, end[6]!, end[7]!), 14)
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("the floor of noise", () => {
  const saddle = { singularValues: Float64Array.of(3, 1), blocks: [1, 2].map((mode) => ({ firstMode: mode, lastMode: mode })), depth: 2, learningRate: 0.1, batch: 5, labelNoise: 0.5 }

  it("has the closed forms of depth 2: s_a + s_b for learnt modes, s_a for one that is not", () => {
    expect(crossFloor({ ...saddle, learnt: 2 }).firstOrder).toBeCloseTo((0.1 / 10) * 2 * 0.25 * 4, 14)
    // Mode 2 is missing: of it the noise is s_2² + σ², of mode 1 it is σ².
    expect(crossFloor({ ...saddle, learnt: 1 }).firstOrder).toBeCloseTo((0.1 / 10) * 3 * (1 + 0.25 + 0.25), 14)
    expect(crossFloor({ ...saddle, learnt: 2, labelNoise: 0 }).firstOrder).toBe(0)
  })

  it("at any depth has k_ab = (s_a² − s_b²)/(s_a^(2/L) − s_b^(2/L)), and no pairs inside a block", () => {
    for (const depth of [2, 3, 5]) {
      const k = (9 - 1) / (3 ** (2 / depth) - 1)
      expect(crossFloor({ ...saddle, depth, learnt: 2 }).firstOrder).toBeCloseTo((0.1 / 10) * 2 * 0.25 * k, 12)
    }
    expect(crossFloor({ ...saddle, blocks: [{ firstMode: 1, lastMode: 2 }], learnt: 1 })).toEqual({ firstOrder: 0, finiteSteps: 0 })
  })

  it("with finite steps is the variance at which w ← (1 − ηk)w + noise stands still", () => {
    const k = 4
    let variance = 0
    for (let step = 0; step < 1000; step++) variance = (1 - 0.1 * k) ** 2 * variance + (0.1 * k) ** 2 * (0.25 / 5)
    expect(crossFloor({ ...saddle, learnt: 2 }).finiteSteps).toBeCloseTo(2 * variance, 12)
    expect(crossFloor({ ...saddle, learnt: 2, learningRate: 0.5 }).finiteSteps).toBeNull()
  })

  it("is measured as the mean of E_cross over a stay, the first quarter left out, plateau by plateau", () => {
    const problem = [3, 1].map((singular_value, index) => ({
      mode: index + 1, singular_value, teacher_value: singular_value, u: Float64Array.of(1, 0), v: Float64Array.of(1, 0)
    }))
    // Twelve readings with mode 1 learnt, one on the way, eight with both.
    const stay = (readings: number, share: readonly [number, number]) => Array.from({ length: readings }, () => share)
    const shares = [...stay(12, [1, 0]), ...stay(1, [1, 0.5]), ...stay(8, [1, 1])]
    const rows = (run: number) => ({
      series: shares.flatMap(([first, second], step) => [
        { run, step, time: step, mode: "mode 1", block: 1, diagonal: 3 * first, cross: 0 },
        { run, step, time: step, mode: "mode 2", block: 2, diagonal: second, cross: 0 }
      ]),
      energies: shares.map((_, step) => ({ run, step, time: step, cross: run * (step < 3 || step === 13 || step === 14 ? 100 : step), total: 10, share: 0.1, outside: 0, residual: 0 }))
    })
    const params = { widths: [2, 2, 2], learningRate: 0.1, batch: 5, noise: 0.5, level: 0.95 }
    const found = made(NoiseFloors, params, {
      problem, series: [...rows(1).series, ...rows(2).series], energies: [...rows(1).energies, ...rows(2).energies]
    })
    expect(found).toMatchObject([
      { learnt: 1, end: false, measured: expect.closeTo(1.5 * 7, 12), runs: 2, error: expect.closeTo(3.5, 12), first_order: expect.closeTo(0.045, 12) },
      { learnt: 2, end: true, measured: expect.closeTo(1.5 * 17.5, 12), runs: 2, first_order: expect.closeTo(0.02, 12) }
    ])
    const one = made(NoiseFloors, params, { problem, ...rows(1) })
    expect(one[1]).toMatchObject({ measured: expect.closeTo(17.5, 12), error: null, low: null, excess_low: null })
    const never = made(NoiseFloors, params, { problem, series: rows(1).series.slice(0, 10), energies: rows(1).energies })
    expect(never[1]).toMatchObject({ measured: null, runs: 0, excess: null })
  })
})
