/** What an edit changed of a stage's code: the declaration, the package or the version, by its name. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import * as Anatomy from "../../src/engine/code/Anatomy.ts"
import * as Program from "../../src/engine/code/Program.ts"
import { baseOf } from "../../src/engine/code/SourceGraph.ts"
import { stageFingerprints } from "../../src/engine/code/stageFingerprints.ts"
import { type Laboratory, laboratory } from "./laboratory.ts"

/** The anatomy of each stage, by its name. */
const anatomies = async ({ home, pipeline }: Laboratory, node = "26") => {
  const kept = new Map<string, Anatomy.Anatomy>()
  const stages = await stageFingerprints(Program.read(home, baseOf(pipeline), [pipeline]), { node, known: new Map(), keep: (fingerprint, anatomy) => kept.set(fingerprint, anatomy) })
  return new Map([...stages].map(([name, { fingerprint }]) => [name, { fingerprint, anatomy: kept.get(fingerprint)! }]))
}

/** What is told of the stages whose fingerprints an edit changes; of others the anatomies agree. */
const toldOf = async (edit: (lab: Laboratory) => void, node = "26") => {
  const lab = laboratory()
  const before = await anatomies(lab)
  edit(lab)
  const after = await anatomies(lab, node)
  return Object.fromEntries([...before].flatMap(([name, old]) => {
    const now = after.get(name)!
    const changes = Anatomy.changes(old.anatomy, now.anatomy)
    return old.fingerprint === now.fingerprint ? [] : [[name, changes]]
  }))
}

const edit = (file: string, from: string, to: string) => (lab: Laboratory) => lab.edit(file, from, to)

describe("of an edit is told", () => {
  test.each<readonly [string, (lab: Laboratory) => void, Readonly<Record<string, ReadonlyArray<string>>>]>([
    ["the constant, old and new", edit("lab/src/stages/Train.ts", "const rate = 0.25", "const rate = 0.5"), { train: ["const rate of dln-lab/src/stages/Train.ts: .25 → .5"] }],
    ["the helper in another module", edit("mine/double.ts", "2 * x", "3 * x"), { mine: ["const double of double.ts: (x) => 2 * x → (x) => 3 * x"] }],
    ["the helper of a helper, in each stage that uses it", edit("lab/src/dln/mean.ts", "total + value, 0", "total + value, 1"), {
      train: ["const sum of dln-lab/src/dln/mean.ts: (values) => values.reduce((total, value) => total + value, 0) → (values) => values.reduce((total, value) => total + value, 1)"],
      mine: ["const sum of dln-lab/src/dln/mean.ts: (values) => values.reduce((total, value) => total + value, 0) → (values) => values.reduce((total, value) => total + value, 1)"]
    }],
    ["the definition behind the kernel's door", edit("lab/src/linalg/reference/train.ts", "half = 0.5", "half = 0.25"), { train: ["const half of dln-lab/src/linalg/reference/train.ts: .5 → .25"] }],
    ["the kernel's revision", edit("lab/src/linalg/Kernel.ts", "revision = 1", "revision = 2"), { train: ["the kernel's revision 1 → 2"], problem: ["the kernel's revision 1 → 2"] }],
    ["the version of a dependency, however deep", edit("lab/package-lock.json", `"version":"2.0.0"`, `"version":"2.0.1"`), { draw: ["splines 2.0.0 → 2.0.1"] }],
    ["what a package of the same version holds", edit("lab/package-lock.json", "sha512-splines", "sha512-others"), { draw: ["splines 2.0.0#sha512-splines → 2.0.0#sha512-others"] }],
    ["a declaration that is new", edit("mine/double.ts", "=> 2 * x", "=> two() * x\nconst two = () => 2"), {
      mine: ["const double of double.ts: (x) => 2 * x → (x) => two() * x", "const two of double.ts is new in it"]
    }],
    ["a long function, by its name", edit("mine/double.ts", "2 * x", `(${Array.from({ length: 60 }, (_, index) => `x * ${index}`).join(" + ")})`), { mine: ["const double of double.ts changed"] }]
  ])("%s", async (_, edit, expected) => {
    const told = await toldOf(edit)
    expect(told).toEqual(expected)
  })

  test("Node's major version", async () => {
    const told = await toldOf(() => {}, "27")
    expect(Object.keys(told).toSorted()).toEqual(["draw", "mine", "other", "problem", "train"])
    for (const changes of Object.values(told)) expect(changes).toEqual(["Node 26 → 27"])
  })
})

test("anatomies differ exactly where fingerprints do, but for the names of locals", async () => {
  const lab = laboratory()
  const before = await anatomies(lab)
  lab.edit("lab/src/dln/mean.ts", "values.length >> 1", "values.length >> 2")
  lab.edit("lab/src/stages/Problem.ts", "/** Whole numbers: 𝜆 ∈ ℕ. */", "// Integers.")
  for (const [name, { anatomy, fingerprint }] of await anatomies(lab)) {
    expect(fingerprint).toBe(before.get(name)!.fingerprint)
    expect(Anatomy.changes(before.get(name)!.anatomy, anatomy)).toEqual([])
  }
})

test("an anatomy is kept and read again; of an unknown fingerprint there is none", () => {
  const code = mkdtempSync(join(tmpdir(), "dln anatomy "))
  onTestFinished(() => rmSync(code, { recursive: true }))
  const anatomy: Anatomy.Anatomy = { environment: { Node: "26" }, modules: { "a b.ts": { "const x": { text: "1" } } } }
  expect(Anatomy.known(code)).toEqual(new Set())
  Anatomy.write(code, "abc", anatomy)
  expect(Anatomy.read(code, "abc")).toEqual(anatomy)
  expect(Anatomy.read(code, "abd")).toBeUndefined()
  expect(Anatomy.known(code)).toEqual(new Set(["abc"]))
})
