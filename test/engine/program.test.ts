import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { expect, test } from "vitest"
import { look, stampAndRead } from "../../src/engine/code/Stamp.ts"
import { openProgram } from "../../src/engine/code/openProgram.ts"
import { type Laboratory, laboratory } from "./laboratory.ts"

const open = ({ home, path, pipeline }: Laboratory, wanted: { readonly pipeline?: string | undefined; readonly node?: string; readonly code?: string } = {}, workshop?: string) =>
  openProgram({ home, pipeline, code: path("cache/code"), ...wanted }, workshop)

/** What the command of the laboratory gives: every stage that was made. */
const run = async (main: URL) => {
  const bundle = await import(main.href)
  const stages: ReadonlyArray<{ readonly name: string; readonly module: string; readonly run: (...args: ReadonlyArray<unknown>) => unknown }> = await bundle.main()
  return { pipeline: bundle.pipeline, stages, of: (name: string) => stages.find((stage) => stage.name === name)! }
}

const programs = (lab: Laboratory) => readdirSync(lab.path("cache/code")).filter((name) => /^[0-9a-f]{64}$/.test(name))

test("a program holds the command, the pipeline and its stages", async () => {
  const program = await open(laboratory())
  const { of, pipeline, stages } = await run(program.main)
  expect(pipeline.name).toBe("experiment")
  expect(pipeline.build()[1]).toBe("a node")
  expect(stages.map(({ name }) => name).sort()).toEqual(["draw", "mine", "other", "problem", "train"])
  expect(of("mine").run()).toBe(3)
  expect(of("train").run({}, { data: [1, 3] })).toBe(0.25)
  expect(Object.keys(program.fingerprints).sort()).toEqual(["draw", "mine", "other", "problem", "train"])
})

test("a stage knows its module by a name that is the same everywhere", async () => {
  const { of } = await run((await open(laboratory())).main)
  expect([of("mine").module, of("train").module]).toEqual(["experiment.ts", "dln-lab/src/stages/Train.ts"])
})

test("a thread of the program has every stage", async () => {
  const program = await open(laboratory())
  const worker = new Worker(program.worker)
  const names = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject))
  expect(names).toEqual(["draw", "mine", "other", "problem", "train"])
})

test("a thread sees what modules do when they are imported, also those that hold no stage", async () => {
  const lab = laboratory({
    "mine/Mine.ts": `import { Stage } from "dln-lab"\nexport const Mine = Stage.make(import.meta.url, "mine", { params: {}, inputs: {}, outputs: {}, run: () => 1 })`,
    "mine/act.ts": `import { Stage } from "dln-lab"\nStage.made.set("acted", {})`,
    "mine/experiment.ts": `import "./act.ts"\nimport { Mine } from "./Mine.ts"\nexport default Mine`
  })
  const worker = new Worker((await open(lab)).worker)
  const names = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject))
  expect(names).toEqual(["acted", "mine"])
})

test("the user and we share one copy of Effect, also where the user installed another", async () => {
  const lab = laboratory({
    "mine/node_modules/effect/package.json": `{ "name": "effect", "version": "3.0.0", "type": "module", "exports": { "./*": "./*.js" } }`,
    "mine/node_modules/effect/Schema.js": `export const Int = "another Int"`,
    "mine/node_modules/helper/package.json": `{ "name": "helper", "version": "1.0.0", "type": "module", "main": "index.js" }`,
    "mine/node_modules/helper/index.js": `import { Int } from "effect/Schema"\nexport const int = () => Int`
  })
  lab.edit("mine/double.ts", "export const double = (x: number) => 2 * x", `import { Int } from "effect/Schema"\nimport { int } from "helper"\nexport const double = (_: number) => [Int, int()]`)
  const { of } = await run((await open(lab)).main)
  expect(of("mine").run()).toEqual(["Int", "Int"])
})

