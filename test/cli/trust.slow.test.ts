/** Trust in a cache, from the command line: verified, explained, freed, and carried elsewhere. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { problems } from "../report/crateProblems.ts"
import { built, dln, small, told } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln trüst λ "))
const cache = join(folder, "cache")
const places = ["--cache", cache, "--reports", join(folder, "reports")]
const about = ["rank-patterns", "--cache", cache, ...small]
const run = (...settings: ReadonlyArray<string>) => dln(["run", "rank-patterns", "--json", ...places, ...small, ...settings])
const runs = () => readdirSync(join(cache, "runs")).toSorted().map((name) => name.replace(/\.jsonl$/, ""))
const lines = (text: string) => text.trimEnd().split("\n")

beforeAll(() => {
  expect(run().code).toBe(0)
  expect(run("--set", "epsilons=[0.03,0.1]", "--set", "seeds=3").code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A copy of the cache to spoil. */
const copy = () => {
  const to = mkdtempSync(join(folder, "copy "))
  cpSync(cache, to, { recursive: true })
  return to
}

describe("a report", () => {
  it("has a description for machines that is a valid RO-Crate 1.1, with every file that lies beside it", () => {
    const report = join(folder, "reports", "rank-patterns")
    const crate = JSON.parse(readFileSync(join(report, "ro-crate-metadata.json"), "utf8"))
    expect(problems(crate)).toEqual([])
    const files = crate["@graph"].filter((entity: any) => entity["@type"] === "File").map((entity: any) => decodeURIComponent(entity["@id"]))
    const there = readdirSync(report, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(report.length + 1))
    expect(files.toSorted()).toEqual(there.filter((path) => path !== "ro-crate-metadata.json" && path !== "contents.json").toSorted())
  })

  it("has a log of its run, a line an event", () => {
    const events = lines(readFileSync(join(cache, "runs", `${runs()[0]}.jsonl`), "utf8")).map((line) => JSON.parse(line))
    expect([events[0]._tag, events.at(-1)._tag]).toEqual(["begun", "ended"])
    expect(events.filter(({ _tag, stage }) => _tag === "built" && stage === "train").length).toBe(6)
  })
})

