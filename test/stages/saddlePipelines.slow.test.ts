import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { dln, told, type Result } from "../cli/dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln-saddles-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (pipeline: string, settings: ReadonlyArray<string>): Result =>
  dln([
    "run", pipeline, "--json", "--cache", join(folder, "cache"), "--reports", join(folder, "reports"),
    ...settings.flatMap((setting) => ["--set", setting])
  ])
const stages = (result: Result, state: string) =>
  told(result).nodes.filter((node) => node.state === state).map(({ stage }) => stage)

describe("saddle-sampling", () => {
  const small = ["widths=[4,4,4,4]", "singularValues=[3,2,1]", "samples=60", "modeSets=[[1],[2]]", "zeroSets=[[1,2],[1,3],[1,2,3]]",
    "saddles=4", "saddleSegment=2", "chainModes=[1]", "chains=2", "batch=20", "chainSegment=100", "burnIn=100", "projected=1"]

  it("runs in small, its claims hold, and longer chains and more saddles build only what they add", () => {
    const first = run("saddle-sampling", [...small, "chainSteps=400"])
    expect(first.code, first.stderr).toBe(0)
    expect(told(first).claims.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 11 }, () => "holds"))
    const longer = run("saddle-sampling", [...small, "chainSteps=500"])
    expect(longer.code, longer.stderr).toBe(0)
    expect(stages(longer, "built").filter((stage) => stage === "chain-segment")).toHaveLength(8)
    expect(stages(longer, "built")).not.toContain("constructed-saddles")
    const more = run("saddle-sampling", [...small, "chainSteps=500", "saddles=6"])
    expect(stages(more, "built").filter((stage) => stage === "constructed-saddles")).toHaveLength(12)
    const report = readFileSync(join(folder, "reports/saddle-sampling/index.html"), "utf8")
    for (const said of ["seed 1", "no intervals", "n = 18 on each landscape"]) expect(report).toContain(said)
  })

  it("leaves out what has no closed form under moves that are not orthogonal", () => {
    const moved = run("saddle-sampling", [...small, "chainSteps=400", "gauge=5"])
    expect(moved.code, moved.stderr).toBe(0)
    expect(told(moved).claims).toHaveLength(10)
  })

  it("refuses what cannot be, before it runs, and says why a chain diverged", () => {
    for (const [setting, said] of [
      ["modeSets=[[1,2,3]]", "r_max = 3"],
      ["modeSets=[[1,1]]", "more than once"],
      ["zeroSets=[[1,4]]", "no layer 4"],
      ["singularValues=[3,2,2]", "share the singular value 2"],
      ["beta=0", "beta"]
    ]) {
      const refused = run("saddle-sampling", [...small, "chainSteps=400", "landscapes=[\"population\"]", "chainModes=[1]",
        ...(setting!.startsWith("singular") ? ["modeSets=[[1,2]]"] : []), setting!])
      expect(refused.code, setting).toBe(2)
      expect(refused.stderr).toContain(said)
    }
    const diverged = run("saddle-sampling", [...small, "chainSteps=400", "dynamics=[\"sgld\"]", "stepSize.size=5"])
    expect(diverged.code).toBe(1)
    expect(diverged.stderr).toMatch(/chain \d: .*diverged at step \d+ with step size 5/)
    expect(diverged.stderr).toContain("lower the step size tenfold")
  })
})

describe("saddle-census", () => {
  const small = ["widths=[4,5,5,4]", "spectra.deficient=[4,2]", "samples=60", "seeds=1", "steps.saddle-to-saddle=600",
    "segments.saddle-to-saddle=300", "learningRates.saddle-to-saddle=0.03", "points=21", "window=1", "windowPoints=2",
    "depths=[3]", "modeSets=[[],[1],[2],[1,2]]", "saddles=3", "zeroBlocks=[2,3]"]

  it("runs in small, its claims hold, and it shares the training of other pipelines", () => {
    const first = run("saddle-census", small)
    expect(first.code, first.stderr).toBe(0)
    expect(told(first).claims.map(({ verdict }) => verdict)).toEqual(["holds", "holds"])
    const protocol = small.slice(0, 10)
    const other = run("rank-patterns", [...protocol, "regimes=[\"saddle-to-saddle\"]", "teachers=[\"deficient\"]", "bootstrap=100",
      "exponents.saddle-to-saddle=4", "epsilons=[0.01]"])
    expect(stages(other, "hit")).toContain("train")
    expect(stages(other, "built")).not.toContain("train")
  })

  it("refuses a census without the depth that is trained, and more zero blocks than layers", () => {
    const refused = run("saddle-census", [...small, "depths=[2]"])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain("depths has no 3")
    expect(refused.stderr).toContain("no network has more than L = 2")
  })
})
