/** What an edit re-runs, seen from the command line: the promise of the product. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { home } from "../../src/engine/code/Home.ts"
import { built, dln, small, told } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln lab ünï "))
const clone = join(folder, "clone")
const places = ["--cache", join(folder, "cache"), "--reports", join(folder, "reports")]
const run = (...settings: ReadonlyArray<string>) => told(dln(["run", "rank-patterns", "--json", ...places, ...small, ...settings], { home: clone, cwd: clone }))
const training = ["checkpoints", "problem", "spectra", "train"]

/** Changes a source, runs, and puts the source back. */
const withEdit = <A>(file: string, edit: (text: string) => string, act: () => A): A => {
  const path = join(clone, file)
  const text = readFileSync(path, "utf8")
  const edited = edit(text)
  expect(edited, `the edit of ${file} changed nothing`).not.toBe(text)
  writeFileSync(path, edited)
  try {
    return act()
  } finally {
    writeFileSync(path, text)
  }
}

beforeAll(() => {
  for (const part of ["bin", "src", "pipelines", "package.json", "package-lock.json"]) cpSync(join(home, part), join(clone, part), { recursive: true })
  cpSync(join(home, "kernel"), join(clone, "kernel"), { recursive: true })
  symlinkSync(join(home, "node_modules"), join(clone, "node_modules"))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("rank-patterns", () => {
  it("builds everything at first, and its claims hold", () => {
    const first = run()
    expect(built(first)).toEqual(expect.arrayContaining([...training, "align", "ranks", "comparison", "figure", "page"]))
    expect(first.nodes.filter(({ state }) => state === "failed" || state === "skipped")).toEqual([])
    expect(first.claims.filter(({ kind }) => kind === "claim").map(({ verdict }) => verdict)).toEqual(["holds", "holds"])
  })

  it("builds nothing the second time", () => expect(built(run())).toEqual([]))

  it("an edit of ε re-runs ranks and what is below, never training or spectra", () => {
    const stages = built(run("--set", "epsilons=[0.003]"))
    expect(stages).toEqual(expect.arrayContaining(["ranks", "comparison"]))
    for (const stage of [...training, "align", "stability", "balance-identity"]) expect(stages).not.toContain(stage)
  })

  it("going back to the old ε is all hits", () => expect(built(run())).toEqual([]))

  it("more seeds train only the new runs", () => {
    const { nodes } = run("--set", "seeds=3")
    const trained = nodes.filter(({ stage, state }) => stage === "train" && state === "built")
    expect(trained.map(({ cell }) => cell["run"])).toEqual([3, 3])
  })

  it("more steps continue from the last segment", () => {
    const { nodes } = run("--set", "steps.saddle-to-saddle=600")
    const trained = nodes.filter(({ stage }) => stage === "train")
    expect(trained.filter(({ state }) => state === "hit").length).toBe(6)
    expect(trained.filter(({ state }) => state === "built").length).toBe(3)
  })

  it("a change of one regime's scale touches that regime only", () => {
    const both = ["--set", "regimes=[\"saddle-to-saddle\",\"intermediate\"]", "--set", "steps.intermediate=200", "--set", "segments.intermediate=200"]
    run(...both)
    const { nodes } = run(...both, "--set", "exponents.saddle-to-saddle=2")
    const touched = nodes.filter(({ state, stage }) => state === "built" && training.includes(stage))
    expect(touched.length).toBeGreaterThan(0)
    expect(new Set(touched.map(({ cell }) => cell["regime"]))).toEqual(new Set(["saddle-to-saddle"]))
  })

  it("a comment and the rename of a local in a stage's file re-run nothing", () => {
    expect(withEdit("src/stages/training/Segment.ts", (text) => `// A remark.\n${text.replaceAll("losses", "curveOfLosses")}`, () => built(run()))).toEqual([])
  })

  it("a change in a helper that training uses re-runs training; where its output is the same, nothing below but the page that names the code", () => {
    const stages = withEdit("src/stages/training/training.ts", (text) => text.replace("labelNoise: 0", "labelNoise: 0 * size"), () => built(run()))
    expect(stages).toContain("train")
    for (const stage of ["align", "spectra", "ranks", "comparison", "figure"]) expect(stages).not.toContain(stage)
  })

  it("plan says so before anything runs, and why names the first difference, old and new", () => {
    const plan = dln(["plan", "rank-patterns", "--json", "--cache", join(folder, "cache"), ...small, "--set", "epsilons=[0.003,0.5]"], { home: clone, cwd: clone })
    const { nodes } = JSON.parse(plan.stdout) as { readonly nodes: ReadonlyArray<{ readonly stage: string; readonly state: string; readonly reason: string | null }> }
    expect(new Set(nodes.filter(({ stage }) => training.includes(stage)).map(({ state }) => state))).toEqual(new Set(["hit"]))
    expect(new Set(nodes.filter(({ stage }) => stage === "ranks").map(({ state }) => state))).toEqual(new Set(["build"]))
    const why = dln(["why", "rank-patterns", "ranks", "--cache", join(folder, "cache"), ...small, "--set", "epsilons=[0.003,0.5]"], { home: clone, cwd: clone })
    expect(why.stdout).toMatch(/epsilons changed \(\[.*\] → \[0\.003,0\.5\]\)/)
  })
})