describe("dln cache", () => {
  it("stats says what there is", () => {
    const { code, stdout } = dln(["cache", "stats", "--cache", cache, "--json"])
    const { runs, stages } = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(runs).toBe(2)
    // One run of GD and three of SGD, each of two segments.
    expect(stages.find(({ name }: any) => name === "train").results).toBe(8)
  })

  it("verify finds one changed bit, repair sets it apart, and a run makes it whole", () => {
    const spoilt = copy()
    expect(dln(["cache", "verify", "--cache", spoilt])).toMatchObject({ code: 0, stdout: expect.stringMatching(/ 0 damaged, 0 dangling/) })
    const prefix = readdirSync(join(spoilt, "objects"))[3]!
    const file = join(spoilt, "objects", prefix, readdirSync(join(spoilt, "objects", prefix))[0]!)
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1]! ^= 4
    writeFileSync(file, bytes)
    expect(dln(["cache", "verify", "--cache", spoilt])).toMatchObject({ code: 1, stdout: expect.stringMatching(/^damaged .*objects/), stderr: expect.stringMatching(/--repair/) })
    expect(dln(["cache", "verify", "--repair", "--cache", spoilt]).code).toBe(0)
    expect(dln(["cache", "verify", "--cache", spoilt]).code).toBe(0)
    expect(dln(["run", "rank-patterns", "--quiet", "--cache", spoilt, "--reports", join(folder, "other"), ...small]).code).toBe(0)
    expect(dln(["audit", "rank-patterns", "--cache", spoilt, ...small, "--sample", "1%"]).code).toBe(0)
  })

  it("gc says what would go, removes it when told to, and leaves what is kept", () => {
    const lean = copy()
    const gc = (...args: ReadonlyArray<string>) => JSON.parse(dln(["cache", "gc", "--cache", lean, "--json", ...args]).stdout)
    expect(gc().results).toEqual([])
    const first = gc("--keep", runs()[1]!)
    expect(first).toMatchObject({ removed: false, runs: [runs()[0]] })
    expect(first.results.length).toBeGreaterThan(3)
    const removed = gc("--keep", runs()[1]!, "--remove")
    expect(removed).toEqual({ ...first, removed: true })
    expect(dln(["cache", "verify", "--cache", lean])).toMatchObject({ code: 0, stdout: expect.not.stringMatching(/nothing speaks of/) })
    const plan = (...settings: ReadonlyArray<string>) => JSON.parse(dln(["plan", "rank-patterns", "--json", "--cache", lean, ...small, ...settings]).stdout).nodes
    expect(plan("--set", "epsilons=[0.03,0.1]", "--set", "seeds=3").filter(({ state }: any) => state === "build")).toEqual([])
    expect(plan().filter(({ state, stage }: any) => state === "build" && stage === "ranks").length).toBe(3)
    expect(dln(["cache", "gc", "--cache", lean, "--keep", "nonsense"])).toMatchObject({ code: 2, stderr: expect.stringMatching(/no run or pipeline "nonsense"; name rank-patterns/) })
    expect(dln(["cache", "gc", "--cache", lean, "--larger", "much"])).toMatchObject({ code: 2, stderr: expect.stringMatching(/no size/) })
  })

  it("export carries a run to an empty folder, where its report is the same, bit for bit, and nothing is computed", () => {
    const away = mkdtempSync(join(folder, "away "))
    const archive = join(folder, "rank päтterns.tar")
    expect(dln(["cache", "export", ...about, "--out", archive]).code).toBe(0)
    const again = join(folder, "again.tar")
    dln(["cache", "export", ...about, "--out", again])
    expect(readFileSync(again).equals(readFileSync(archive))).toBe(true)
    const imported = dln(["cache", "import", archive, "--json"], { cwd: away })
    expect(imported.code).toBe(0)
    const { command, contradictions } = JSON.parse(imported.stdout)
    expect(contradictions).toEqual([])
    expect(command).toMatch(/^dln run rank-patterns --preset quick --set /)
    const settings = [...command.matchAll(/--set '([^']*)'/g)].flatMap((match) => ["--set", match[1]])
    const there = told(dln(["run", "rank-patterns", "--json", "--preset", "quick", ...settings], { cwd: away }))
    expect(built(there)).toEqual([])
    for (const page of ["reports/rank-patterns/index.html", "imported/rank-patterns/index.html"]) expect(existsSync(join(away, page)), page).toBe(true)
    expect(readFileSync(join(away, "reports/rank-patterns/index.html")).equals(readFileSync(join(away, "imported/rank-patterns/index.html")))).toBe(true)
    expect(problems(JSON.parse(readFileSync(join(away, "imported/rank-patterns/ro-crate-metadata.json"), "utf8")))).toEqual([])

    const bytes = readFileSync(archive)
    writeFileSync(join(folder, "cut.tar"), bytes.subarray(0, bytes.length >> 1))
    expect(dln(["cache", "import", join(folder, "cut.tar"), "--cache", join(folder, "never")])).toMatchObject({ code: 2, stderr: expect.stringMatching(/nothing was taken of it/) })
    expect(existsSync(join(folder, "never"))).toBe(false)
  })

  it("export of a user's pipeline carries its sources, wherever they lie, and the reader runs them", () => {
    const mine = mkdtempSync(join(folder, "my pipelines ŝ "))
    const away = mkdtempSync(join(folder, "away "))
    writeFileSync(join(mine, "pöwer.ts"), "export const power = (x: number, n: number) => x ** n\n")
    writeFileSync(join(mine, "decay λ.ts"), `import { Effect, Pipeline, Report, Schema, Stage } from "dln-lab"
import { Parameter } from "dln-lab/stages"
import { power } from "./pöwer.ts"
export const Decay = Stage.make(import.meta.url, "decay", {
  params: { steps: Schema.Int },
  inputs: {},
  outputs: Schema.Struct({ step: Schema.Int, value: Schema.Finite }),
  run: ({ steps }) => Effect.succeed(Array.from({ length: steps }, (_, step) => ({ step, value: power(0.9, step) })))
})
export default Pipeline.make("decay", { about: "how fast", params: { steps: Parameter.steps }, defaults: { steps: 5 }, presets: {} }, ({ steps }) => ({
  tables: { values: Decay({ steps }) },
  report: Report\`# Decay\`
}))
`)
    const pipeline = join(mine, "decay λ.ts")
    const own = ["--cache", join(mine, "cache"), "--set", "steps=7"]
    expect(dln(["run", pipeline, "--quiet", ...own], { cwd: mine }).code).toBe(0)
    expect(dln(["cache", "export", pipeline, ...own, "--out", join(mine, "d.tar")], { cwd: mine }).code).toBe(0)
    expect(dln(["cache", "import", join(mine, "d.tar")], { cwd: away }).stdout).toMatch(/dln run 'imported\/decay\/source\/decay λ\.ts' --set 'steps=7'/)
    const there = told(dln(["run", "imported/decay/source/decay λ.ts", "--set", "steps=7", "--json"], { cwd: away }))
    expect(there.nodes.find(({ stage }) => stage === "decay")!.state).toBe("hit")
    expect(built(there), "the page is the same from every folder").toEqual([])
  })

  it("is not made by looking, and one that a newer dln-lab wrote is refused by every command", () => {
    const none = join(folder, "none")
    for (const command of ["stats", "verify", "gc"]) expect(dln(["cache", command, "--cache", none])).toMatchObject({ code: 2, stderr: expect.stringMatching(/no cache in/) })
    expect(existsSync(none)).toBe(false)
    const newer = copy()
    writeFileSync(join(newer, "format.json"), `{"format":99}\n`)
    for (const command of [["cache", "stats"], ["cache", "verify"], ["cache", "gc"], ["diff"], ["plan", "rank-patterns"], ["run", "rank-patterns"], ["audit", "rank-patterns"]]) {
      expect(dln([...command, "--cache", newer]), command.join(" ")).toMatchObject({ code: 2, stderr: expect.stringMatching(/format 99, and this dln-lab knows format \d+; update dln-lab/) })
    }
  })
})