test("packages and sources know the place of their files, not that of the bundle", async () => {
  const lab = laboratory({
    "mine/node_modules/placed/package.json": `{ "name": "placed", "version": "1.0.0", "main": "index.js" }`,
    "mine/node_modules/placed/index.js": `exports.here = () => [__dirname, __filename]`,
    "mine/node_modules/esm/package.json": `{ "name": "esm", "version": "1.0.0", "type": "module", "main": "index.js" }`,
    "mine/node_modules/esm/index.js": `export const url = import.meta.url`
  })
  lab.edit("mine/experiment.ts", `import { double } from "./double.ts"`, `import { double } from "./double.ts"\nimport { here } from "placed"\nimport { url } from "esm"`)
  lab.edit("mine/experiment.ts", "[rates, ", "[here(), url, import.meta.dirname, rates, ")
  const { pipeline } = await run((await open(lab)).main)
  expect(pipeline.build().slice(0, 3)).toEqual([
    [lab.path("mine/node_modules/placed"), lab.path("mine/node_modules/placed/index.js")],
    `file://${lab.path("mine/node_modules/esm/index.js")}`,
    lab.path("mine")
  ])
})

test("a file that the code names is kept with the program as it was hashed", async () => {
  const lab = laboratory({ "mine/rates.csv": "1,2,3" })
  lab.edit("mine/experiment.ts", "double(mean.mean([1, 2]))", `new URL("./rates.csv", import.meta.url)`)
  const { of } = await run((await open(lab)).main)
  lab.write("mine/rates.csv", "4,5,6")
  expect(readFileSync(of("mine").run() as URL, "utf8")).toBe("1,2,3")
  const again = await run((await open(lab)).main)
  expect(readFileSync(again.of("mine").run() as URL, "utf8")).toBe("4,5,6")
})

test("without a pipeline, a program is the command alone", async () => {
  const program = await open(laboratory(), { pipeline: undefined })
  expect(await run(program.main)).toMatchObject({ pipeline: undefined, stages: [] })
  expect(program.fingerprints).toEqual({})
})

test("a program is made once, and again when one of its files changes", async () => {
  const lab = laboratory()
  const first = await open(lab)
  expect(await open(lab)).toEqual(first)
  lab.edit("mine/double.ts", "2 * x", "3 * x")
  const second = await open(lab)
  expect(second.digest).not.toBe(first.digest)
  expect((await run(second.main)).of("mine").run()).toBe(4.5)
  lab.edit("mine/double.ts", "3 * x", "2 * x")
  expect(await open(lab)).toEqual(first)
  expect(programs(lab).sort()).toEqual([first.digest, second.digest].sort())
})

test("a program that was made for one cache is copied to another, and made again when a file changes", async () => {
  const lab = laboratory({ "mine/rates.csv": "1,2,3" })
  lab.edit("mine/experiment.ts", "double(mean.mean([1, 2]))", `new URL("./rates.csv", import.meta.url)`)
  const workshop = lab.path("workshop")
  const first = await open(lab, {}, workshop)
  utimesSync(join(workshop, first.digest), 1, 1)
  const [second, same] = await Promise.all([open(lab, { code: lab.path("other/code") }, workshop), open(lab, { code: lab.path("other/code") }, workshop)])
  expect([second.digest, second.fingerprints]).toEqual([first.digest, first.fingerprints])
  expect(same).toEqual(second)
  expect(statSync(join(workshop, first.digest)).mtimeMs).toBe(1000)
  expect(readdirSync(lab.path("other/code/anatomies")).length).toBe(Object.keys(first.fingerprints).length)
  lab.write("mine/rates.csv", "4,5,6")
  const third = await open(lab, { code: lab.path("third/code") }, workshop)
  const rates = async ({ main }: typeof first) => readFileSync((await run(main)).of("mine").run() as URL, "utf8")
  expect([await rates(first), await rates(second), await rates(third)]).toEqual(["1,2,3", "1,2,3", "4,5,6"])
})

