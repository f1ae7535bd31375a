import { describe, expect, it } from "vitest"
import { load } from "../../src/linalg/compiled/Backend.ts"
import { training, weights } from "./problems.ts"

const MEBIBYTE = 2 ** 20

/** A step of these takes a tenth of a microsecond or so. */
const runs = [
  ["GD", undefined],
  ["SGD", { n: 8, size: 2, sampler: "shuffle", labelNoise: 0.1 }]
] as const

describe.each(["wasm", "native"] as const)("%s", (name) => {
  const backend = load(name)

  it.skipIf(backend === undefined).each(runs)("%s holds no more memory after 10⁷ steps, in one call or in 5000", (_, sgd) => {
    const widths = [2, 2]
    const problem = training(widths, 1, sgd)
    const flat = weights(widths, 1)
    const train = (from: number, steps: number): void => {
      expect(backend!.train(problem, flat, from, steps, 1_000_000).divergedAt).toBeUndefined()
    }
    train(0, 5_000_000)
    const before = process.memoryUsage()
    train(5_000_000, 10_000_000)
    for (let call = 0; call < 5000; call++) train(15_000_000 + 2000 * call, 2000)
    const after = process.memoryUsage()
    // A number of 8 bytes kept a step would be 160 MiB; the heap of JavaScript may hold what it has not collected yet.
    expect(after.rss - before.rss).toBeLessThan(48 * MEBIBYTE)
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(16 * MEBIBYTE)
  })
})
