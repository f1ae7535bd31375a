import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Network from "../../src/dln/Network.ts"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { Problem } from "../../src/stages/training/Problem.ts"
import {
  Census, Certificates, Chain, ChainDiagnosis, ChainDiverged, ConstructedSaddles, EmpiricalLandscape, GaugeClasses, HessianSpectra,
  LanczosCheck, NearestStrata, NoSuchSaddle, PopulationLandscape, Projection, Saddle, SignatureCheck, sampleChain
} from "../../src/stages/saddle/index.ts"
import { landscapeOf } from "../../src/stages/saddle/landscapeOf.ts"
import { eigenvaluesOf, hessianByProducts } from "../dln/saddle/landscapes.ts"
import { made, moment } from "./smallExperiment.ts"

const widths = [4, 5, 4, 4]
const shape = { singularValues: [3, 2, 1], inputs: 4, outputs: 4, seed: 5, replicate: 1 }
const population = PopulationLandscape(shape)
const problem = Problem({ ...shape, samples: 60, noise: 0.2, whiten: "none", covariance: "isotropic", condition: 1 })
const empirical = EmpiricalLandscape({ inputs: 4, outputs: 4, data: problem.data })
const drawn = { widths, minima: false, scale: 1, gauge: 1, seed: 5, from: 0, count: 3 } as const

const chained = {
  widths, modes: [1], scale: 0.5, seed: 5, chain: 1, beta: 200, prior: { kind: "gaussian", precision: 1 },
  stepSize: { kind: "constant", size: 1e-3 }, corrected: false, batch: null, burnIn: 20, thinning: 10,
  landscape: empirical, data: problem.data
} as const