test.each([
  ["a lock file", "lab/package-lock.json", "sha512-curves", "sha512-others"],
  ["the code of a package", "lab/node_modules/splines/index.js", "(x) => x", "(x) => [x]"]
])("a program is made again when %s changes", async (_, file, from, to) => {
  const lab = laboratory()
  const { digest } = await open(lab)
  lab.edit(file, from, to)
  expect((await open(lab)).digest).not.toBe(digest)
})

test("a stamp tells an edit by the file's other times, and by its content where these are young", () => {
  const lab = laboratory()
  const file = lab.path("mine/double.ts")
  const { stamp } = stampAndRead(file)
  const later = Date.now() + 60_000
  expect(look(stamp, later)).toBe(stamp)
  expect(look({ ...stamp, sha256: "other" }, later)).toMatchObject({ sha256: "other" })
  expect(look({ ...stamp, sha256: "other" }, stamp.ctime)).toBeUndefined()
  lab.edit("mine/double.ts", "2 * x", "3 * x")
  utimesSync(file, stamp.mtime / 1000, stamp.mtime / 1000)
  expect(look({ ...stamp, mtime: statSync(file).mtimeMs }, later)).toBeUndefined()
})

test("an edit that keeps size and time is found", async () => {
  const lab = laboratory()
  const { digest } = await open(lab)
  const { atime, mtime } = statSync(lab.path("mine/double.ts"))
  lab.edit("mine/double.ts", "2 * x", "3 * x")
  utimesSync(lab.path("mine/double.ts"), atime, mtime)
  expect((await open(lab)).digest).not.toBe(digest)
})

test("a file that is touched costs one look at its content", async () => {
  const lab = laboratory()
  const first = await open(lab)
  utimesSync(lab.path("mine/double.ts"), new Date(), new Date(0))
  expect(await open(lab)).toEqual(first)
})

test("a program is not shared between versions of Node", async () => {
  const lab = laboratory()
  const [one, other] = [await open(lab, { node: "26.10.0" }), await open(lab, { node: "27.0.0" })]
  expect(one.fingerprints).not.toEqual(other.fingerprints)
  expect((await open(lab, { node: "26.11.0" })).fingerprints).toEqual(one.fingerprints)
})

test("a program that was damaged on the disk is made again", async () => {
  const lab = laboratory()
  const program = await open(lab)
  for (const name of readdirSync(program.directory)) {
    const file = join(program.directory, name)
    const whole = readFileSync(file)
    const damaged = Buffer.from(whole)
    damaged[damaged.length >> 1]! ^= 1
    writeFileSync(file, damaged)
    expect(await open(lab)).toEqual(program)
    expect(readFileSync(file)).toEqual(whole)
  }
})

test("old programs of the command alone are removed when there is a new one", async () => {
  const lab = laboratory()
  const alone = () => open(lab, { pipeline: undefined })
  const [first, whole] = [await alone(), await open(lab)]
  const edit = (from: string, to: string) => lab.edit("lab/src/cli/main.ts", from, to)
  edit("async () => [", "async () => [0, ")
  const second = await alone()
  expect(programs(lab).sort()).toEqual([first.digest, second.digest, whole.digest].sort())
  for (const { directory } of [first, second]) utimesSync(directory, new Date(0), new Date(0))
  edit("[0, ", "[1, ")
  const third = await alone()
  expect(programs(lab).sort()).toEqual([third.digest, whole.digest].sort())
})

test("two processes that make the same program at once get the same one", async () => {
  const lab = laboratory()
  const [one, other] = await Promise.all([open(lab), open(lab)])
  expect(one).toEqual(other)
  expect(programs(lab)).toEqual([one.digest])
  expect(readdirSync(lab.path("cache/code")).filter((name) => name.startsWith("."))).toEqual([])
})

test("what a program was made from is written beside it", async () => {
  const program = await open(laboratory())
  const said = JSON.parse(readFileSync(join(program.directory, "program.json"), "utf8"))
  expect(said.digest).toBe(program.digest)
  expect(said.stages.train).toEqual({ module: "dln-lab/src/stages/Train.ts", export: "Train", fingerprint: program.fingerprints["train"] })
  expect(Object.keys(said.sources)).toContain("double.ts")
})
