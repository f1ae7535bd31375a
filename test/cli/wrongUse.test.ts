/** Wrong use ends in one clear message and exit code 2, before any work starts. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { home } from "../../src/engine/code/Home.ts"
import { dln } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln-wrong-"))
const cache = ["--cache", join(folder, "cache")]
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const said = (args: ReadonlyArray<string>) => {
  const { code, stderr, stdout } = dln([...args, ...cache])
  expect(stdout).toBe("")
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(code).toBe(2)
  return stderr
}

describe("wrong use of dln", () => {
  it("an unknown regime is named with what is allowed", () =>
    expect(said(["run", "rank-patterns", "--set", "regimes=[\"lazy\"]"])).toMatch(/regimes\[1\] = "lazy".*saddle-to-saddle/))
  it("a negative width names its place", () => expect(said(["run", "rank-patterns", "--set", "widths=[10,-3,10]"])).toMatch(/widths\[2\] = -3/))
  it("no seeds are too few", () => expect(said(["run", "rank-patterns", "--set", "seeds=0"])).toMatch(/seeds = 0: .*between 1/))
  it("a threshold of one is too large", () => expect(said(["plan", "rank-patterns", "--set", "epsilons=[1]"])).toMatch(/epsilons\[1\] = 1/))
  it("noise of which no squares are left is refused", () => expect(said(["run", "balance", "--set", "noise=1e308"])).toMatch(/noise = 1e\+308: .*between 0 and 1e\+50/))
  it("what is wrong with several parameters together names one to change", () => {
    expect(said(["plan", "balance", "--set", "widths=[4,4,4]"])).toMatch(/spectra\.deficient \(widths 4 … 4\): A deficient .*fewer than 4.*\n.*spectra\.full .*at most 4/)
    expect(said(["plan", "balance", "--set", "depth=8"])).toMatch(/exponents\.ntk: .*at depth 8 needs γ/)
    expect(said(["plan", "gradient-flow", "--set", "escapeSpectrum=[1,2]"])).toMatch(/escapeSpectrum: .*largest first/)
    expect(said(["plan", "saddle-sampling", "--set", "chainModes=[7]"])).toMatch(/chainModes: There is no mode 7/)
  })
  it("a misspelt parameter is guessed", () => expect(said(["run", "rank-patterns", "--set", "seed_s=3"])).toMatch(/did you mean "seeds"/))
  it("a misspelt preset is guessed", () => expect(said(["run", "rank-patterns", "--preset", "papr"])).toMatch(/did you mean "paper"\? allowed: quick, paper/))
  it("a setting without a value is refused", () => expect(said(["run", "rank-patterns", "--set", "seeds"])).toMatch(/name=value/))
  it("a pipeline that does not exist is refused", () => expect(said(["run", "rank-paterns"])).toMatch(/did you mean "rank-patterns"/))
  it("a folder is no pipeline", () => expect(said(["run", folder])).toMatch(/is no file; name a pipeline/))
  it("a file in a folder that is not there is refused before anything is read", () =>
    expect(said(["show", "balance", "means", "--out", join(folder, "none/x.csv")])).toMatch(/there is no folder .*none; make it/))
  it.each(["--cache", "--reports"])("%s without a name is refused, so that nothing is laid into the folder of the caller", (flag) =>
    expect(dln(["run", "balance", ...cache, flag, ""])).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/folder/) }))
  it("a number has no parts", () => expect(said(["plan", "balance", "--set", "seeds.x=3"])).toMatch(/seeds has no parts; set it as a whole/))
  it("a table that is to be written is named", () => expect(said(["show", "balance", "--out", "x.csv"])).toMatch(/name the table that is meant: courses, /))
  it.each([["--set", "seeds=0"], ["--preset", "papr"], ["--nope", ""], ["--kernel", "js"]])("with --json %s %s gives an object with the error", (flag, value) => {
    const { code, stderr, stdout } = dln(["run", "rank-patterns", "--json", flag, value, ...cache])
    expect(code).toBe(2)
    expect(`dln: ${JSON.parse(stdout).error}\n`).toBe(stderr)
  })
  it("with --json a pipeline that is not there as well", () =>
    expect(JSON.parse(dln(["run", "rank-paterns", "--json"]).stdout).error).toMatch(/did you mean "rank-patterns"/))
  it("a file that exports no pipeline is refused", () => {
    writeFileSync(join(folder, "none.ts"), "export default 3\n")
    expect(said(["run", join(folder, "none.ts")])).toMatch(/exports no pipeline/)
  })
  it("a node that is made from itself is refused with its path", () => {
    writeFileSync(join(folder, "cycle.ts"), `import { Effect, Pipeline, Report, Schema, Stage } from "dln-lab"
const Row = Schema.Struct({ x: Schema.Int })
export const A = Stage.make(import.meta.url, "a", { params: {}, inputs: { from: Stage.many(Row) }, outputs: Row, run: () => Effect.succeed([]) })
export const B = Stage.make(import.meta.url, "b", { params: {}, inputs: { from: Row }, outputs: Row, run: () => Effect.succeed([]) })
export default Pipeline.make("cycle", { about: "", params: {}, defaults: {}, presets: {} }, () => {
  const list: Array<any> = []
  const a = A({ from: list })
  list.push(B({ from: a }))
  return { tables: { a }, report: Report\`\` }
})
`)
    expect(said(["run", join(folder, "cycle.ts")])).toMatch(/made from itself: a ← b ← a/)
  })
  it("steps that are no multiple of a segment are refused", () =>
    expect(said(["plan", "rank-patterns", "--set", "steps.ntk=700"])).toMatch(/steps\.ntk = 700 is no multiple of segments\.ntk = 300/))
  it("a folder that is a file is no cache", () => {
    const file = join(folder, "file")
    writeFileSync(file, "")
    const { code, stderr } = dln(["run", "rank-patterns", "--cache", join(file, "cache")])
    expect(stderr).toMatch(/cache/)
    expect(code).toBe(2)
  })
  it.each([["run", "--jobs", "0"], ["show", "--head", "-1"]])("%s %s %s is refused", (command, flag, value) =>
    expect(said([command, "rank-patterns", flag, value])).toMatch(/Invalid value for flag .* whole number from [01] on/))
  it("a kernel that is none is refused", () => {
    const { status, stderr } = spawnSync(join(home, "bin/dln"), ["plan", "balance", ...cache], { encoding: "utf8", env: { ...process.env, DLN_KERNEL: "cuda" } })
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'dln: DLN_KERNEL is "cuda": set it to js, wasm, native, or to nothing\n' })
  })
  it("an unknown command is refused with a guess", () => expect(dln(["rnu", "rank-patterns"])).toMatchObject({ code: 2, stdout: "" }))
})
