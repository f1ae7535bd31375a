import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { type Backend, built, choose, fileName, load, reference } from "../../src/linalg/compiled/Backend.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import { integers, stream } from "../../src/linalg/Random.ts"
import { training, weights } from "./problems.ts"

/** Equality of bits: −0 is not 0. */
const bits = ({ buffer, byteLength, byteOffset }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64")

/** A random sequence of integers from `low` to `high`, the same in every run of the tests. */
const dice = (label: string): ((low: number, high: number) => number) => {
  let place = 0
  return (low, high) => low + integers(stream("dice", label), place++, 1, high - low + 1)[0]!
}

interface Run {
  readonly problem: ReturnType<typeof training>
  readonly start: Float64Array
  readonly from: number
  readonly steps: number
  readonly lossEvery: number
}

const randomRun = (roll: (low: number, high: number) => number, label: number): Run => {
  const widest = [3, 9, 24, 40, 130][roll(0, 4)]!
  const widths = Array.from({ length: roll(1, widest > 24 ? 3 : 8) + 1 }, () => roll(1, widest))
  const n = roll(1, 40)
  const sgd = roll(0, 3) === 0 ? undefined : {
    n,
    size: roll(1, n),
    sampler: roll(0, 1) === 0 ? "shuffle" : "replacement",
    labelNoise: roll(0, 1) * 0.3
  } as const
  const problem = { ...training(widths, label, sgd), learningRate: 0.01 }
  return { problem, start: weights(widths, label), from: roll(0, 60), steps: roll(0, 9), lossEvery: roll(1, 3) }
}

interface Results {
  readonly steps: ReadonlyArray<number>
  readonly values: string
  readonly divergedAt: number | undefined
  readonly weights: string
}

/** What a run gives, in one call or in two; equal bits are equal objects. */
const results = (backend: Backend, { problem, start, from, steps, lossEvery }: Run, cut = steps): Results => {
  const flat = start.slice()
  const parts = [backend.train(problem, flat, from, cut, lossEvery)]
  if (cut < steps && parts[0]!.divergedAt === undefined) {
    parts.push(backend.train(problem, flat, from + cut, steps - cut, lossEvery))
  }
  return {
    steps: parts.flatMap((part) => [...part.steps]),
    values: bits(Float64Array.from(parts.flatMap((part) => [...part.values]))),
    divergedAt: parts.at(-1)!.divergedAt,
    weights: bits(flat)
  }
}

const compiled = (["wasm", "native"] as const).map((name) => [name, load(name)] as const)

it("what can be built is built", () => {
  expect(load("wasm")?.name).toBe("wasm")
  const hasCompiler = process.arch === "x64" && spawnSync(process.env["CXX"] ?? "c++", ["--version"]).status === 0
  if (hasCompiler) expect(existsSync(`${built}${fileName("native")}`)).toBe(true)
})

describe.each(compiled.filter(([, backend]) => backend !== undefined))("%s", (name, loaded) => {
  const backend = loaded!

  it("trains to the bits of the reference, whatever the shape, the batch and the cut", () => {
    const roll = dice("train")
    for (let label = 0; label < 120; label++) {
      const run = randomRun(roll, label)
      const expected = results(reference, run)
      expect(results(backend, run), `widths ${run.problem.widths}`).toEqual(expected)
      expect(results(backend, run, roll(0, run.steps)), `widths ${run.problem.widths}`).toEqual(expected)
    }
  })

  it("stops where the reference stops", () => {
    const roll = dice("divergence")
    const stops = Array.from({ length: 40 }, (_, label) => {
      const run = { ...randomRun(roll, label), steps: 60, lossEvery: roll(1, 4) }
      const hot = { ...run, problem: { ...run.problem, learningRate: 30 } }
      const expected = results(reference, hot)
      expect(results(backend, hot), `widths ${run.problem.widths}`).toEqual(expected)
      return expected.divergedAt
    })
    expect(stops.filter((step) => step !== undefined).length).toBeGreaterThan(20)
  })

  it("trains to the same bits where rows are powers of two, by the smallest batches too", () => {
    for (const [label, widths] of [[64, 64, 64], [128, 64], [64, 128, 3], [4, 512, 5]].entries()) {
      for (const size of [1, 2, 3, 4, 5]) {
        const problem = { ...training(widths, label, { n: 5, size, sampler: "shuffle", labelNoise: 0.1 }), learningRate: 0.01 }
        const run = { problem, start: weights(widths, label), from: 2, steps: 5, lossEvery: 2 }
        expect(results(backend, run), `widths ${widths}, ${size} rows`).toEqual(results(reference, run))
      }
    }
  })

  it("stops where activations overflow, though weights do not yet", () => {
    const roll = dice("overflow")
    for (let label = 0; label < 60; label++) {
      const { problem, start, ...rest } = randomRun(roll, label)
      const large = start.map((weight, i) => i % 7 === 0 ? weight * 1e300 : weight * 1e100)
      const run = { problem, start: large, ...rest, steps: 3, lossEvery: 5 }
      expect(results(backend, run), `widths ${problem.widths}`).toEqual(results(reference, run))
    }
  })

  it("does much work as it does it in parts", () => {
    const widths = [130, 130, 130]
    const run = { problem: training(widths, 1), start: weights(widths, 1), from: 3, steps: 60, lossEvery: 2 }
    expect(results(backend, run)).toEqual(results(backend, run, 30))
  })

  it("draws the bits of the reference, from any place and of any length", () => {
    const of = stream("draws", name)
    for (const from of [0, 1, 6, 7, 2 ** 33 - 1, 2 ** 50 + 5]) {
      for (const count of [0, 1, 2, 7, 33, from === 7 ? 66_000 : 200]) {
        const floats = (draw: (out: Float64Array) => void): string => {
          const out = new Float64Array(count + 2)
          draw(out.subarray(1, count + 1))
          return bits(out)
        }
        for (const fill of ["fillUniforms", "fillNormals"] as const) {
          expect(floats((out) => backend[fill](of, from, out))).toBe(floats((out) => reference[fill](of, from, out)))
        }
        for (const below of [1, 2, 1000, 2 ** 31]) {
          const [ours, theirs] = [new Int32Array(count), new Int32Array(count)]
          backend.fillIntegers(of, from, below, ours)
          reference.fillIntegers(of, from, below, theirs)
          expect(bits(ours)).toBe(bits(theirs))
        }
      }
    }
    for (const n of [0, 1, 2, 17, 3000]) {
      const [ours, theirs] = [new Int32Array(n), new Int32Array(n)]
      backend.fillPermutation(of, 2 ** 28 - 1, ours)
      reference.fillPermutation(of, 2 ** 28 - 1, theirs)
      expect(bits(ours)).toBe(bits(theirs))
    }
  })

  it("refuses what the reference refuses", () => {
    const problem = training([3, 2], 1)
    expect(() => backend.train(problem, new Float64Array(5), 0, 1, 1)).toThrow("take 6 weights, not 5")
  })
})

describe("the choice of a backend", () => {
  const empty = `${mkdtempSync(join(tmpdir(), "kernels-"))}/`

  it("is forced by DLN_KERNEL, which allows what exists", () => {
    expect(choose("js").name).toBe("js")
    expect(choose("wasm").name).toBe("wasm")
    expect(() => choose("fortran")).toThrow('DLN_KERNEL is "fortran": set it to js, wasm, native')
    expect(() => choose("wasm", empty)).toThrow("npm run build:native")
  })

  // Elsewhere there may be no compiler, or no AVX2: then the tests of native code are left out.
  it("is compiled by the set-up: WebAssembly always, native code where all tests must run", () => {
    expect(load("wasm")?.name).toBe("wasm")
    if (process.env["CI"] === "true") expect(load("native")?.name).toBe("native")
  })

  it("is TypeScript where nothing is built, in one line", () => {
    const said: Array<string> = []
    expect(choose("", empty, (line) => said.push(line)).name).toBe("js")
    expect(said.join()).toMatch(/^dln-lab: no kernel of this version is built, .*: npm run build:native\n$/)
  })

  it("falls from a broken native kernel to WebAssembly, in one line", () => {
    const folder = `${mkdtempSync(join(tmpdir(), "kernels-"))}/`
    writeFileSync(`${folder}${fileName("native")}`, "no library")
    copyFileSync(`${built}${fileName("wasm")}`, `${folder}${fileName("wasm")}`)
    const said: Array<string> = []
    expect(choose(undefined, folder, (line) => said.push(line)).name).toBe("wasm")
    expect(said.length).toBe(1)
    expect(said[0]).toMatch(/^dln-lab: the native kernel is not used \(.*\); to build it anew: npm run build:native\n$/)
    expect(() => choose("native", folder)).toThrow()
  })
})

it("every function of the kernel is defined in reference/, where fingerprints look for it", async () => {
  const files = globSync("src/linalg/reference/*.ts")
  const defined = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/^export const (\w+)/gm)].map(([, name]) => name))
  const functions = Object.entries(Kernel).filter(([, value]) => typeof value === "function").map(([name]) => name)
  expect(functions.length).toBeGreaterThan(20)
  for (const name of functions) expect(defined.filter((one) => one === name), name).toHaveLength(1)
})
