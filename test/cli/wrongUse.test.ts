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
  it("a misspelt parameter is guessed", () => expect(said(["run", "rank-patterns", "--set", "seed_s=3"])).toMatch(/did you mean "seeds"/))
  it("a misspelt preset is guessed", () => expect(said(["run", "rank-patterns", "--preset", "papr"])).toMatch(/did you mean "paper"\? allowed: quick, paper/))
  it("a setting without a value is refused", () => expect(said(["run", "rank-patterns", "--set", "seeds"])).toMatch(/name=value/))
  it("a pipeline that does not exist is refused", () => expect(said(["run", "rank-paterns"])).toMatch(/rank-patterns/))
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
