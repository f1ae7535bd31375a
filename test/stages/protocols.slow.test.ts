/** The pipelines of the protocol's §1.3, small, from the command line: they build, their claims hold, they share training. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { built, dln, told } from "../cli/dln.ts"
import { small } from "./smallExperiment.ts"

const folder = mkdtempSync(join(tmpdir(), "dln protocols "))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { batch, exponents, learningRates, points, samples, segments, spectra, steps, widths, window, windowPoints } = small
const everywhere = Object.entries({
  batch, exponents, learningRates, points, samples, segments, spectra, steps, widths, window, windowPoints, seeds: 2,
  regimes: ["saddle-to-saddle", "ntk"], teachers: ["full", "degenerate"]
})
const own: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "singular-patterns": { top: 3, bootstrap: 100 },
  "parameter-distance": { bootstrap: 100 },
  balance: { bootstrap: 100, divisors: [1, 2], "driftSteps.saddle-to-saddle": 100, "driftSteps.intermediate": 50, "driftSteps.ntk": 50 },
  "mode-decoupling": { floorBatches: [10, 20], floorSteps: 400 }
}
const run = (name: string, settings: Readonly<Record<string, unknown>> = {}) =>
  dln([
    "run", name, "--json", "--cache", join(folder, "cache"), "--reports", join(folder, "reports"),
    ...Object.entries({ ...Object.fromEntries(everywhere), ...own[name], ...settings }).flatMap(([key, value]) =>
      ["--set", `${key}=${JSON.stringify(value)}`])
  ])

describe("a pipeline of §1.3", () => {
  for (const [index, name] of Object.keys(own).entries()) {
    it(`${name} builds, and its claims hold`, () => {
      const result = run(name)
      expect(result.stderr).not.toContain("failed")
      const { claims, nodes, report } = told(result)
      expect(nodes.filter(({ state }) => state === "failed" || state === "skipped")).toEqual([])
      const judged = claims.filter(({ kind }) => kind === "claim")
      expect(judged.length).toBeGreaterThan(0)
      expect(judged.filter(({ verdict }) => verdict !== "holds")).toEqual([])
      expect(result.code).toBe(0)
      expect(readFileSync(join(dirname(report), "index.html"), "utf8")).not.toContain("undefined")
      // What one has trained no other trains again, apart from grids of its own.
      const trained = nodes.filter(({ stage, state }) => stage === "train" && state === "built")
      if (index > 0) expect(trained.every(({ cell }) => "divisor" in cell)).toBe(true)
      else expect(trained.length).toBeGreaterThan(4)
      expect(built(told(run(name)))).toEqual([])
    })
  }

  it("with one SGD run says that there is no band, and decides nothing by it", () => {
    const name = "singular-patterns"
    const { claims, report } = told(run(name, { seeds: 1, regimes: ["ntk"], teachers: ["full"] }))
    expect(readFileSync(join(dirname(report), "index.html"), "utf8")).toMatch(/one SGD run, so without bands/i)
    expect(claims.filter(({ kind }) => kind === "hypothesis").map(({ verdict }) => verdict)).toEqual(["undecided", "undecided", "undecided"])
  })

  it("refuses more singular values than there are, and windows longer than a run, with what to do", () => {
    const { code, stderr } = run("singular-patterns", { top: 5, window: 5 })
    expect(code).toBe(2)
    expect(stderr).toContain("top = 5, but with widths 4, 6, 5, 4 there are 4 singular values: lower it")
    expect(stderr).toContain('window = 5, but ntk runs end at time 3.6: lower it, or leave "escape" out of alignment')
  })
})
