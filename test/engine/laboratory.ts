/** A package as small as a fingerprint needs: an engine, a kernel, three stages, and a user's experiment beside it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"
import * as Program from "../../src/engine/code/Program.ts"
import { baseOf } from "../../src/engine/code/SourceGraph.ts"
import { stageFingerprints } from "../../src/engine/code/stageFingerprints.ts"

export const files: Readonly<Record<string, string>> = {
  "lab/package.json": `{ "name": "dln-lab", "type": "module", "version": "1.0.0", "exports": { ".": "./src/index.ts", "./stages": "./src/stages/index.ts" } }`,
  "lab/package-lock.json": JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "node_modules/effect": { version: "4.1.0", integrity: "sha512-effect" },
      "node_modules/curves": { version: "1.0.0", integrity: "sha512-curves", dependencies: { splines: "^2.0.0" } },
      "node_modules/splines": { version: "2.0.0", integrity: "sha512-splines" }
    }
  }),
  "lab/node_modules/effect/package.json": `{ "name": "effect", "version": "4.1.0", "type": "module", "exports": { "./*": "./*.js" }, "sideEffects": false }`,
  "lab/node_modules/effect/Schema.js": `export const Int = "Int"
export const Struct = (fields) => ({ fields })
export const TaggedError = () => (tag) => class extends Error { tag = tag }`,
  "lab/node_modules/curves/package.json": `{ "name": "curves", "version": "1.0.0", "type": "module", "main": "index.js" }`,
  "lab/node_modules/curves/index.js": `import { knots } from "splines"\nexport const smooth = (x) => knots(x)`,
  "lab/node_modules/splines/package.json": `{ "name": "splines", "version": "2.0.0", "type": "module", "main": "index.js" }`,
  "lab/node_modules/splines/index.js": `export const knots = (x) => x`,
  "lab/src/index.ts": `export * as Stage from "./engine/Stage.ts"
export * as Schema from "effect/Schema"
export * as Pipeline from "./report/Pipeline.ts"
export * as mean from "./dln/mean.ts"`,
  "lab/src/report/Pipeline.ts": `export const make = (name: string, build: () => unknown) => ({ name, build })`,
  "lab/src/engine/Stage.ts": `export const made = new Map<string, any>()
export const make = (module: string, name: string, options: any): any => {
  const definition = { module, name, ...options }
  made.set(name, definition)
  return Object.assign(() => "a node", { output: options.outputs, definition })
}`,
  "lab/src/engine/worker.ts": `import { made } from "./Stage.ts"
import { parentPort } from "node:worker_threads"
parentPort?.postMessage([...made.keys()].sort())`,
  "lab/src/cli/main.ts": `import { made } from "../engine/Stage.ts"
export const main = async () => [...made.values()]`,
  "lab/src/linalg/Kernel.ts": `import { choose } from "./fast.ts"
export const revision = 1
export const { train } = choose()
export { norms } from "./reference/norms.ts"`,
  "lab/src/linalg/fast.ts": `import { train } from "./reference/train.ts"
export const choose = () => process.env["SLOW"] ? { train } : { train: (x: number) => train(x) }`,
  "lab/src/linalg/reference/train.ts": `export const train = (x: number) => x * half\nconst half = 0.5`,
  "lab/src/linalg/reference/norms.ts": `export const norms = (x: number) => Math.abs(x)`,
  "lab/src/dln/mean.ts": `export const mean = (values: ReadonlyArray<number>, weight = 1) => weight * sum(values) / values.length
const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)
export const median = (values: ReadonlyArray<number>) => values[values.length >> 1]
export const tolerance = 1e-9`,
  "lab/src/dln/statistics.ts": `export { mean as average } from "./mean.ts"\nexport interface Moments { readonly first: number }`,
  "lab/src/stages/Clock.ts": `export class Clock { static readonly layer = { now: () => 17 } }`,
  "lab/src/stages/Problem.ts": `import * as Schema from "effect/Schema"
import * as Stage from "../engine/Stage.ts"
import { norms } from "../linalg/Kernel.ts"
import { Clock } from "./Clock.ts"

/** Whole numbers: 𝜆 ∈ ℕ. */
const whole = (least: number) => ({ least, of: Schema.Int })
export const seed = whole(1)
export const Problem = Stage.make(import.meta.url, "problem", {
  params: { seed },
  inputs: {},
  outputs: { data: Schema.Struct({ x: Schema.Int }), modes: Schema.Struct({ mode: Schema.Int }) },
  layer: Clock.layer,
  run: ({ seed }) => norms(seed)
})`,
  "lab/src/stages/Train.ts": `import * as Schema from "effect/Schema"
