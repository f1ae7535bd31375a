import { describe, expect, test } from "vitest"
import { fingerprints, laboratory } from "./laboratory.ts"

const stage = (run: string, name = `"mine"`) =>
  `export const Mine = Stage.make(import.meta.url, ${name}, { params: {}, inputs: {}, outputs: Schema.Struct({ x: Schema.Int }), run: () => ${run} })`

/** An experiment whose third line and those that follow are `lines`. */
const experiment = (...lines: ReadonlyArray<string>) =>
  laboratory({ "mine/experiment.ts": [`import { Schema, Stage } from "dln-lab"`, `import * as fs from "node:fs"`, ...lines].join("\n") })

const refusal = async (...lines: ReadonlyArray<string>): Promise<string> => {
  const lab = experiment(...lines)
  const error = await fingerprints(lab).then(() => new Error("it was taken"), (error: unknown) => error as Error)
  return error.message.replaceAll(`${lab.path(".")}/`, "")
}

describe("code that cannot be known before it runs is refused with its file and line", () => {
  test.each([
    ["import() of a name", "const load = (name: string) => import(name)", "mine/experiment.ts:3: import(name)"],
    ["import() of a template", "const load = (name: string) =>\n  import(`./${name}.ts`)", "mine/experiment.ts:4: import(`./${name}.ts`)"],
    ["require", `const fs2 = require("node:fs")`, "mine/experiment.ts:3: require(…)"],
    ["eval", `const two = () => eval("1 + 1")`, "mine/experiment.ts:3: eval(…)"],
    ["new Function", `const two = new Function("return 2")`, "mine/experiment.ts:3: new Function(…)"]
  ])("%s", async (_, line, said) => {
    expect(await refusal(line, stage("1"))).toContain(said)
  })

  test("import() of a literal name is part of the code", async () => {
    const lab = experiment(`const load = () => import("./double.ts")`, stage("load()"))
    const before = await fingerprints(lab)
    lab.edit("mine/double.ts", "2 * x", "3 * x")
    expect(await fingerprints(lab)).not.toEqual(before)
  })
})

describe("a stage that is not written as one is refused with its file and line", () => {
  test.each([
    ["that is not exported", stage("1").replace("export ", ""), `"mine" is not exported`],
    ["whose name is computed", stage("1", `"my" + "ne"`), "its name is written out"],
    ["that a function makes", `export const make = () => Stage.make(import.meta.url, "mine", {})`, `"mine" is not exported`],
    ["that does not say its module", `export const Mine = Stage.make("here", "mine", {})`, "its first argument is import.meta.url"]
  ])("%s", async (_, line, said) => {
    const refused = await refusal(line)
    expect(refused).toContain("mine/experiment.ts:3: a stage is written")
    expect(refused).toContain(said)
  })

  test("that has the name of another", async () => {
    expect(await refusal(stage("1"), stage("2").replace("Mine", "Other"))).toBe(
      `mine/experiment.ts:4: a stage is called "mine" here and in mine/experiment.ts:3; rename one of them`)
  })

  test("that is exported under another name is taken", async () => {
    const lab = experiment(stage("1").replace("export ", ""), "export { Mine as Yours }")
    expect(Object.keys(await fingerprints(lab))).toEqual(["mine"])
  })
})

describe("a stage that reads what its key does not know is refused with the place", () => {
  test.each([
    ["a file", "fs.readFileSync('x')", "mine/experiment.ts:2", "node:fs"],
    ["the environment", "process.env['SEEDS']", "mine/experiment.ts:4", "process"],
    ["the environment by its long name", "globalThis.process.env['SEEDS']", "mine/experiment.ts:4", "process"],
    ["the network", "fetch('https://example.org')", "mine/experiment.ts:4", "fetch"],
    ["the clock", "Date.now()", "mine/experiment.ts:4", "Date.now"],
    ["the clock as a date", "new Date().getTime()", "mine/experiment.ts:4", "new Date()"],
    ["how long it took", "performance.now()", "mine/experiment.ts:4", "performance"],
    ["chance", "Math.random()", "mine/experiment.ts:4", "Math.random"],
    ["chance by a long name", "crypto.randomUUID().length", "mine/experiment.ts:4", "crypto.randomUUID"],
    ["the place of its code", "import.meta.dirname", "mine/experiment.ts:4", "import.meta"]
  ])("%s", async (_, expression, place, what) => {
    const refused = await refusal(`const read = () =>`, `  ${expression}`, stage("read()"))
    expect(refused).toContain(`${place}: stage "mine" uses ${what}, `)
  })

  test("but the rest of its module may", async () => {
    const lab = experiment("const seeds = Number(process.env['SEEDS'])", "const here = import.meta.dirname", stage("1"), "export default [seeds, fs, here]")
    expect(Object.keys(await fingerprints(lab))).toEqual(["mine"])
  })

  test("a property that is called like what is refused is taken", async () => {
    const lab = experiment("const it = { process: 1, fetch: () => 2, random: Math.max }", stage("[it.process, it.fetch(), it.random(1), new Date(2000, 1)]"))
    expect(Object.keys(await fingerprints(lab))).toEqual(["mine"])
  })
})

describe("what is missing is said with its file and line", () => {
  test.each([
    ["a module", `import { x } from "./missing.ts"`, stage("x"), `mine/experiment.ts:3: cannot import "./missing.ts"`],
    ["the ending of a module", `import { double } from "./double"`, stage("double(1)"), `mine/experiment.ts:3: cannot import "./double"`],
    ["a package", `import { x } from "missing"`, stage("x"), `mine/experiment.ts:3: cannot import "missing"`],
    ["a file that the code names", `const rates = new URL("./rates.csv", import.meta.url)`, stage("rates.href"), "mine/experiment.ts:3: there is no ./rates.csv"],
    ["the end of a bracket", "const x = (", stage("x"), "mine/experiment.ts:4: "]
  ])("%s", async (_, first, second, said) => {
    expect(await refusal(first, second)).toContain(said)
  })

  test("the definition of a kernel", async () => {
    const lab = laboratory()
    lab.edit("lab/src/linalg/reference/train.ts", "export const train", "export const step")
    await expect(fingerprints(lab)).rejects.toThrow(/train/)
  })
})
