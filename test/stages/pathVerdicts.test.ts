/** Verdicts on GD's path from rows that are written down: what counts as a departure, and how few runs are judged. */
import { describe, expect, it } from "vitest"
import { PathAnswers } from "../../src/stages/path/PathAnswers.ts"
import { PathVerdicts, shareOf } from "../../src/stages/path/PathVerdicts.ts"
import * as Binomial from "../../src/stats/Binomial.ts"
import { made, moment } from "./smallExperiment.ts"

const at = (checkpoint: string) => ({ ...moment, checkpoint, alignment: "level" as const })
const distance = (checkpoint: string, mean: number, low: number, high: number) => ({
  ...at(checkpoint), quantity: "function_relative", layer: null, mean, low, high, student_low: low, student_high: high, runs: 4, first_mode: null
})
const compared = (checkpoint: string, differing: number | null, runs: number) => {
  const { high, low, share } = differing === null ? { high: null, low: null, share: null } : Binomial.share(differing, runs, 0.95)
  const told = { epsilon: 0.01, differing, differing_share: share, differing_low: low, differing_high: high, runs }
  return { ...at(checkpoint), ...Object.fromEntries(comparisonColumns.map((name) => [name, null])), ...told }
}
const comparisonColumns = [
  ...["d_r", "d_m", "anchored_d_r"].flatMap((name) => ["", "_low", "_high", "_null", "_null_low", "_null_high"].map((end) => name + end)),
  "d_r_differs", "first_mode"
]
const residual = (checkpoint: string, layer: number, value: number) => ({
  ...at(checkpoint), layer, residual: value, residual_low: value - 0.01, residual_high: value + 0.02, defect: 0, drift: 0,
  drift_low: null, drift_high: null, runs: 4
})
const learnt = (block: number, t_diag: number | null, run?: number) => ({
  ...(run === undefined ? {} : { run }), mode: `mode ${block}`, block, strength: 1, rho: 0.05, t_literal: 0, t_cross: 0, t_diag, order: null
})
const nothing = { distances: [], comparison: [], spectra: [], gdBalance: [], sgdBalance: [], gdTimes: [], sgdTimes: [] }
const verdicts = (given: Partial<Record<keyof typeof nothing, ReadonlyArray<object>>>) =>
  made(PathVerdicts, { epsilon: 0.01, level: 0.95 }, { ...nothing, ...given })
const of = (rows: ReadonlyArray<any>, aspect: string, stage: string) =>
  rows.find((row) => row.aspect === aspect && row.stage === stage)