import * as Stage from "../engine/Stage.ts"
import { average, type Moments } from "../dln/statistics.ts"
import { train } from "../linalg/Kernel.ts"
import { Problem } from "./Problem.ts"

const rate = 0.25
export class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { step: Schema.Int }) {}
export const Train = Stage.make(import.meta.url, "train", {
  params: {},
  inputs: { data: Problem.output.data },
  outputs: Schema.Struct({ step: Schema.Int }),
  errors: [Diverged],
  run: (_: unknown, { data }: { data: ReadonlyArray<number> }) => {
    const first: Moments = { first: average(data) }
    return train(first.first) * rate
  }
})
const unrelated = () => "nothing"
export const label = unrelated()`,
  "lab/src/stages/Draw.ts": `import { smooth } from "curves"
import * as Stage from "../engine/Stage.ts"
import { Train } from "./Train.ts"

export const Draw = Stage.make(import.meta.url, "draw", {
  params: {},
  inputs: { curve: Train.output },
  outputs: "bytes",
  run: () => smooth(3)
})`,
  "lab/src/stages/index.ts": `export * from "./Problem.ts"\nexport * from "./Train.ts"\nexport * from "./Draw.ts"`,
  "mine/package.json": `{ "name": "mine", "type": "module" }`,
  "mine/experiment.ts": `import { mean, Pipeline, Schema, Stage } from "dln-lab"
import { Draw, Problem, Train } from "dln-lab/stages"
import { double } from "./double.ts"

const problem = Problem({ seed: 1 })
const rates = [1, 2, 3].map((rate) => rate / 10)
export const Mine = Stage.make(import.meta.url, "mine", {
  params: {},
  inputs: { curve: Train.output },
  outputs: Schema.Struct({ x: Schema.Int }),
  run: () => double(mean.mean([1, 2]))
})
export const Other = Stage.make(import.meta.url, "other", { params: {}, inputs: {}, outputs: Schema.Struct({ y: Schema.Int }), run: () => 1 })
export default Pipeline.make("experiment", () => [rates, Draw({ curve: Train({ data: problem.data }) }), Mine({})])`,
  "mine/double.ts": `export const double = (x: number) => 2 * x`
}

export interface Laboratory {
  readonly home: string
  readonly pipeline: string
  readonly path: (file: string) => string
  /** Replaces a part of a file that is there, once. */
  readonly edit: (file: string, from: string, to: string) => void
  readonly write: (file: string, text: string) => void
  readonly copy: () => Laboratory
}

/** In a folder of its own, which is gone when the test is over. */
export const laboratory = (changed: Readonly<Record<string, string>> = {}): Laboratory => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "dln-lab-")))
  const lab = at(root)
  for (const [file, text] of Object.entries({ ...files, ...changed })) lab.write(file, text)
  return lab
}

const at = (root: string): Laboratory => {
  onTestFinished(() => rmSync(root, { recursive: true }))
  const path = (file: string) => join(root, file)
  const write = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), text)
  }
  return {
    home: path("lab"),
    pipeline: path("mine/experiment.ts"),
    path,
    write,
    edit: (file, from, to) => {
      const text = readFileSync(path(file), "utf8")
      if (text.split(from).length !== 2) throw new Error(`${file} has "${from}" ${text.split(from).length - 1} times`)
      write(file, text.replace(from, () => to))
    },
    copy: () => {
      const other = realpathSync(mkdtempSync(join(tmpdir(), "dln-lab-")))
      cpSync(root, other, { recursive: true })
      return at(other)
    }
  }
}

/** The fingerprint of each stage of the experiment. */
export const fingerprints = async ({ home, pipeline }: Pick<Laboratory, "home" | "pipeline">, node = "26", known = new Map<string, string>()): Promise<Readonly<Record<string, string>>> => {
  const stages = await stageFingerprints(Program.read(home, baseOf(pipeline), [pipeline]), { node, known })
  return Object.fromEntries([...stages].map(([name, { fingerprint }]) => [name, fingerprint]))
}
