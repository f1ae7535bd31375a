// A contestant: random numbers by one backend of the kernels. Speaks as random_numpy.py does.

import { createInterface } from "node:readline"
import { load } from "../../src/linalg/compiled/Backend.ts"
import * as Random from "../../src/linalg/Random.ts"

interface Preparation {
  readonly kind: "normals" | "uniforms" | "integers" | "permutation"
  readonly count: number
  readonly below: number
}
interface Question {
  readonly prepare?: Preparation
  readonly steps?: number
}

const [name] = process.argv.slice(2)
const backend = name === "js" || name === "wasm" || name === "native" ? load(name) : undefined
if (backend === undefined) throw new Error(`the ${name} kernel is not built, or not for this processor`)

const stream = Random.stream(1, "bench")
let step = 0
let draw = (): Float64Array | Int32Array => new Float64Array(0)

/** What draws one step, the numbers after those of the step before. */
const drawing = ({ kind, count, below }: Preparation): typeof draw => {
  const floats = new Float64Array(kind === "normals" || kind === "uniforms" ? count : 0)
  const integers = new Int32Array(count - floats.length)
  const fill = {
    normals: (from: number) => backend.fillNormals(stream, from, floats),
    uniforms: (from: number) => backend.fillUniforms(stream, from, floats),
    integers: (from: number) => backend.fillIntegers(stream, from, below, integers),
    permutation: (from: number) => backend.fillPermutation(stream, (from / count) % 2 ** 28, integers)
  }[kind]
  return () => {
    fill(step++ * count)
    return floats.length > 0 ? floats : integers
  }
}

const answer = ({ prepare, steps }: Question): object => {
  if (prepare !== undefined) {
    draw = drawing(prepare)
    let sum = 0
    for (const value of draw()) sum += value
    return { mean: sum / prepare.count }
  }
  const begun = performance.now()
  const before = process.cpuUsage()
  for (let i = 0; i < steps!; i++) draw()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - begun) / 1e3, busy: (user + system) / 1e6 }
}

const say = (found: object): void => {
  process.stdout.write(`${JSON.stringify({ ...found, bytes: process.resourceUsage().maxRSS * 1024 })}\n`)
}

say({})
for await (const line of createInterface({ input: process.stdin })) say(answer(JSON.parse(line) as Question))