describe("the verdict on an aspect of GD's path", () => {
  it("on the way is that of the level whose interval reaches farthest, and apart from it that of the end", () => {
    const rows = verdicts({
      distances: [distance("start", 9, 9, 9), distance("mode 1 at 50%", 0.03, 0.01, 0.08), distance("mode 2 at 50%", 0.04, 0.03, 0.045), distance("end", 0.02, 0.01, 0.03)]
    })
    expect(of(rows, "function", "on the way")).toMatchObject({ checkpoint: "mode 1 at 50%", effect: 0.03, high: 0.08, verdict: "undecided", runs: null })
    expect(of(rows, "function", "at the end")).toMatchObject({ checkpoint: "end", departure: expect.closeTo(0.4, 12), verdict: "supported" })
    expect(of(rows, "spectra", "at the end")).toMatchObject({ effect: null, verdict: "undecided", checkpoint: null })
  })

  it("of ranks counts the runs that differ, with the exact interval: four that agree leave it open, four that differ refute it", () => {
    const rows = verdicts({ comparison: [compared("mode 1 at 50%", 4, 4), compared("mode 2 at 50%", null, 0), compared("end", 0, 4)] })
    // Clopper and Pearson, 4 of 4 and 0 of 4: 0.025^(1/4) and 1 − 0.025^(1/4).
    const bound = Math.sqrt(Math.sqrt(0.025))
    expect(of(rows, "rank pattern", "on the way")).toMatchObject({ effect: 1, low: expect.closeTo(bound, 10), high: 1, verdict: "refuted", departing: 4, runs: 4 })
    expect(of(rows, "rank pattern", "at the end")).toMatchObject({ effect: 0, low: 0, high: expect.closeTo(1 - bound, 10), verdict: "undecided" })
  })

  it("of balance takes SGD's residual less GD's, where they differ most", () => {
    const rows = verdicts({
      gdBalance: [residual("end", 1, 0.5), residual("end", 2, 0.1)], sgdBalance: [residual("end", 1, 0.2), residual("end", 2, 0.15)]
    })
    expect(of(rows, "balance", "at the end")).toMatchObject({ effect: expect.closeTo(-0.3, 12), low: expect.closeTo(-0.31, 12), verdict: "refuted" })
  })

  it("of order leaves out modes that GD learns at once or that were large at the start, and counts what is never learnt", () => {
    const gd = [learnt(1, 1), learnt(2, 1), learnt(3, 2), learnt(4, 0), learnt(5, null)]
    const run = (n: number, ...times: ReadonlyArray<number | null>) => times.map((time, index) => learnt(index + 1, time, n))
    const order = (...runs: ReadonlyArray<ReadonlyArray<object>>) => of(verdicts({ gdTimes: gd, sgdTimes: runs.flat() }), "mode order", "on the way")
    expect(order(run(1, 1.5, 1, 2, 3, 0.1))).toMatchObject({ departing: 0, runs: 1 })
    expect(order(run(1, 1.5, 1, 2, 0, null), run(2, 3, 1, 2, 0, null), run(3, 1, 1, null, 0, null))).toMatchObject({ departing: 2, runs: 3 })
    expect(of(verdicts({ gdTimes: gd.slice(0, 2), sgdTimes: run(1, 2, 1) }), "mode order", "on the way")).toMatchObject({ effect: null, departing: null, verdict: "undecided" })
  })
})

describe("the answer of a regime", () => {
  const cell = (regime: string, teacher: string, differing: number) =>
    verdicts({ distances: [distance("end", 0.02, 0.01, teacher === "full" ? 0.2 : 0.03)], comparison: [compared("end", differing, 4)] })
      .map((row: object) => ({ ...row, regime }))
  const answered = made(PathAnswers, { level: 0.95 }, {
    verdicts: [...cell("ntk", "deficient", 0), ...cell("ntk", "full", 0), ...cell("ntk", "degenerate", 0), ...cell("intermediate", "deficient", 4)]
  })

  it("counts the cells that say yes and no, and has none for a regime that was not run", () => {
    expect(of(answered.answers, "function", "at the end")).toMatchObject({
      ntk: "yes (2 of 3), open (1 of 3)", intermediate: "yes (1 of 1)", saddle_to_saddle: null
    })
  })

  it("decides by the runs of all its cells together where those of one leave it open", () => {
    expect(of(answered.answers, "rank pattern", "at the end")).toMatchObject({
      ntk: "yes (0 of 12 runs depart)", intermediate: "no (4 of 4 runs depart)"
    })
    expect(answered.shares.find((row: any) => row.regime === "ntk" && row.stage === "at the end")).toMatchObject({ departing: 0, runs: 12, verdict: "supported" })
  })

  it("has an interval that holds the mean probability 95 % of the time or more, however unlike the cells are", () => {
    const runs = 4
    const choose = [1, 4, 6, 4, 1]
    const law = (p: number) => choose.map((ways, k) => ways * p ** k * (1 - p) ** (runs - k))
    const convolved = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) =>
      Array.from({ length: a.length + b.length - 1 }, (_, k) => a.reduce((sum, value, i) => sum + value * (b[k - i] ?? 0), 0))
    const intervals = Array.from({ length: 3 * runs + 1 }, (_, k) => shareOf(k, 3 * runs, 0.95))
    const probabilities = [0, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
    for (const [p, q, r] of probabilities.flatMap((p) => probabilities.flatMap((q) => probabilities.map((r) => [p, q, r] as const)))) {
      const mean = (p + q + r) / 3
      const coverage = convolved(convolved(law(p), law(q)), law(r))
        .reduce((sum, chance, k) => sum + (intervals[k]!.low! <= mean + 1e-12 && mean - 1e-12 <= intervals[k]!.high! ? chance : 0), 0)
      expect(coverage).toBeGreaterThan(0.95 - 1e-9)
    }
  })
})
