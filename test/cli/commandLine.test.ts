import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { commandLine } from "../../src/cli/commandLine.ts"

const root = realpathSync(mkdtempSync(join(tmpdir(), "dln-lab-")))
afterAll(() => rmSync(root, { recursive: true }))
const [home, cwd] = [join(root, "home"), join(root, "here")] as const
const ours = (name: string) => join(home, "pipelines", `${name}.ts`)
const mine = (name: string) => join(cwd, "pipelines", `${name}.ts`)
for (const file of [ours("rank-patterns"), ours("teachers"), mine("teachers"), mine("paper"), join(cwd, "alone.ts")]) {
  mkdirSync(join(file, ".."), { recursive: true })
  writeFileSync(file, "")
}

const read = (line: string) => commandLine(line.split(" ").filter((word) => word !== ""), cwd, home)

describe("the pipeline is", () => {
  test.each([
    ["a name of ours", "run rank-patterns", ours("rank-patterns")],
    ["a name of the caller's before ours", "plan teachers", mine("teachers")],
    ["a path", "show alone.ts losses", join(cwd, "alone.ts")],
    ["a longer path", "why ./pipelines/paper.ts train", mine("paper")],
    ["what follows flags", "--log-level debug run --quiet --jobs 2 --set seeds=4 rank-patterns", ours("rank-patterns")],
    ["not the value of a flag", "run --preset paper rank-patterns", ours("rank-patterns")],
    ["what precedes flags", "run rank-patterns --preset=paper --help", ours("rank-patterns")],
    ["none where none is named", "run --help", undefined],
    ["what is exported", "cache export --out teachers teachers", mine("teachers")],
    ["what is audited", "audit --sample 5% --kernel js rank-patterns", ours("rank-patterns")],
    ["none for other commands", "cache teachers", undefined],
    ["none for runs that are compared", "diff teachers paper", undefined],
    ["none for no command", "--help", undefined]
  ])("%s", (_, line, file) => expect(read(line).pipeline).toBe(file))
})

test("the cache lies in the caller's folder unless the command line says where", () => {
  expect(read("run teachers").cache).toBe(join(cwd, "cache"))
  expect(read("run --cache /scratch teachers").cache).toBe("/scratch")
  expect(read("run teachers --cache=../other").cache).toBe(join(root, "other"))
})

test("a pipeline that is not there is said with those that are", () => {
  expect(() => read("run rank-paterns")).toThrow(`there is no pipeline "rank-paterns"; did you mean "rank-patterns"? allowed: paper, rank-patterns, teachers, or the path of a .ts file`)
  expect(() => read("run there/alone.ts")).toThrow(`there is no file ${join(cwd, "there/alone.ts")}`)
})
