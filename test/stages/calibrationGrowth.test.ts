import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Builder } from "../../src/engine/Builder.ts"
import * as Calibration from "../../src/stages/calibration/Calibration.ts"
import { Conclusions } from "../../src/stages/calibration/Conclusions.ts"
import { EpsilonPlateaus } from "../../src/stages/calibration/EpsilonPlateaus.ts"
import { RankCourse } from "../../src/stages/calibration/RankCourse.ts"
import { RankGrowth } from "../../src/stages/calibration/RankGrowth.ts"
import { RankSpread } from "../../src/stages/calibration/RankSpread.ts"
import { Spectra } from "../../src/stages/ranks/Spectra.ts"
import { gd, modeRows, modes, valuesOf, widths } from "./smallCalibration.ts"
import { layersOf, made, moment, product } from "./smallExperiment.ts"

describe("the growth of a rank", () => {
  it.effect("is counted in the singular values that another library finds", () =>
    Effect.gen(function* () {
      const { ranks, shape } = RankCourse({
        widths,
        epsilons: [0.3, 1e-2, 1e-4],
        spectra: Spectra({ widths, checkpoints: gd }),
        modes
      })
      const [rows, weights] = [(yield* ranks).rows, (yield* gd).rows]
      const s1 = (yield* modes).rows[0]!.singular_value
      for (const row of rows.filter(({ alignment }) => alignment === "time")) {
        const sigma = valuesOf(
          product(layersOf(weights.filter(({ checkpoint }) => checkpoint === row.checkpoint)))
        ).slice(0, 4)
        expect(row.rank).toBe(sigma.filter((value) => value > row.epsilon * sigma[0]!).length)
        expect(row.anchored_rank).toBe(sigma.filter((value) => value > row.epsilon * s1).length)
        expect(row.learnt).toBe(sigma[0]! >= s1 / 2)
        if (row.rank! < 4) expect(row.gap! / (sigma[row.rank! - 1]! / sigma[row.rank!]!)).toBeCloseTo(1, 6)
      }
      expect(rows.length).toBe(3 * (yield* shape).length)
      const { growth } = RankGrowth({ ranks })
      const anchored = (yield* growth).rows.find(({ epsilon, kind }) => epsilon === 1e-2 && kind === "anchored")
      expect(anchored).toMatchObject({
        stages: "0 1 2",
        first_rank: 0,
        last_rank: 2,
        rises: 2,
        unit_rises: 2,
        falls: 0
      })
    }).pipe(Effect.provide(Builder.layerTest))
  )

  const course = (
    run: number,
    ranks: ReadonlyArray<number | null>,
    anchored: ReadonlyArray<number | null>,
    alignment: "time" | "level" = "time"
  ) =>
    ranks.map((rank, order) => ({
      run,
      checkpoint: `at ${order}`,
      epsilon: 0.1,
      rank,
      anchored_rank: anchored[order]!,
      gap: rank === null ? null : 20,
      anchored_gap: anchored[order]! + 1,
      learnt: order >= 2,
      ...moment,
      time: order,
      order,
      alignment
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
    const rows = made(
      RankSpread,
      { level: 0.95 },
      {
        sgd: [
          ...course(1, [4, 2, 1], [0, 1, 2], "level"),
          ...course(2, [4, 3, null], [0, 1, null], "level"),
          ...course(1, [9], [9])
        ]
      }
    )
    expect(rows.filter(({ kind }: any) => kind === "relative")).toMatchObject([
      { checkpoint: "at 0", mean: 4, variance: 0, differs: expect.closeTo(1 - 0.05 ** 0.5, 12), runs: 2, all_runs: 2 },
      { checkpoint: "at 1", mean: 2.5, variance: 0.5, differs: null, runs: 2 },
      { checkpoint: "at 2", mean: 1, variance: null, runs: 1, all_runs: 2 }
    ])
    expect(rows.find(({ checkpoint, kind }: any) => checkpoint === "at 0" && kind === "late")).toMatchObject({
      mean: null,
      variance: null,
      runs: 0
    })
  })
})

describe("conclusions over ε", () => {
  const epsilons = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
  const growth = (last: ReadonlyArray<number>, falls: number) =>
    epsilons.flatMap((epsilon, at) =>
      (["anchored", "relative", "late"] as const).map((kind) => ({
        run: 1,
        epsilon,
        kind,
        stages: `0 1 ${last[at]}`,
        first_rank: kind === "late" ? 1 : 0,
        last_rank: last[at]!,
        rises: 2,
        unit_rises: 2,
        falls: kind === "relative" ? falls : 0
      }))
    )
  const spread = epsilons.map((epsilon) => ({
    checkpoint: "a",
    epsilon,
    kind: "anchored" as const,
    mean: 2,
    variance: epsilon === 1e-4 ? 0.5 : 0,
    differs: null,
    runs: 2,
    all_runs: 2,
    order: 0
  }))
  const recovery = epsilons.map((epsilon) => ({
    epsilon,
    sigma: 0.1,
    recovery: 1,
    recovery_low: 0.98,
    recovery_high: 1,
    rank_mean: 2,
    rank_variance: 0,
    rank_largest: 2,
    rank_true: 2,
    draws: 200
  }))
  const last = [4, 2, 2, 2, 1]
  const conclude = (recovered = recovery) =>
    made(
      Conclusions,
      { required: 0.95, level: 0.95 },
      {
        modes: modeRows,
        gd: growth(last, 0),
        sgd: [...growth(last, 1), ...growth([4, 2, 2, 2, 2], 1).map((row) => ({ ...row, run: 2 }))],
        spread,
        recovery: recovered
      }
    )

  it("say where the rank is reliable, and why it is not", () => {
    const rows = conclude()
    const of = (kind: string, epsilon: number) => rows.find((row: any) => row.kind === kind && row.epsilon === epsilon)
    expect(of("anchored", 1e-3)).toMatchObject({
      reliable: true,
      unit_share: 1,
      fall_share: 0,
      seed_variance: 0,
      ends_right: 2,
      runs: 2,
      failure: 0
    })
    expect(of("anchored", 1e-3).failure_high).toBeCloseTo(1 - 0.025 ** 0.5, 12)
    expect(of("anchored", 1e-4)).toMatchObject({
      reliable: false,
      conclusion: expect.stringContaining("not stable over seeds")
    })
    expect(of("anchored", 1e-5)).toMatchObject({
      reliable: false,
      conclusion: expect.stringContaining("from 0 to 4, no seed ends at 2")
    })
    expect(of("anchored", 1e-1).conclusion).toContain("seeds end apart")
    expect(of("relative", 1e-2)).toMatchObject({
      reliable: false,
      fall_share: 2 / 8,
      conclusion: expect.stringContaining("not monotone")
    })
    // Of one seed nothing is known about seeds: none is held against it.
    expect(of("late", 1e-3)).toMatchObject({ seed_variance: null, conclusion: expect.stringContaining("one seed") })
    const lost = conclude(recovery.map((row) => ({ ...row, recovery_low: 0.9 })))
    expect(lost.some(({ reliable }: any) => reliable)).toBe(false)
  })

  it("hold on the widest reliable plateau, or on none", () => {
    const given = { widths: [4, 4, 4], scale: 0.03, decades: 1 }
    const { answers, plateaus, window } = made(EpsilonPlateaus, given, { modes: modeRows, conclusions: conclude() })
    expect(answers).toMatchObject([
      {
        kind: "anchored",
        low: 1e-3,
        high: 1e-2,
        decades: expect.closeTo(1, 9),
        answer: expect.stringContaining("any ε from 0.001 to 0.01 gives the same conclusions")
      },
      { kind: "relative", low: null, answer: expect.stringContaining("use effective rank") },
      { kind: "late", low: 1e-4, high: 1e-2 }
    ])
    expect(
      plateaus
        .filter(({ kind }: any) => kind === "anchored")
        .map(({ low, high, reliable }: any) => [low, high, reliable])
    ).toEqual([
      [1e-5, 1e-5, false],
      [1e-4, 1e-4, false],
      [1e-3, 1e-2, true],
      [1e-1, 1e-1, false]
    ])
    // a^L/s_1 = 3e-4 lies between 1e-4 and 1e-3, s_r/s_1 = 0.5 above 1e-1.
    expect(window).toMatchObject([
      {
        end: "low",
        predicted: expect.closeTo(3e-4, 12),
        measured: 1e-3,
        departure_low: expect.closeTo(Math.log10(1 / 3), 9),
        departure_high: expect.closeTo(Math.log10(10 / 3), 9)
      },
      {
        end: "high",
        predicted: 0.5,
        measured: 1e-2,
        departure: expect.closeTo(Math.log10(0.02), 9),
        departure_high: expect.closeTo(Math.log10(0.2), 9)
      }
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
      [{ draws: 20 }, "at least 72"],
      [{ multiples: [2] }, "must have 1"],
      [{ scale: 2 }, "lower it"],
      [{ sampleSizes: [9] }, "raise it"],
      [{ noise: 0 }, "raise it"],
      [{ spectrum: [2, 2] }, "distinct"],
      [{ spectrum: [1, 2] }, "largest first"],
      [{ steps: 7501 }, "no multiple"],
      [{ batch: 5000 }, "lower it"]
    ] as const) {
      expect(Calibration.problems({ ...Calibration.defaults, ...wrong }).join(" ")).toContain(said)
    }
  })
})
