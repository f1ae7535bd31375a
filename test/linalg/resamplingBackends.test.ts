import { describe, expect, it } from "vitest"
import { load } from "../../src/linalg/compiled/Backend.ts"
import { integers, normals, stream } from "../../src/linalg/Random.ts"
import { reference } from "../../src/linalg/compiled/resampling.ts"
import * as Bootstrap from "../../src/stats/Bootstrap.ts"
import { quantile } from "../../src/stats/quantile.ts"

const bits = ({ buffer }: Float64Array): string => Buffer.from(buffer).toString("hex")

/** What values look like: of every size, ranks with many ties, zeros of both signs, denormal ones, one that is no number. */
const kinds: ReadonlyArray<(x: number, place: number) => number> = [
  (x) => x,
  (x) => Math.round(2 * x),
  (x, place) => x * 10 ** -(place % 300),
  (_, place) => (place % 2 === 0 ? 0 : -0),
  (x) => x * 5e-324,
  (x, place) => (place === 7 ? NaN : x),
  (x) => x * 1e308
]

/** Random values, `rows` rows of them. */
const valuesOf = (label: string, shape: number, length: number): Float64Array =>
  normals(stream("resampling", label, shape), 0, length).map((x, place) => kinds[shape % kinds.length]!(x, place))

const shapes = Array.from({ length: 84 }, (_, shape) => {
  const [runs, quantities, draws, weighted] = integers(stream("resampling shapes"), 4 * shape, 4, 40)
  const size = shape % 9 === 0 ? 3000 : 1 + draws! * 12
  return { shape, runs: 1 + runs!, quantities: 1 + quantities!, weighted: 1 + (weighted! % 4), size }
})

/** Ends, neighbours and others. */
const ranksOf = (shape: number, draws: number): Int32Array => {
  const some = integers(stream("ranks", shape), 0, 6, draws)
  return Int32Array.from(new Set([0, ...some, Math.min(some[0]! + 1, draws - 1), draws - 1])).sort()
}

const built = (["wasm", "native"] as const).map((name) => [name, load(name)] as const)
  .filter(([, backend]) => backend !== undefined)

describe.each(built)("resampling by %s", (_, loaded) => {
  const backend = loaded!

  it("gives the bits of the definition for means", () => {
    for (const { quantities, runs, shape, size } of shapes) {
      const draws = Bootstrap.resamples(stream("resamples", shape), runs, size)
      const values = valuesOf("values", shape, runs * quantities)
      const ranks = ranksOf(shape, size)
      expect(bits(backend.resampledMeans(values, draws, ranks)), `shape ${shape}`)
        .toBe(bits(reference.resampledMeans(values, draws, ranks)))
    }
  })

  it("gives the bits of the definition for distances", () => {
    for (const { quantities, runs, shape, size, weighted } of shapes) {
      const draws = Bootstrap.resamples(stream("resamples", shape), runs, size)
      const pattern = valuesOf("pattern", 0, quantities)
      const patterns = valuesOf("patterns", shape, runs * quantities)
      const weightings = valuesOf("weights", 1, weighted * quantities)
      const ranks = ranksOf(shape, size)
      expect(bits(backend.resampledDistances(pattern, patterns, weightings, draws, ranks)), `shape ${shape}`)
        .toBe(bits(reference.resampledDistances(pattern, patterns, weightings, draws, ranks)))
    }
  })

  it("reads nothing behind half a weighting", () => {
    const draws = Bootstrap.resamples(stream("half"), 3, 20)
    const [pattern, patterns, weightings] = [valuesOf("x", 0, 2), valuesOf("y", 0, 6), valuesOf("w", 0, 5)]
    const outcome = ({ resampledDistances }: Pick<typeof backend, "resampledDistances">): unknown => {
      try {
        return resampledDistances(pattern, patterns, weightings, draws, Int32Array.of(0, 19))
      } catch (failure) {
        return failure
      }
    }
    expect(outcome(backend)).toEqual(outcome(reference))
  })
})

it("order statistics of resampled means are those of all means, sorted", () => {
  const draws = Bootstrap.resamples(stream("resamples"), 5, 700)
  const values = valuesOf("values", 0, 5 * 3)
  const means = Array.from({ length: 3 }, (_, quantity) => Array.from(draws.times, (times, q) =>
    new Array<number>(times).fill(Array.from(draws.indices.slice(5 * q, 5 * q + 5), (run) => values[3 * run + quantity]!)
      .reduce((sum, value) => sum + value, 0) / 5)).flat())
  const found = reference.resampledMeans(values, draws, Int32Array.of(0, 350, 699))
  expect([...found]).toEqual(means.flatMap((drawn) => drawn.toSorted((a, b) => a - b).filter((_, rank) => rank % 699 === 0 || rank === 350)))
  const intervals = Bootstrap.meanIntervals(Array.from({ length: 5 }, (_, run) => values.slice(3 * run, 3 * run + 3)), draws, 0.9)
  expect(intervals).toEqual(means.map((drawn) => ({ low: quantile(drawn, (1 - 0.9) / 2), high: quantile(drawn, (1 + 0.9) / 2) })))
})