describe("dln explains:", () => {
  it("diff tells two runs apart by parameters and the numbers of their tables, cell by cell", () => {
    const [old, now] = runs()
    expect(dln(["diff", "--cache", cache]).stdout).toContain(old)
    const { stdout } = dln(["diff", old!, now!, "--cache", cache])
    expect(stdout).toMatch(/parameters\n {2}seeds: 2 → 3\n {2}epsilons: \[0\.01,0\.1\] → \[0\.03,0\.1\]\n/)
    expect(stdout).toMatch(/ {2}losses\n {4}\d+ rows in both, \d+ came, 0 went\n/)
    expect(stdout).toMatch(/ {2}comparison\n(?: {4}.*\n)* {4}runs: \d+ of \d+ differ, most in row \d+: 2 → 3 /)
    expect(stdout).toMatch(/the same, bit for bit: .*modes/)
    expect(stdout).not.toMatch(/^code$/m)
    expect(dln(["diff", "20000101", "--cache", cache])).toMatchObject({ code: 2, stderr: expect.stringMatching(/no run "20000101"/) })
  })

  it("show prints a node's rows, schema, statistics and lineage, and names several", () => {
    const show = (...args: ReadonlyArray<string>) => dln(["show", "rank-patterns", ...args, "--cache", cache, ...small])
    expect(show("comparison", "--schema").stdout).toMatch(/epsilon +float64\n/)
    expect(show("problem.modes", "--schema").stdout).toMatch(/computed +\d{4}-.* kernel (js|wasm|native)/)
    expect(show("comparison", "--stats").stdout).toMatch(/^epsilon +0 +0 +2 +0\.01 /m)
    const lineage = lines(show("comparison", "--lineage").stdout)
    expect(lineage[0]).toMatch(/^comparison\[/)
    expect(lineage.map((line) => /(?:\w+: )?([\w-]+)/.exec(line.trim())![1])).toEqual(expect.arrayContaining(["ranks", "spectra", "checkpoints", "align", "train", "problem", "gaussian-start"]))
    expect(show("train.curve")).toMatchObject({ code: 2, stderr: expect.stringMatching(/names 6 nodes/) })
    expect(show("nothing")).toMatchObject({ code: 2, stderr: expect.stringMatching(/publishes no table "nothing"/) })
    expect(show("align.escapes[run=1]", "--head", "1").code).toBe(0)
  })

  it("plan tells work, bytes and finish, by stage, cell or axis", () => {
    const plan = (...args: ReadonlyArray<string>) => dln(["plan", ...about, "--set", "seeds=5", ...args])
    expect(plan().stdout).toMatch(/^train +8 +4 +\d.* s +\d.* k?B +\d.* s +its parameter batches\.run changed \(3 → [45]\)/m)
    expect(plan().stdout).toMatch(/by earlier runs .* of computing, done on \d+ threads? in .*, at \d\d:\d\d/)
    expect(plan("--by", "algorithm").stdout).toMatch(/^algorithm=sgd +\d+ +\d+/m)
    const { finish, nodes } = JSON.parse(plan("--json", "--jobs", "1").stdout)
    const work = nodes.filter(({ state }: any) => state === "build").reduce((sum: number, { expected }: any) => sum + (expected ?? 0), 0)
    expect(finish).toBeCloseTo(work, 6)
    expect(plan("--by", "nothing")).toMatchObject({ code: 2, stderr: expect.stringMatching(/no grid has such an axis/) })
  })

  it("graph draws the stages in three languages", () => {
    const graph = (...args: ReadonlyArray<string>) => dln(["graph", ...about, ...args]).stdout
    expect(graph()).toMatch(/^flowchart LR\n/)
    expect(graph("--format", "dot")).toMatch(/^digraph \{\n/)
    expect(graph("--format", "svg")).toMatch(/^<svg [^>]*>/)
    expect(lines(graph("--whole", "--format", "dot")).length).toBeGreaterThan(lines(graph("--format", "dot")).length)
  })
})

describe("names", () => {
  it("a pipeline or a table whose name leads out of the folder of reports is refused", () => {
    const named = (pipeline: string, table: string) => {
      const file = join(folder, "named.ts")
      writeFileSync(file, `import { Effect, Pipeline, Report, Schema, Stage } from "dln-lab"
export const One = Stage.make(import.meta.url, "one", { params: {}, inputs: {}, outputs: Schema.Struct({ x: Schema.Int }), run: () => Effect.succeed([{ x: 1 }]) })
export default Pipeline.make(${JSON.stringify(pipeline)}, { about: "names", params: {}, defaults: {}, presets: {} }, () => ({ tables: { [${JSON.stringify(table)}]: One({}) }, report: Report\`# Names\` }))
`)
      return dln(["plan", file, "--cache", join(folder, "names")])
    }
    for (const [pipeline, table] of [["../evil", "x"], ["..", "x"], ["a/b", "x"], ["", "x"], ["fine", "../../x"], ["fine", "a\\b"]] as const) {
      expect(named(pipeline, table), `${pipeline} ${table}`).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot be the name of a pipeline or a table/) })
    }
    expect(named("ein Name mit Ümläuten λ", "tab le.1")).toMatchObject({ code: 0 })
  })
})
