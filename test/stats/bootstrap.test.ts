import { describe, expect, it } from "vitest"
import * as Random from "../../src/linalg/Random.ts"
import * as Bootstrap from "../../src/stats/Bootstrap.ts"
import { estimate, estimates } from "../../src/stats/estimate.ts"
import { quantile } from "../../src/stats/quantile.ts"
import * as StudentT from "../../src/stats/StudentT.ts"

/** All S^S resamples of S runs, by counting in base S. */
const everyResample = (runs: number): Bootstrap.Resamples => {
  const count = runs ** runs
  const indices = Int32Array.from({ length: count * runs }, (_, at) =>
    Math.floor(Math.floor(at / runs) / runs ** (at % runs)) % runs)
  return { runs, count, indices, times: new Int32Array(count).fill(1) }
}

const meansOf = (values: ReadonlyArray<number>, { runs, indices, times }: Bootstrap.Resamples): ReadonlyArray<number> =>
  Array.from(times).flatMap((times, q) => new Array<number>(times).fill(
    Array.from(indices.slice(q * runs, (q + 1) * runs)).reduce((total, run) => total + values[run]!, 0) / runs))

/** Of one value a run. */
const meanInterval = (values: ReadonlyArray<number>, draws: Bootstrap.Resamples, level: number) =>
  Bootstrap.meanIntervals(values.map((value) => [value]), draws, level)?.[0] ?? null

describe("the bootstrap over runs", () => {
  const runs = [0.3, 2, 5.5, 7]

  it("over all S^S resamples, its interval is the exact one", () => {
    for (const values of [[1, 4], [1, 2, 10], runs, [1, 2, 4, 8, 16]]) {
      const every = everyResample(values.length)
      expect(meanInterval(values, every, 0.9)).toEqual({
        low: quantile(meansOf(values, every), (1 - 0.9) / 2),
        high: quantile(meansOf(values, every), (1 + 0.9) / 2)
      })
    }
  })

  it("drawn resamples follow the law of all S^S", () => {
    const exact = meansOf(runs, everyResample(4))
    const drawn = meansOf(runs, Bootstrap.resamples(Random.stream(1, "bootstrap"), 4, 20_000))
    const share = (means: ReadonlyArray<number>, x: number) => means.filter((m) => m <= x + 1e-9).length / means.length
    // Dvoretzky–Kiefer–Wolfowitz at 99.9 %: √(ln 2000/40000) = 0.0138.
    for (const x of exact) expect(Math.abs(share(drawn, x) - share(exact, x))).toBeLessThan(0.0138)
  })

  it("counts a resample as often as it was drawn", () => {
    for (const [size, count] of [[2, 50], [4, 999], [9, 40], [14, 100]] as const) {
      const values = Array.from({ length: size }, (_, s) => s * s)
      const draws = Bootstrap.resamples(Random.stream(7), size, count)
      const drawn = Random.integers(Random.stream(7), 0, count * size, size)
      const means = Array.from({ length: count }, (_, q) =>
        drawn.slice(q * size, (q + 1) * size).reduce((total, run) => total + values[run]!, 0) / size)
      expect(draws.times.reduce((sum, times) => sum + times)).toBe(count)
      expect(new Set(means.map((_, q) => drawn.slice(q * size, (q + 1) * size).join())).size).toBe(draws.count)
      for (const level of [0.5, 0.9, 0.95]) {
        expect(meanInterval(values, draws, level))
          .toEqual({ low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) })
      }
    }
  })

  it("is the same for the same stream and another for another run of the experiment", () => {
    const draw = (seed: number) =>
      meanInterval(runs, Bootstrap.resamples(Random.stream(seed, "bootstrap"), 4, 999), 0.95)
    expect(draw(1)).toEqual(draw(1))
    expect(Bootstrap.resamples(Random.stream(1, "bootstrap"), 4, 99))
      .not.toEqual(Bootstrap.resamples(Random.stream(2, "bootstrap"), 4, 99))
  })

  it("draws whole runs: entries of a run that cancel go on cancelling", () => {
    const [a, b] = [[1, 2, 3, 4], [-1, -2, -3, -4]]
    const draws = Bootstrap.resamples(Random.stream(1, "bootstrap"), 4, 500)
    expect(Bootstrap.interval(draws, 0.95, (chosen) => chosen.reduce((sum, s) => sum + a[s]! + b[s]!, 0)))
      .toEqual({ low: 0, high: 0 })
  })

  it("has no band for one run, and refuses resamples of another number of runs", () => {
    expect(meanInterval([3], Bootstrap.resamples(Random.stream(1), 1, 10), 0.95)).toBeNull()
    expect(() => meanInterval([3, 4], everyResample(3), 0.95)).toThrow("of 3 runs")
  })
})

describe("an estimate from S runs", () => {
  const draws = Bootstrap.resamples(Random.stream(3), 4, 400)

  it("puts the t interval beside the bootstrap", () => {
    const found = estimate([1, 2, 2, 3], draws, 0.95)
    expect(found).toMatchObject({ runs: 4, mean: 2, differs: null })
    expect(found.bootstrap).toEqual(meanInterval([1, 2, 2, 3], draws, 0.95))
    expect(found.student).toEqual(StudentT.interval([1, 2, 2, 3], 0.95))
  })

  it("where all runs agree, gives a bound on a run that differs and no band of width zero", () => {
    expect(estimate([0.1, 0.1, 0.1, 0.1], draws, 0.95))
      .toEqual({ runs: 4, mean: 0.1, deviation: 0, bootstrap: null, student: null, differs: expect.closeTo(0.5271, 4) })
  })

  it("one run has no deviation and no band", () => {
    expect(estimate([7], Bootstrap.resamples(Random.stream(3), 1, 400), 0.95))
      .toEqual({ runs: 1, mean: 7, deviation: null, bootstrap: null, student: null, differs: expect.closeTo(0.95, 12) })
  })

  it("of patterns estimates every entry from the same runs", () => {
    const [first, second] = estimates([[1, 5], [3, 5], [5, 5], [3, 5]], draws, 0.95)
    expect(first).toEqual(estimate([1, 3, 5, 3], draws, 0.95))
    expect(first).toMatchObject({ runs: 4, mean: 3, differs: null })
    expect(second).toMatchObject({ mean: 5, deviation: 0, bootstrap: null, student: null })
  })

  it("refuses no runs, and patterns of unlike length", () => {
    expect(() => estimates([], draws, 0.95)).toThrow("one or more")
    expect(() => estimates([[1], [1, 2, 3]], draws, 0.95)).toThrow("one length")
  })
})
