import { describe, expect, it } from "vitest"
import { patternDistance } from "../../src/dln/patternDistance.ts"
import * as Random from "../../src/linalg/Random.ts"
import * as Bootstrap from "../../src/stats/Bootstrap.ts"
import * as Interval from "../../src/stats/Interval.ts"
import { mean } from "../../src/stats/mean.ts"
import { quantile } from "../../src/stats/quantile.ts"

const draws = (runs: number, seed = 1) => Bootstrap.resamples(Random.stream(seed, "bootstrap"), runs, 500)
const of = (...values: ReadonlyArray<number>) => Float64Array.from(values)

describe("the distance of GD's pattern from SGD's mean", () => {
  it("is the sum of absolute differences to the mean, weighted where asked", () => {
    const sgd = [of(1, 2, 3), of(3, 2, 3)]
    expect(patternDistance(of(1, 4, 3), sgd, draws(2), 0.95).distance).toBe(1 + 2)
    expect(patternDistance(of(1, 4, 3), sgd, draws(2), 0.95, of(1, 2, 1)).distance).toBe(1 + 2 * 2)
  })

  it("its band is exact over all resamples of two runs", () => {
    const every: Bootstrap.Resamples = { runs: 2, count: 4, indices: Int32Array.of(0, 0, 0, 1, 1, 0, 1, 1), times: Int32Array.of(1, 1, 1, 1) }
    // d of the means (1, 1), (2, 2), (2, 2), (3, 3) from GD's (1, 2).
    const expected = [1, 1, 1, 3]
    const found = patternDistance(of(1, 2), [of(1, 1), of(3, 3)], every, 0.5)
    expect(found.band).toEqual({ low: quantile(expected, 0.25), high: quantile(expected, 0.75) })
  })

  it("resamples runs and not entries: entries that always move together do not average out", () => {
    // In every run both entries are +1 or both −1, and GD is at (0, 0): d is 2|mean|, 0 or 2 for two runs.
    const every: Bootstrap.Resamples = { runs: 2, count: 4, indices: Int32Array.of(0, 0, 0, 1, 1, 0, 1, 1), times: Int32Array.of(1, 1, 1, 1) }
    expect(patternDistance(of(0, 0), [of(1, 1), of(-1, -1)], every, 1).band).toEqual({ low: 0, high: 2 })
  })

  it("its null is each run against the mean of the others", () => {
    const sgd = [of(0, 0), of(3, 0), of(0, 6)]
    const nulls = [1.5 + 3, 3 + 3, 1.5 + 6]
    const found = patternDistance(of(0, 0), sgd, draws(3), 0.9)
    expect(found.nullMean).toBeCloseTo(mean(nulls), 14)
    expect(found.nullBand).toEqual({ low: quantile(nulls, 0.05), high: quantile(nulls, 0.95) })
  })

  it("one run has neither band nor null; runs that agree have a bound in place of a band of width zero", () => {
    expect(patternDistance(of(2), [of(1)], draws(1), 0.95))
      .toEqual({ runs: 1, distance: 1, band: null, nullMean: null, nullBand: null, differs: expect.closeTo(0.95, 12) })
    const agreeing = patternDistance(of(2), [of(1), of(1), of(1), of(1)], draws(4), 0.95)
    expect(agreeing).toMatchObject({ distance: 1, band: null, nullMean: 0, nullBand: { low: 0, high: 0 } })
    expect(agreeing.differs).toBeCloseTo(0.5271, 4)
  })

  it("two runs are equally far from each other, so that their null has a mean and no band", () => {
    const found = patternDistance(of(0, 0), [of(1, 0), of(0, 3)], draws(2), 0.95)
    expect(found).toMatchObject({ runs: 2, nullMean: 4, nullBand: null })
  })

  it("the band nearly always excludes 0 where the truth is 0, and the null does not mislead", () => {
    // GD is one more draw of SGD's own law: nothing differs, so every band that excludes 0 is wrong.
    const [trials, runs, entries] = [300, 16, 6]
    let excluded = 0
    let distances = 0
    let nulls = 0
    for (let trial = 0; trial < trials; trial++) {
      const draw = (s: number) => Random.normals(Random.stream(9, trial, s), 0, entries)
      const [gd, ...sgd] = Array.from({ length: runs + 1 }, (_, s) => draw(s))
      const found = patternDistance(gd!, sgd, Bootstrap.resamples(Random.stream(9, trial), runs, 100), 0.95)
      excluded += Number(!Interval.contains(found.band!, 0))
      distances += found.distance / trials
      nulls += found.nullMean! / trials
    }
    expect(excluded / trials).toBeGreaterThan(0.99)
    // E|N(0, 1 + 1/16)| against E|N(0, 1 + 1/15)| for each entry; three standard errors of 300 trials are 0.26.
    expect(Math.abs(distances - entries * Math.sqrt((2 / Math.PI) * (1 + 1 / 16)))).toBeLessThan(0.26)
    expect(Math.abs(nulls - entries * Math.sqrt((2 / Math.PI) * (1 + 1 / 15)))).toBeLessThan(0.1)
  })

  it("refuses patterns of unlike depth and resamples of another number of runs", () => {
    expect(() => patternDistance(of(1, 2), [of(1)], draws(1), 0.95)).toThrow("one length")
    expect(() => patternDistance(of(1), [of(1)], draws(2), 0.95)).toThrow("resamples of 2")
  })
})
