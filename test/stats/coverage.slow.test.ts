import { describe, expect, it } from "vitest"
import * as Random from "../../src/linalg/Random.ts"
import * as Bootstrap from "../../src/stats/Bootstrap.ts"
import * as Interval from "../../src/stats/Interval.ts"
import * as StudentT from "../../src/stats/StudentT.ts"

describe("a nominal 95 % interval", () => {
  it("covers the mean of few normal runs too rarely: 80 % at 4, 88 % at 8, 93 % at 32; Student's t 95 %", () => {
    const experiments = 4000
    for (const [size, expected] of [[4, 0.8], [8, 0.88], [32, 0.93]] as const) {
      const draws = Bootstrap.resamples(Random.stream(5, "resamples", size), size, 1000)
      let bootstrap = 0
      let student = 0
      for (let q = 0; q < experiments; q++) {
        const sample = Random.normals(Random.stream(5, "sample", size, q), 0, size)
        bootstrap += Number(Interval.contains(Bootstrap.meanIntervals(Array.from(sample, (value) => [value]), draws, 0.95)![0]!, 0))
        student += Number(Interval.contains(StudentT.interval(sample, 0.95)!, 0))
      }
      // Three standard errors of a share of 4000.
      expect(Math.abs(bootstrap / experiments - expected)).toBeLessThan(0.02)
      expect(Math.abs(student / experiments - 0.95)).toBeLessThan(0.0104)
    }
  })
})

