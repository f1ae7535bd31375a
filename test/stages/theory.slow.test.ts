/** Rank calibration and gradient flow, small, from the command line: they build, claims hold, bad input is refused. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { built, dln, told } from "../cli/dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln theory "))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const small: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "rank-calibration": {
    widths: [5, 4, 4, 5],
    spectrum: [3, 1.5],
    samples: 80,
    scale: 0.1,
    learningRate: 0.02,
    batch: 4,
    seeds: 2,
    steps: 1500,
    segment: 750,
    points: 31,
    draws: 80,
    sampleSizes: [20],
    multiples: [0.01, 1]
  },
  "gradient-flow": {
    depths: [2, 3],
    spectrum: [2, 1],
    escapeSpectrum: [2, 1],
    scales: [0.2],
    learningRates: [0.02, 0.01],
    samples: 100,
    seeds: 6,
    delaySeeds: 4,
    batches: [2],
    horizon: 4,
    points: 31,
    readings: 5,
    bootstrap: 50
  }
}
const run = (name: string, settings: Readonly<Record<string, unknown>> = {}) =>
  dln([
    "run",
    name,
    "--json",
    "--cache",
    join(folder, "cache"),
    "--reports",
    join(folder, "reports"),
    ...Object.entries({ ...small[name], ...settings }).flatMap(([key, value]) => [
      "--set",
      `${key}=${JSON.stringify(value)}`
    ])
  ])
const page = (report: string) => readFileSync(join(dirname(report), "index.html"), "utf8")

describe("the pipelines of calibration and theory", () => {
  for (const name of Object.keys(small)) {
    it(`${name} builds, its claims hold, and a second run builds nothing`, () => {
      const result = run(name)
      const { claims, nodes, report } = told(result)
      expect(nodes.filter(({ state }) => state === "failed" || state === "skipped")).toEqual([])
      const judged = claims.filter(({ kind }) => kind === "claim")
      expect(judged.length).toBeGreaterThan(2)
      expect(judged.filter(({ verdict }) => verdict !== "holds")).toEqual([])
      expect(result.code).toBe(0)
      expect(page(report)).not.toContain("undefined")
      expect(built(told(run(name)))).toEqual([])
    })
  }

  it("a new ε grid counts again what was drawn and trained, and draws and trains nothing", () => {
    const again = built(told(run("rank-calibration", { epsilons: [1e-4, 1e-3, 1e-2, 0.1] })))
    expect(again).toContain("recovery")
    for (const stage of ["train", "checkpoints", "spectra", "noisy-spectra", "sampled-spectra", "perturbation"])
      expect(again).not.toContain(stage)
  })

  it("the calibration answers with an interval of ε, or says that there is none", () => {
    expect(page(told(run("rank-calibration")).report)).toMatch(
      /any ε from [\d.e-]+ to [\d.e-]+ gives the same conclusions/
    )
    expect(page(told(run("rank-calibration", { decades: 15 })).report)).toMatch(
      /no 15 decades of ε .*use effective rank/
    )
  })

  it("one SGD run decides nothing about seeds, and says so", () => {
    const calibration = told(run("rank-calibration", { seeds: 1 }))
    expect(calibration.claims.filter(({ kind, verdict }) => kind === "claim" && verdict !== "holds")).toEqual([])
    expect(page(calibration.report)).toContain("one seed")
    const flow = told(run("gradient-flow", { seeds: 1, delaySeeds: 1 }))
    expect(flow.nodes.filter(({ state }) => state === "failed")).toEqual([])
    expect(page(flow.report)).toContain("one run of SGD, so without a spread")
  })

  it("a level that no run reaches is counted, not made up", () => {
    const { nodes, report } = told(run("rank-calibration", { steps: 750 }))
    expect(nodes.filter(({ state }) => state === "failed")).toEqual([])
    expect(page(report)).toMatch(/Levels of the loss that some SGD run never reached/)
    expect(page(report)).toMatch(/mode 2 at \d+%/)
  })

  it("runs that diverge name their learning rate and its bound, and the others go on", () => {
    for (const [name, others] of [
      ["rank-calibration", "sampled-spectra"],
      ["gradient-flow", "passage-times"]
    ] as const) {
      const { code, stderr, stdout } = run(name, {
        learningRate: 1.5,
        ...(name === "gradient-flow" ? { points: 3 } : {})
      })
      expect(code).toBe(1)
      const { report } = told({ code, stderr, stdout })
      expect(stderr + stdout + page(report)).toMatch(
        /diverged at step \d+: learning rate 1\.5, where GD at the balanced minimum needs less than 0\.\d+/
      )
      expect(
        told({ code, stderr, stdout }).nodes.filter(
          ({ stage, state }) => stage === others && (state === "built" || state === "hit")
        ).length
      ).toBeGreaterThan(0)
    }
  })

  it("bad input is refused before work starts, in sentences that say what to do", () => {
    for (const [name, settings, said] of [
      ["rank-calibration", { epsilons: [] }, "epsilons = []: expected a value with a length of at least 1"],
      ["rank-calibration", { draws: 20 }, "take at least 72"],
      ["rank-calibration", { multiples: [2] }, "multiples must have 1"],
      ["rank-calibration", { spectrum: [2, 2] }, "distinct singular values"],
      ["gradient-flow", { depths: [] }, "depths = []"],
      ["gradient-flow", { strength: 0.9 }, "lower it"],
      [
        "gradient-flow",
        { learningRates: [0.01] },
        "learningRates = [0.01]: expected a value with a length of at least 2"
      ]
    ] as const) {
      const { code, stderr } = run(name, settings)
      expect(code).toBe(2)
      expect(stderr).toContain(said)
    }
  })
})
