/** `dln new` gives a pipeline that runs as it is, in any folder. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { built, dln, told } from "./dln.ts"

const cwd = mkdtempSync(join(tmpdir(), "dln new ü "))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))
const at = (...args: ReadonlyArray<string>) => dln(args, { cwd })

describe("dln new", () => {
  it("writes a pipeline of that name", () => {
    expect(at("new", "first-steps")).toMatchObject({ code: 0, stdout: "pipelines/first-steps.ts\n" })
    expect(readFileSync(join(cwd, "pipelines/first-steps.ts"), "utf8")).not.toContain("my-pipeline")
  })

  it("which runs, with its own stage, and whose claims hold", () => {
    const result = at("run", "first-steps", "--json")
    expect(result.code, result.stderr).toBe(0)
    const first = told(result)
    expect(built(first)).toEqual(expect.arrayContaining(["first-steps/half-time", "train", "figure", "figure-pdf", "figure-png", "page"]))
    expect(first.claims.map(({ verdict }) => verdict)).toEqual(["holds"])
  })

  it("and builds nothing the second time, in a line, without colours or a bar where there is no terminal", () => {
    const { code, stderr, stdout } = at("run", "first-steps")
    expect(code).toBe(0)
    expect(stderr).toMatch(/^0 built, \d+ already there in [\d.]+ s\n$/)
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\x1b/)
    expect(stdout).toMatch(/^holds {5}claim/)
  })

  it("says nothing but results where it is to be quiet", () =>
    expect(at("run", "first-steps", "--quiet", "--set", "seeds=1")).toMatchObject({ code: 0, stderr: "" }))

  it("leaves a file alone that is there, and refuses what is no name", () => {
    expect(at("new", "first-steps")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("is there already") })
    for (const name of ["First", "a/b", "..", "a--b", "1st"])
      expect(at("new", name)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("no name for a pipeline") })
  })
})
