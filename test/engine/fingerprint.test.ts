import { mkdirSync, symlinkSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { fingerprints, type Laboratory, laboratory } from "./laboratory.ts"

const all = ["draw", "mine", "other", "problem", "train"]

const known = new Map<string, string>()
let unedited: Promise<Readonly<Record<string, string>>> | undefined

/** The stages whose fingerprint an edit changes. */
const changedBy = async (edit: (lab: Laboratory) => void, node = "26"): Promise<ReadonlyArray<string>> => {
  const lab = laboratory()
  const before = await (unedited ??= fingerprints(lab, "26", known))
  edit(lab)
  const after = await fingerprints(lab, node, known)
  expect(Object.keys(before).sort()).toEqual(all)
  expect(Object.keys(after).sort()).toEqual(all)
  return all.filter((stage) => before[stage] !== after[stage])
}

const edit = (file: string, from: string, to: string) => (lab: Laboratory) => lab.edit(file, from, to)

describe("no fingerprint changes by", () => {
  test.each<readonly [string, (lab: Laboratory) => void]>([
    ["a comment", edit("lab/src/stages/Problem.ts", "/** Whole numbers: 𝜆 ∈ ℕ. */", "// Integers.\n// All of them.")],
    ["formatting", edit("lab/src/dln/mean.ts", "weight * sum(values) / values.length", "(\n  weight * sum(values)\n) / values.length;")],
    ["a type", edit("lab/src/dln/statistics.ts", "readonly first: number", "readonly first: number; readonly second?: string")],
    ["the type of a parameter", edit("lab/src/dln/mean.ts", "sum = (values: ReadonlyArray<number>)", "sum = (values: Array<number>)")],
    ["the name of a local", (lab) => {
      lab.edit("lab/src/stages/Train.ts", "const first: Moments", "const moments: Moments")
      lab.edit("lab/src/stages/Train.ts", "train(first.first)", "train(moments.first)")
    }],
    ["the name of a helper", (lab) => {
      lab.edit("lab/src/dln/mean.ts", "weight * sum(", "weight * total(")
      lab.edit("lab/src/dln/mean.ts", "const sum =", "const total =")
    }],
    ["an export that nobody uses", edit("lab/src/dln/mean.ts", "1e-9", "1e-6")],
    ["an unrelated function of the same file", edit("lab/src/dln/mean.ts", "values.length >> 1", "values.length >> 2")],
    ["what a stage's file exports beside it", edit("lab/src/stages/Train.ts", `"nothing"`, `"anything"`)],
    ["a new file that is exported", (lab) => {
      lab.write("lab/src/dln/mode.ts", "export const mode = 1")
      lab.edit("lab/src/index.ts", `export * as mean`, `export * as mode from "./dln/mode.ts"\nexport * as mean`)
    }],
    ["another way to compute the same", edit("lab/src/linalg/fast.ts", "(x: number) => train(x)", "(x: number) => -train(-x)")],
    ["how a stage asks to be run", edit("lab/src/stages/Train.ts", "errors: [Diverged],", "errors: [Diverged], cpu: 2, memory: 2 ** 10, retry: { times: label.length },\n  timeout: `${rate} minutes`,")],
    ["the engine", edit("lab/src/engine/Stage.ts", `"a node"`, `"another node"`)],
    ["the pipeline", edit("mine/experiment.ts", "[rates, ", "[rates, 7, ")],
    ["a node that the pipeline makes outside of itself", edit("mine/experiment.ts", "Problem({ seed: 1 })", "Problem({ seed: 2 })")],
    ["a list that the pipeline makes outside of itself", edit("mine/experiment.ts", "[1, 2, 3].map", "[1, 2, 3, 4].map")]
  ])("%s", async (_, edit) => expect(await changedBy(edit)).toEqual([]))
})

describe("exactly the stages that use it change by", () => {
  test.each<readonly [string, ReadonlyArray<string>, (lab: Laboratory) => void]>([
    ["the body of a stage", ["train"], edit("lab/src/stages/Train.ts", "* rate", "/ rate")],
    ["the body of a helper", ["mine", "train"], edit("lab/src/dln/mean.ts", "total + value", "total + value + 0")],
    ["a constant of its module", ["train"], edit("lab/src/stages/Train.ts", "rate = 0.25", "rate = 0.26")],
    ["a default of a parameter", ["mine", "train"], edit("lab/src/dln/mean.ts", "weight = 1", "weight = 2")],
    ["a helper that is exported again under another name", ["train"], edit("lab/src/dln/statistics.ts", "mean as average", "median as average")],
    ["a schema of its parameters", ["problem"], edit("lab/src/stages/Problem.ts", "whole(1)", "whole(2)")],
    ["an error that it declares", ["train"], edit("lab/src/stages/Train.ts", `"Diverged", {`, `"Diverging", {`)],
    ["the columns of an output, which those downstream read", ["draw", "mine", "train"], edit("lab/src/stages/Train.ts", "Struct({ step:", "Struct({ steps:")],
    ["the implementation of a service that it declares", ["problem"], edit("lab/src/stages/Clock.ts", "17", "18")],
    ["the version of a package that it imports", ["draw"], edit("lab/package-lock.json", `"version":"1.0.0"`, `"version":"1.0.1"`)],
    ["the content of a package under the same version", ["draw"], edit("lab/package-lock.json", "sha512-curves", "sha512-other")],
    ["the version of a package that a package needs", ["draw"], edit("lab/package-lock.json", `"version":"2.0.0"`, `"version":"2.0.1"`)],
    ["a package that is installed but not locked", ["draw"], edit("lab/node_modules/splines/package.json", "2.0.0", "2.0.1")],
    ["the version of Effect, which all import", all, edit("lab/package-lock.json", "4.1.0", "4.1.1")],
    ["the definition of a kernel", ["train"], edit("lab/src/linalg/reference/train.ts", "0.5", "0.51")],
    ["the definition of another kernel", ["problem"], edit("lab/src/linalg/reference/norms.ts", "Math.abs(x)", "Math.abs(-x)")],
    ["the revision of the kernels", ["problem", "train"], edit("lab/src/linalg/Kernel.ts", "revision = 1", "revision = 2")],
    ["a helper of the user", ["mine"], edit("mine/double.ts", "2 * x", "x + x")],
    ["a stage of the user, and not its neighbour", ["other"], edit("mine/experiment.ts", "run: () => 1 ", "run: () => 2 ")]
  ])("%s", async (_, stages, edit) => expect(await changedBy(edit)).toEqual(stages))

  test("Node's major version, which all use", async () => {
    expect(await changedBy(() => {}, "27")).toEqual(all)
  })
})

describe("nothing that acts when it is imported is missed", () => {
  const lab = (config: string, more: Readonly<Record<string, string>> = {}) => laboratory({
    "mine/config.ts": "export const config = { rate: 1 }\nexport const tables: Array<number> = []",
    "mine/experiment.ts": `import { Schema, Stage } from "dln-lab"
import { config, tables } from "./config.ts"
${config}
export const Mine = Stage.make(import.meta.url, "mine", { params: {}, inputs: {}, outputs: Schema.Struct({ x: Schema.Int }), run: () => [config.rate, tables] })`,
    ...more
  })
  const both = async (one: Laboratory, other: Laboratory) => {
    const [a, b] = await Promise.all([fingerprints(one), fingerprints(other)])
    return a["mine"] === b["mine"]
  }

  test("a statement beside the stage", async () => {
    expect(await both(lab("tables.push(1)"), lab("tables.push(2)"))).toBe(false)
    expect(await both(lab("for (let i = 0; i < 3; i++) tables[i] = i"), lab("for (let i = 0; i < 4; i++) tables[i] = i"))).toBe(false)
  })

  test("a value of unknown making", async () => {
    const set = "const set = (rate: number) => { config.rate = rate; return rate }\n"
    expect(await both(lab(`${set}export const one = set(1)`), lab(`${set}export const one = set(2)`))).toBe(false)
  })

  test("a list that is made by acting on each of its values", async () => {
    const register = `const register = (name: string) => { tables.push(name.length); return name }
const late = (_: number) => (name: string) => register(name)\n`
    for (const call of ["map((name) => register(name))", "map(register)", "map((name) => { tables.push(name.length) })", "map(globalThis.register)", "map(late(1))"]) {
      expect(await both(lab(`${register}const all = ["a"].${call}`), lab(`${register}const all = ["a", "bc"].${call}`))).toBe(false)
    }
  })

  test("a change of what was made before", async () => {
    const using = (value: number) => {
      const one = lab(`const made = [1, 2].map((rate) => rate / 2)\nmade[0] = ${value}`)
      one.edit("mine/experiment.ts", "[config.rate, tables]", "made")
      return one
    }
    expect(await both(using(1), using(2))).toBe(false)
  })

  test("a module that is imported for its effect", async () => {
    const acting = (rate: number) => ({ "mine/act.ts": `import { config } from "./config.ts"\nconfig.rate = ${rate}` })
    expect(await both(lab(`import "./act.ts"`, acting(1)), lab(`import "./act.ts"`, acting(2)))).toBe(false)
  })

  test("a module of ours that is imported for its effect", async () => {
    const acting = (rate: number) => {
      const lab = laboratory({ "lab/src/dln/act.ts": `import { config } from "./config.ts"\nconfig.rate = ${rate}`, "lab/src/dln/config.ts": "export const config = { rate: 1 }" })
      lab.edit("lab/src/stages/Clock.ts", "export class", `import "../dln/act.ts"\nimport { config } from "../dln/config.ts"\nexport class`)
      lab.edit("lab/src/stages/Clock.ts", "17", "config.rate")
      return lab
    }
    const [a, b] = await Promise.all([fingerprints(acting(1)), fingerprints(acting(2))])
    expect(all.filter((stage) => a[stage] !== b[stage])).toEqual(["problem"])
  })

  test("a module that the stage does not import, but the pipeline does", async () => {
    const split = (rate: number) => laboratory({
      "mine/config.ts": "export const config = { rate: 1 }",
      "mine/Mine.ts": `import { Stage } from "dln-lab"
import { config } from "./config.ts"
export const Mine = Stage.make(import.meta.url, "mine", { params: {}, inputs: {}, outputs: {}, run: () => config.rate })`,
      "mine/experiment.ts": `import { config } from "./config.ts"
import { Mine } from "./Mine.ts"
config.rate = ${rate}
export default Mine({})`
    })
    expect(await both(split(1), split(2))).toBe(false)
    expect(await both(split(1), split(1))).toBe(true)
  })

  test("the code of another stage that is reached through its definition", async () => {
    const reaching = (rate: number) => lab(
      `export const Base = Stage.make(import.meta.url, "base", { params: {}, inputs: {}, outputs: {}, run: () => ${rate} })
export const Reach = Stage.make(import.meta.url, "reach", { params: {}, inputs: {}, outputs: {}, run: () => Base.definition.run() })`)
    const [a, b] = await Promise.all([fingerprints(reaching(1)), fingerprints(reaching(2))])
    expect(a["reach"]).not.toBe(b["reach"])
    expect(a["mine"]).toBe(b["mine"])
  })

  test("a file of a package that the code names", async () => {
    const naming = (integrity: string) => {
      const lab = laboratory()
      lab.edit("lab/src/stages/Clock.ts", "17", `import.meta.resolve("curves/index.js")`)
      lab.edit("lab/package-lock.json", "sha512-curves", integrity)
      return lab
    }
    const [a, b] = await Promise.all([fingerprints(naming("sha512-one")), fingerprints(naming("sha512-two"))])
    expect(all.filter((stage) => a[stage] !== b[stage])).toEqual(["draw", "problem"])
  })

  test("a file that the code names", async () => {
    const naming = (rows: string) => lab(
      `import * as Asset from "./asset.ts"\nconst table = Asset.text(new URL("./rates.csv", import.meta.url))`,
      { "mine/asset.ts": "export const text = (url: URL) => url.href", "mine/rates.csv": rows, "mine/unused.csv": rows }
    )
    const using = (rows: string) => {
      const made = naming(rows)
      made.edit("mine/experiment.ts", "[config.rate, tables]", "table")
      return made
    }
    expect(await both(using("1\n"), using("2\n"))).toBe(false)
    expect(await both(using("1\n"), using("1\n"))).toBe(true)
    const edited = using("1\n")
    const known = new Map<string, string>()
    const before = await fingerprints(edited, "26", known)
    edited.write("mine/rates.csv", "2\n")
    expect(await fingerprints(edited, "26", known)).not.toEqual(before)
  })
})

describe("what a stage uses is part of its code, wherever it lies:", () => {
  const using = (files: Readonly<Record<string, string>>, head: string, expression: string) => laboratory({
    ...files,
    "mine/experiment.ts": `import { Stage } from "dln-lab"\n${head}
export const Mine = Stage.make(import.meta.url, "mine", { params: {}, inputs: {}, outputs: {}, run: () => ${expression} })
export const Other = Stage.make(import.meta.url, "other", { params: {}, inputs: {}, outputs: {}, run: () => 1 })`
  })
  test.each<readonly [string, () => Laboratory, string, string, string]>([
    ["a JSON file", () => using({ "mine/rates.json": `{ "rate": 1, "other": 2 }` }, `import rates from "./rates.json" with { type: "json" }`, "rates.rate"), "mine/rates.json", `"rate": 1`, `"rate": 3`],
    ["a JavaScript file", () => using({ "mine/rate.js": "export const rate = () => 1" }, `import { rate } from "./rate.js"`, "rate()"), "mine/rate.js", "1", "2"],
    ["a module that waits", () => using({ "mine/late.ts": "export const late = await Promise.resolve(1)" }, `import { late } from "./late.ts"`, "late"), "mine/late.ts", "resolve(1)", "resolve(2)"],
    ["what a class inherits", () => using({ "mine/Base.ts": "export class Base { rate() { return 1 } }" }, `import { Base } from "./Base.ts"\nclass Rate extends Base {}`, "new Rate().rate()"), "mine/Base.ts", "1", "2"]
  ])("%s", async (_, make, file, from, to) => {
    const lab = make()
    const before = await fingerprints(lab)
    lab.edit(file, from, to)
    const after = await fingerprints(lab)
    expect(after["mine"]).not.toBe(before["mine"])
    expect(after["other"]).toBe(before["other"])
  })
})

test("a kernel that is exported under another name is known by its definition", async () => {
  const lab = laboratory()
  lab.edit("lab/src/linalg/Kernel.ts", "{ norms }", "{ norms as lengths }")
  lab.edit("lab/src/stages/Problem.ts", "{ norms }", "{ lengths as norms }")
  const before = await fingerprints(lab)
  expect(before["problem"]).toBe((await fingerprints(laboratory()))["problem"])
  lab.edit("lab/src/linalg/reference/norms.ts", "Math.abs(x)", "Math.abs(-x)")
  expect((await fingerprints(lab))["problem"]).not.toBe(before["problem"])
})

test("a package that is linked into node_modules is source, and uses our copies", async () => {
  const lab = laboratory({
    "beside/package.json": `{ "name": "beside", "type": "module", "exports": "./index.ts" }`,
    "beside/index.ts": `import { Schema } from "dln-lab"\nexport const rate = () => [1, Schema.Int]`
  })
  mkdirSync(lab.path("mine/node_modules"))
  symlinkSync(lab.path("beside"), lab.path("mine/node_modules/beside"))
  lab.edit("mine/experiment.ts", `import { double } from "./double.ts"`, `import { rate } from "beside"`)
  lab.edit("mine/experiment.ts", "double(mean.mean([1, 2]))", "rate()")
  const before = await fingerprints(lab)
  lab.edit("beside/index.ts", "[1,", "[2,")
  const after = await fingerprints(lab)
  expect(all.filter((stage) => before[stage] !== after[stage])).toEqual(["mine"])
})

describe("a fingerprint is the same", () => {
  test("in a clone in another folder", async () => {
    const lab = laboratory()
    expect(await fingerprints(lab.copy())).toEqual(await fingerprints(lab))
  })

  test("from every working directory", async () => {
    const lab = laboratory()
    const here = await fingerprints(lab)
    const cwd = process.cwd
    try {
      process.cwd = () => lab.path("mine")
      expect(await fingerprints(lab)).toEqual(here)
    } finally {
      process.cwd = cwd
    }
  })

  test("whether it is found anew or remembered", async () => {
    const lab = laboratory()
    const known = new Map<string, string>()
    const anew = await fingerprints(lab, "26", known)
    const remembered = new Map([...known].map(([from]) => [from, "remembered"]))
    expect(known.size).toBe(all.length)
    expect(await fingerprints(lab, "26", known)).toEqual(anew)
    expect(Object.values(await fingerprints(lab, "26", remembered))).toEqual(all.map(() => "remembered"))
    lab.edit("mine/double.ts", "2 * x", "3 * x")
    expect(Object.entries(await fingerprints(lab, "26", remembered)).filter(([, one]) => one !== "remembered").map(([name]) => name)).toEqual(["mine", "other"])
  })
})
