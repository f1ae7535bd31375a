// Reference values: SciPy 1.17 and mpmath 1.3 (40 digits).
import { describe, expect, it } from "vitest"
import * as Beta from "../../src/stats/Beta.ts"
import * as Binomial from "../../src/stats/Binomial.ts"
import { bound, kolmogorovSmirnov } from "../../src/stats/kolmogorovSmirnov.ts"
import { logGamma } from "../../src/stats/logGamma.ts"
import * as Normal from "../../src/stats/Normal.ts"
import * as StudentT from "../../src/stats/StudentT.ts"

const near = (value: number, expected: number, relative: number) =>
  expect(Math.abs(value - expected), `${value} against ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected))

describe("the incomplete beta function", () => {
  it("ln Γ agrees with mpmath from 0.1 to 2000", () => {
    const published: ReadonlyArray<readonly [number, number]> = [
      [0.1, 2.2527126517342059], [0.5, 0.572364942924700087], [1.5, -0.120782237635245222], [3, 0.693147180559945309],
      [10, 12.8018274800814696], [11.9, 17.258477450595522], [100.5, 361.435540467777622], [2000, 13198.9234480542647]
    ]
    for (const [x, value] of published) expect(Math.abs(logGamma(x) - value)).toBeLessThan(5e-15 * Math.max(1, x))
    expect(Math.abs(logGamma(1))).toBeLessThan(1e-14)
  })

  it("I_x(a, b) agrees with mpmath on both sides of its turning point", () => {
    const published: ReadonlyArray<readonly [number, number, number, number]> = [
      [0.5, 0.5, 0.3, 0.369010119565545375], [2, 3, 0.4, 0.5248], [16, 0.5, 0.97, 0.327281509279151257],
      [0.5, 500, 0.001, 0.682689552690282635], [300, 200, 0.61, 0.674162693526377317]
    ]
    for (const [a, b, x, value] of published) near(Beta.cumulative(x, a, b), value, 2e-12)
  })

  it("the quantile inverts it, and is exact at both ends", () => {
    for (const p of [1e-9, 0.025, 0.4, 0.975]) near(Beta.cumulative(Beta.quantile(p, 3, 7), 3, 7), p, 1e-13)
    expect([Beta.quantile(0, 3, 7), Beta.quantile(1, 3, 7)]).toEqual([0, 1])
  })
})

describe("Student's t", () => {
  it("has the quantiles of the tables", () => {
    const tables: ReadonlyArray<readonly [number, number, number, number]> = [
      [1, 0.32491969623290634, 12.706204736174694, 636.6192487687897],
      [2, 0.2886751345948128, 4.302652729749462, 31.599054576445365],
      [3, 0.2766706623326898, 3.1824463052837078, 12.923978636687961],
      [7, 0.2631668613520229, 2.364624251592784, 5.407882520861828],
      [31, 0.2555321683175276, 2.039513446396408, 3.6334563497583714],
      [1000, 0.25341451583949876, 1.9623390808264083, 3.300282648423944]
    ]
    for (const [freedom, at60, at975, at9995] of tables) {
      near(StudentT.quantile(0.6, freedom), at60, 1e-11)
      near(StudentT.quantile(0.975, freedom), at975, 1e-11)
      near(StudentT.quantile(0.9995, freedom), at9995, 1e-11)
      near(StudentT.quantile(0.025, freedom), -at975, 1e-11)
    }
  })

  it("has the distribution function of the tables", () => {
    near(StudentT.cumulative(1.5, 3), 0.8847080673775886, 1e-12)
    near(StudentT.cumulative(-2, 7), 0.042809664281488025, 1e-12)
    near(StudentT.cumulative(0.01, 31), 0.5039573168654359, 1e-12)
  })

  it("gives the textbook interval, and none for one value", () => {
    const interval = StudentT.interval([4, 6, 8, 10], 0.95)!
    near(interval.high - 7, 3.1824463052837078 * Math.sqrt(20 / 3 / 4), 1e-11)
    near(7 - interval.low, interval.high - 7, 1e-14)
    expect(StudentT.interval([4], 0.95)).toBeNull()
  })
})

describe("the exact binomial", () => {
  it("gives the interval of Clopper and Pearson", () => {
    const published: ReadonlyArray<readonly [number, number, number, number]> = [
      [0, 10, 0, 0.30849710781876294], [10, 10, 0.6915028921812371, 1], [3, 10, 0.06673951117773447, 0.652452850060008],
      [1, 4, 0.006309463209709889, 0.8058795503167566], [50, 100, 0.39832112950330095, 0.6016788704966991]
    ]
    for (const [seen, runs, low, high] of published) {
      near(Binomial.interval(seen, runs, 0.95).low, low, 1e-11)
      near(Binomial.interval(seen, runs, 0.95).high, high, 1e-11)
    }
  })

  it("bounds an event that no run showed: 0.53 for four runs", () => {
    expect(Binomial.unseenBound(4, 0.95)).toBeCloseTo(0.5271, 4)
    for (const runs of [1, 4, 32]) {
      let none = 1
      for (let s = 0; s < runs; s++) none *= 1 - Binomial.unseenBound(runs, 0.95)
      near(none, 0.05, 1e-13)
    }
  })

  it("refuses what is no number of runs", () => {
    expect(() => Binomial.unseenBound(0, 0.95)).toThrow("≥ 1")
    expect(() => Binomial.interval(5, 4, 0.95)).toThrow("5 of 4")
  })
})

describe("the normal distribution and Kolmogorov–Smirnov", () => {
  it("Φ keeps its digits deep in the lower tail", () => {
    const published: ReadonlyArray<readonly [number, number]> = [
      [-30, 4.90671392714818706e-198], [-8, 6.22096057427178412e-16], [-3.5, 0.000232629079035525036],
      [-2.9, 0.0018658133003840375], [-1, 0.158655253931457051], [0, 0.5], [1.96, 0.975002104851779564],
      [2.9999, 0.998649658717045], [3.0001, 0.998650545086739283], [6, 0.9999999990134123]
    ]
    for (const [x, value] of published) near(Normal.cumulative(x), value, 1e-12)
    near(Normal.density(1), 0.24197072451914337, 1e-14)
  })

  it("the distance is SciPy's, and sees a step from below as well as from above", () => {
    near(kolmogorovSmirnov([0.1, 0.9, -0.3, 2.2, 1.1], Normal.cumulative), 0.41593987465324045, 1e-13)
    expect(kolmogorovSmirnov([0.9], (x) => x)).toBe(0.9)
    expect(kolmogorovSmirnov([0.1], (x) => x)).toBe(0.9)
  })

  it("the bound is Massart's: 1.358/√n at 95 %", () => {
    near(bound(100, 0.95), 0.13581015157406195, 1e-13)
    expect(() => kolmogorovSmirnov([], Normal.cumulative)).toThrow("at least one")
  })
})