describe("landscapes", () => {
  it.effect("have the modes of the teacher, or those that training sees", () => Effect.gen(function*() {
    const [known, seen] = [landscapeOf(yield* population), landscapeOf(yield* empirical)]
    expect([...known.s]).toEqual([3, 2, 1, 0])
    expect(known.rank).toBe(3)
    const modes = (yield* problem.modes).rows
    modes.forEach(({ singular_value }, m) => expect(seen.s[m]!).toBeCloseTo(singular_value, 12))
    expect(seen.rank).toBe(4)
    const { target } = (yield* problem.statistics).rows[0]!
    expect(Matrix.frobenius(Matrix.subtract(seen.target, Matrix.make(4, 4, target)))).toBeLessThan(1e-13)
    // Σ_xy = Σ_xx Aᵀ, at the least squares solution.
    const normal = Matrix.subtract(seen.xy, Matrix.multiply(seen.xx, Matrix.transpose(seen.target)))
    expect(Matrix.frobenius(normal)).toBeLessThan(1e-13)
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("constructed saddles", () => {
  it.effect("of a longer segment begin with those of a shorter one, and go on with those of the next", () => Effect.gen(function*() {
    const points = (from: number, count: number) =>
      ConstructedSaddles({ ...drawn, modes: [1], zeros: [1, 2], from, count, landscape: population }).points
    const [whole, first, rest] = [yield* points(0, 4), yield* points(0, 1), yield* points(1, 3)]
    expect([...first.rows, ...rest.rows]).toEqual(whole.rows)
    expect(new Set(whole.rows.map(({ weights }) => weights.join())).size).toBe(4)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("are critical with two zero blocks and not with one, and have the signature of their closed form", () => Effect.gen(function*() {
    for (const landscape of [population, empirical]) {
      for (const [modes, zeros] of [[[1], [1, 3]], [[1, 2], [2, 3]], [[2], [1, 2]], [[], [1, 2, 3]]] as const) {
        const { points, residuals } = ConstructedSaddles({ ...drawn, modes, zeros, landscape })
        const { certificates } = Certificates({ widths, landscape, points })
        const [energies, found, checked] = [yield* residuals, yield* certificates, yield* SignatureCheck({ residuals, certificates })]
        expect([...energies.column("energy")]).toEqual([0, 0, 0])
        for (const row of found.rows) {
          expect(row).toMatchObject({ learnt: Saddle.label(modes), verdict: zeros.length === 3 ? "non-strict saddle" : "strict saddle" })
          expect(row.gradient).toBeLessThan(1e-12)
        }
        for (const row of checked.rows) {
          expect([row.index, row.nullity]).toEqual([row.index_formula, row.nullity_formula])
          if (Saddle.isTop(modes)) expect(row.least_error!).toBeLessThan(1e-12)
          else expect(row.least_error).toBeNull()
        }
      }
    }
    const one = ConstructedSaddles({ ...drawn, modes: [1], zeros: [2], landscape: population })
    const row = (yield* one.residuals).rows[0]!
    expect(row.energy).toBeGreaterThan(1e-3)
    expect(row.index_formula).toBeNull()
    const { verdict } = (yield* Certificates({ widths, landscape: population, points: one.points }).certificates).rows[0]!
    expect(verdict).toBe("undecided")
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("have the least eigenvalue that Lanczos finds without the whole matrix, within its own bound", () => Effect.gen(function*() {
    const { points } = ConstructedSaddles({ ...drawn, modes: [1], zeros: [1, 3], landscape: empirical })
    const { certificates } = Certificates({ widths, landscape: empirical, points })
    const checked = (yield* LanczosCheck({ widths, first: 2, landscape: empirical, points, certificates })).rows
    expect(checked.map(({ sample }) => sample)).toEqual([1, 2])
    const found = (yield* certificates).rows
    checked.forEach(({ bound, difference, least, least_lanczos }, index) => {
      const { largest, least: dense } = found[index]!
      expect(least).toBe(dense)
      expect(Math.abs(least_lanczos - dense)).toBeLessThan(bound + 1e-13 * largest)
      expect(difference).toBe(Math.abs(dense - least_lanczos) / Math.max(largest, -dense))
      expect(difference).toBeLessThan(1e-8)
    })
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("have the spectrum that another library finds for their Hessian, column by column", () => Effect.gen(function*() {
    const { points } = ConstructedSaddles({ ...drawn, modes: [1, 3], zeros: [1, 2], landscape: empirical })
    const { weights } = (yield* points).rows[0]!
    const spectrum = yield* HessianSpectra({ widths, first: 1, landscape: empirical, points })
    const others = eigenvaluesOf(hessianByProducts(landscapeOf(yield* empirical), widths, weights))
    expect(spectrum.length).toBe(Network.size(widths))
    const size = Math.max(...others.map(Math.abs))
    spectrum.rows.forEach(({ counted, eigenvalue, sign }, index) => {
      expect(Math.abs(eigenvalue - others[index]!)).toBeLessThan(1e-12 * size)
      expect(sign).toBe(Math.abs(others[index]!) < 1e-8 * size ? "zero" : others[index]! < 0 ? "negative" : "positive")
      expect(counted === 0).toBe(sign === "zero")
    })
    expect(spectrum.rows.some(({ sign }) => sign === "negative")).toBe(true)
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("are minima, global or as low as narrow layers can be, with as many modes as the network carries, on request", () => Effect.gen(function*() {
    for (const [widths, modes, verdict] of [
      [[4, 5, 4, 4], [1, 2, 3], "global minimum"], [[4, 2, 4, 4], [1, 2], "bottleneck minimum"], [[4, 2, 4, 4], [1, 3], "strict saddle"]
    ] as const) {
      const { points, residuals } = ConstructedSaddles({ ...drawn, widths, modes, zeros: [2, 3], minima: true, landscape: population })
      const { certificates } = Certificates({ widths, landscape: population, points })
      for (const row of (yield* certificates).rows) expect(row).toMatchObject({ verdict, learnt: Saddle.label(modes) })
      for (const row of (yield* SignatureCheck({ residuals, certificates })).rows) {
        expect([row.index, row.nullity]).toEqual([row.index_formula, row.nullity_formula])
        expect(row.index === 0).toBe(verdict !== "strict saddle")
      }
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("of narrow layers are told apart, those of wide ones are not, and gauge moves change neither", () => Effect.gen(function*() {
    const classes = (widths: ReadonlyArray<number>, modes: ReadonlyArray<number>) => {
      const { points } = ConstructedSaddles({ ...drawn, widths, modes, zeros: [3, 4], landscape: population })
      return GaugeClasses({ widths, seed: 5, landscape: population, points })
    }
    const wide = (yield* classes([4, 4, 4, 4, 4], [1])).rows
    const narrow = (yield* classes([4, 3, 3, 3, 4], [1])).rows
    expect(wide.map((row) => row.class)).toEqual([1, 1, 1])
    // Z_2 Z_1 spans two of the four inputs: which two, no move can change.
    expect(narrow.map((row) => row.class)).toEqual([1, 2, 3])
    expect(narrow[1]!.other_distance!).toBeGreaterThan(1e-3)
    for (const { clear, distance, moved_distance } of [...wide, ...narrow]) {
      expect(clear).toBe(true)
      expect(moved_distance).toBeLessThan(1e-10)
      expect(distance).toBeLessThan(1e-10)
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("that do not exist are refused, with what is wrong and what to do", () => Effect.gen(function*() {
    const refusal = (modes: ReadonlyArray<number>, zeros: ReadonlyArray<number>, landscape = population) =>
      Effect.flip(Effect.asVoid(ConstructedSaddles({ ...drawn, modes, zeros, landscape }).points))
    const equal = PopulationLandscape({ ...shape, singularValues: [3, 2, 2] })
    for (const [failure, refused, said] of [
      [yield* refusal([1, 2, 3], [1, 2]), "RankTooLarge", "take at most 2"],
      [yield* refusal([1, 1], [1, 2]), "RepeatedMode", "name each once"],
      [yield* refusal([4], [1, 2]), "UnknownMode", "modes 1 … 3"],
      [yield* refusal([1, 2], [1, 2], equal), "DividedModes", "take both or neither"],
      [yield* refusal([1], [1, 4]), "UnknownLayer", "layers are 1 … 3"]
    ] as const) {
      expect(failure).toBeInstanceOf(NoSuchSaddle)
      expect((failure as NoSuchSaddle).refusal).toBe(refused)
      expect(failure.message).toContain(said)
    }
  }).pipe(Effect.provide(Builder.layerTest)))
})

describe("what is asked for", () => {
  const foreseen = { landscapes: ["population"] as const, widths, singularValues: [3, 2, 2], samples: 60, noise: 0.1, whiten: "none" as const }

  it("is refused in sentences before anything runs", () => {
    const problems = (given: Saddle.Foreseen, modes: ReadonlyArray<ReadonlyArray<number>>, zeros: ReadonlyArray<ReadonlyArray<number>>) =>
      Saddle.problems(given, { parameter: "modes", sets: modes }, { parameter: "zeros", sets: zeros })
    expect(problems(foreseen, [[], [1]], [[1, 2], [1, 2, 3]])).toEqual([])
    const said = problems(foreseen, [[1, 2], [1, 1], [4], [1, 2, 3]], [[1, 5], [2, 3], [3, 2]])
    for (const part of ["divides them", "more than once", "modes: There is no mode 4", "Rank 3 is r_max", "zeros: There is no layer 5", "{2, 3} is asked for twice"]) {
      expect(said.filter((sentence) => sentence.includes(part)), part).toHaveLength(1)
    }
    // Noise parts equal singular values, and adds modes to learn.
    expect(problems({ ...foreseen, landscapes: ["empirical"] }, [[1, 2], [4]], [[1, 2]])).toEqual([])
    expect(problems({ ...foreseen, landscapes: ["empirical"], noise: 0, whiten: "exact" }, [[1, 2]], [[1, 2]])[0]).toContain("divides them")
  })

  it("of chains must add up", () => {
    const given = { chainSteps: 100, chainSegment: 50, burnIn: 20, thinning: 10, projected: 8, samples: 60, batch: 20 }
    expect(Chain.problems(given)).toEqual([])
    expect(Chain.problems({ ...given, chainSegment: 30 })[0]).toContain("no multiple of chainSegment")
    expect(Chain.problems({ ...given, projected: 9 })[0]).toContain("keep 8 samples")
    expect(Chain.problems({ ...given, batch: 61 })[0]).toContain("more than samples")
  })

  it("is cut into segments that cover it once", () => {
    expect(Saddle.segments(7, 3)).toEqual([{ from: 0, count: 3 }, { from: 3, count: 3 }, { from: 6, count: 1 }])
    expect(Saddle.membersOf(Saddle.label([3, 1]))).toEqual([1, 3])
    expect(Saddle.membersOf(Saddle.label([]))).toEqual([])
    expect(Saddle.layerSets(4, 2)).toEqual([[1, 2], [1, 3], [2, 3], [1, 4], [2, 4], [3, 4]])
  })
})

describe("chains", () => {
  it.effect("in several segments have the bits of one, with minibatches and with correction", () => Effect.gen(function*() {
    for (const options of [{ ...chained, batch: 20 }, { ...chained, corrected: true }]) {
      const whole = sampleChain({ ...options, steps: 120, segment: 120 })
      const parts = sampleChain({ ...options, steps: 120, segment: 40 })
      expect((yield* parts.snapshots).rows).toEqual((yield* whole.snapshots).rows)
      expect((yield* parts.end).rows).toEqual((yield* whole.end).rows)
      expect((yield* whole.snapshots).rows.map(({ step, is_sample }) => [step, is_sample]).slice(1, 4)).toEqual([[20, false], [30, true], [40, true]])
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("are judged over all of them, and their samples refined to critical points that keep the modes", () => Effect.gen(function*() {
    const runs = Grid.map(Grid.range("chain", 1, 3), ({ chain }) => {
      const { snapshots, end } = sampleChain({ ...chained, chain, corrected: true, steps: 400, segment: 200 })
      return { snapshots, ends: end, ...Projection({ widths, modes: [1], count: 2, landscape: empirical, snapshots }) }
    })
    const { chains, mixing, traces } = ChainDiagnosis({ widths, modes: [1], snapshots: runs.snapshots, ends: runs.ends })
    for (const row of (yield* chains).rows) {
      const end = (yield* runs.ends).rows[row.chain - 1]!
      expect(row).toMatchObject({ steps: 400, samples: 38, acceptance: end.accepted / 400 })
      expect(row.distance).toBeCloseTo(Math.hypot(...end.residual.map((value, index) => value - end.start[index]!)), 12)
    }
    const seen = (yield* runs.snapshots).rows.filter(({ chain }) => chain === 2)
    const trace = (yield* traces).rows.filter(({ chain }) => chain === 2)
    expect(trace).toEqual(seen.map(({ chain, step, energy, distance }) => ({ chain, step, energy, distance, snapshots: 1 })))
    expect((yield* mixing).column("quantity")).toEqual(["E", "‖Z_1‖", "‖Z_2‖", "‖Z_3‖"])
    const moves = (yield* runs.moves).rows
    expect(moves.map(({ step }) => step)).toEqual([210, 400, 210, 400, 210, 400])
    for (const { gradient_after, gradient_before, moved, refined } of moves) {
      expect(gradient_before).toBeGreaterThan(1e-8)
      expect(refined).toBe(true)
      expect(gradient_after!).toBeLessThan(1e-13)
      expect(moved!).toBeGreaterThan(1e-6)
    }
    const { certificates } = Certificates({ widths, landscape: empirical, points: runs.points })
    for (const { gradient, learnt } of (yield* certificates).rows) {
      expect(gradient).toBeLessThan(1e-13)
      expect(learnt).toBe("{1}")
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("that are long are traced by the medians of windows, all of which they fill but the last", () => Effect.gen(function*() {
    const runs = Grid.map(Grid.range("chain", 1, 1), ({ chain }) => {
      const { snapshots, end } = sampleChain({ ...chained, chain, thinning: 1, steps: 200, segment: 200 })
      return { snapshots, ends: end }
    })
    const rows = (yield* runs.snapshots).rows.slice(0, 199) // windows of two, and one of one
    const traces = (made(ChainDiagnosis, { widths, modes: [1] }, { snapshots: rows, ends: (yield* runs.ends).rows }) as any).traces
    expect(traces).toHaveLength(100)
    traces.forEach(({ step, energy, snapshots }: any, window: number) => {
      const [one, other = one] = rows.slice(2 * window, 2 * window + 2)
      expect([step, snapshots]).toEqual([other!.step, window === 99 ? 1 : 2])
      expect(energy).toBeCloseTo((one!.energy + other!.energy) / 2, 12)
    })
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("that diverge fail with the step and the advice", () => Effect.gen(function*() {
    const { end } = sampleChain({ ...chained, chain: 2, stepSize: { kind: "constant", size: 5 }, steps: 200, segment: 200 })
    const failure = yield* Effect.flip(Effect.asVoid(end))
    expect(failure).toBeInstanceOf(ChainDiverged)
    expect(failure).toMatchObject({ chain: 2, stepSize: 5 })
    expect(failure.message).toMatch(/chain 2: .* diverged at step \d+ with step size 5.* lower the step size/)
  }).pipe(Effect.provide(Builder.layerTest)))
})

const census = () => {
  const { certificates, patterns } = Grid.map(
    Grid.cross({ modes: ["{1}", "{2}", "{1, 2}"], zeros: ["{1, 2}", "{1, 2, 3}"] }), ({ modes, zeros }) => {
      const { points } = ConstructedSaddles({
        ...drawn, modes: Saddle.membersOf(modes), zeros: Saddle.membersOf(zeros), landscape: empirical
      })
      return Certificates({ widths, landscape: empirical, points })
    })
  return { certificates, ...Census({ certificates, patterns }) }
}

describe("the census", () => {
  it.effect("counts every saddle once, and has the rank pattern and the loss of each family", () => Effect.gen(function*() {
    const { classes, counts, patterns } = census()
    expect((yield* counts).rows.reduce((sum, { count }) => sum + count, 0)).toBe(18)
    const { s } = landscapeOf(yield* empirical)
    for (const { excess, modes, rank, samples, verdict, zero_blocks } of (yield* classes).rows) {
      const S = Saddle.membersOf(modes)
      expect([rank, samples]).toEqual([S.length, 3])
      expect(excess).toBeCloseTo(s.reduce((sum, value, m) => sum + (S.includes(m + 1) ? 0 : value * value / 2), 0), 12)
      expect(verdict).toBe(zero_blocks === 2 || modes === "{2}" ? "strict saddle" : "non-strict saddle")
    }
    for (const { i, j, modes, multiplicity, rank, samples, zeros } of (yield* patterns).rows) {
      const r = Saddle.membersOf(modes).length
      const free = zeros === "{1, 2}" && i === 3 ? 4 : r
      expect([samples, rank]).toEqual([3, free])
      expect(multiplicity).toBe(i === 1 && j === 3 ? r : free - r)
    }
  }).pipe(Effect.provide(Builder.layerTest)))

  it.effect("finds the stratum that a run stands on, and the nearest where it stands on none", () => Effect.gen(function*() {
    const { classes, patterns } = census()
    const tables = { classes: (yield* classes).rows, patterns: (yield* patterns).rows, landscape: (yield* empirical).rows }
    const { points } = ConstructedSaddles({ ...drawn, modes: [2], zeros: [1, 2], landscape: empirical })
    const { weights } = (yield* points).rows[0]!
    const family = tables.classes.find(({ modes, zeros }) => modes === "{2}" && zeros === "{1, 2}")!
    const at = { ...moment, checkpoint: "step 0", alignment: "time", step: 0, time: 0, excess: family.excess }
    const checkpoints = Network.layers(widths, weights).map((W, index) =>
      ({ ...at, loss: 0, layer: index + 1, rows: W.rows, columns: W.columns, weights: W.data.slice() }))
    const ranks = tables.patterns.filter(({ modes, zeros }) => modes === "{2}" && zeros === "{1, 2}").map(({ i, j, rank }) =>
      ({ ...at, i, j, epsilon: 0.01, rank, anchored_rank: rank, gap: 1, effective_rank: 1, participation_ratio: 1, anchored_gap: 1 }))
    const found = made(NearestStrata, { widths, epsilon: 0.01 }, { ...tables, checkpoints, ranks }) as any
    expect(found.path).toMatchObject([{ modes: "{2}", zeros: "{1, 2}", pattern_distance: 0, loss_gap: 0, modes_by_loss: "{2}", rank: 1, verdict: "strict saddle" }])
    expect(found.path[0].gradient_relative).toBeLessThan(1e-12)
    expect(found.visits.map((row: any) => row.share).reduce((a: number, b: number) => a + b)).toBe(1)
    expect(found.distances).toHaveLength(6)
    // With all ranks zero, the family of the least ranks is nearest, and of those with the same the one of that loss.
    const none = made(NearestStrata, { widths, epsilon: 0.01 }, {
      ...tables, checkpoints, ranks: ranks.map((row) => ({ ...row, anchored_rank: 0 }))
    }) as any
    expect(none.path).toMatchObject([{ modes: "{2}", zeros: "{1, 2, 3}", pattern_distance: 6, rank: 0 }])
  }).pipe(Effect.provide(Builder.layerTest)))
})
