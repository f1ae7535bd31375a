import { describe, expect, it } from "vitest"
import { integratedExponential } from "../../src/dln/integratedExponential.ts"
import { type Mode, modeStrengths, passageTime, unbalancedStrength } from "../../src/dln/modeFlow.ts"
import { rungeKutta } from "./rungeKutta.ts"

const near = (value: number, expected: number, relative: number) =>
  expect(Math.abs(value - expected), `${value} against ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected))

const modeStrength = (mode: Mode, time: number): number => modeStrengths(mode, [time])[0]!

/** u(t) by integrating du/dt = L u^(2−2/L)(s − u) as it stands. */
const integrated = (depth: number, s: number, start: number, time: number): number =>
  rungeKutta(([u]) => [depth * u! ** (2 - 2 / depth) * (s - u!)], [start], time, 20_000)[0]!

describe("a balanced mode", () => {
  it("of two layers is the logistic: u(1) = 0.355712478919 for s = 3, u(0) = 1e-3", () => {
    expect(modeStrength({ depth: 2, teacher: 3, start: 1e-3 }, 1)).toBeCloseTo(0.355712478919, 12)
    for (const time of [0, 0.3, 1, 2.5, 40]) {
      const logistic = 3 / (1 + (3 / 1e-3 - 1) * Math.exp(-6 * time))
      near(modeStrength({ depth: 2, teacher: 3, start: 1e-3 }, time), logistic, 1e-13)
    }
  })

  it("of three layers takes t = 4.66132753913659 from weights 0.1 to 1 for s = 2", () => {
    expect(passageTime({ depth: 3, teacher: 2, start: 1e-3 }, 1)).toBeCloseTo(4.66132753913659, 12)
    expect(modeStrength({ depth: 3, teacher: 2, start: 1e-3 }, 4.66132753913659)).toBeCloseTo(1, 12)
  })

  it("has the half-times of the table", () => {
    const table = [[2, 0.95007, 1.32333, 2.29756, 5], [3, 3.136267, 4.661328, 9.144747, 6]] as const
    for (const [depth, strong, middle, weak, digits] of table) {
      const half = (teacher: number) => passageTime({ depth, teacher, start: 0.1 ** depth }, teacher / 2)
      expect(half(3)).toBeCloseTo(strong, digits)
      expect(half(2)).toBeCloseTo(middle, digits)
      expect(half(1)).toBeCloseTo(weak, digits)
    }
  })

  it("follows the differential equation at every depth, growing towards s or falling to it", () => {
    for (const depth of [2, 3, 4, 7]) {
      for (const start of [0.05, 1, 1.999, 2.001, 5]) {
        for (const time of [0.01, 0.4, 2]) {
          near(modeStrength({ depth, teacher: 2, start }, time), integrated(depth, 2, start, time), 1e-11)
        }
      }
    }
  })

  it("is inverted by its passage times over thirty decades of starts", () => {
    for (const depth of [2, 3, 5]) {
      for (const start of [1e-30, 1e-8, 0.1, 20]) {
        for (const end of start < 2 ? [0.2, 1, 1.9999] : [10, 2.0001]) {
          const mode = { depth, teacher: 2, start }
          const time = passageTime(mode, end)
          near(passageTime(mode, modeStrength(mode, time)), time, 1e-12)
        }
      }
    }
  })

  it("along a curve is what it is at each single time", () => {
    for (const mode of [{ depth: 3, teacher: 6, start: 8e-6 }, { depth: 4, teacher: 2, start: 20 }]) {
      const times = Array.from({ length: 500 }, (_, index) => index * 0.02)
      modeStrengths(mode, times).forEach((found, index) => near(found, modeStrength(mode, times[index]!), 1e-12))
    }
  })

  it("ends at s exactly, and stays there", () => {
    expect(modeStrength({ depth: 3, teacher: 2, start: 1e-3 }, 1e6)).toBe(2)
    expect(modeStrength({ depth: 3, teacher: 2, start: 2 }, 5)).toBe(2)
    expect(passageTime({ depth: 3, teacher: 2, start: 0.5 }, 0.5)).toBe(0)
  })

  it("refuses what it never passes, and what has no such flow", () => {
    expect(() => passageTime({ depth: 3, teacher: 2, start: 1 }, 2)).toThrow("not 2")
    expect(() => passageTime({ depth: 3, teacher: 2, start: 1 }, 0.5)).toThrow("not 0.5")
    for (const wrong of [{ depth: 1 }, { teacher: 0 }, { start: 0 }]) {
      expect(() => modeStrength({ depth: 3, teacher: 2, start: 1, ...wrong }, 1)).toThrow("L ≥ 2")
    }
  })
})

describe("an unbalanced mode of two layers", () => {
  const weights = (s: number, a: number, b: number, time: number) =>
    rungeKutta(([x, y]) => [y! * (s - x! * y!), x! * (s - x! * y!)], [a, b], time, 20_000)

  it("follows the two weights, whichever is larger and whatever their signs", () => {
    for (const s of [3, 0.5, 0, -1]) {
      for (const [a, b] of [[1, 0.1], [0.1, 1], [-1, -0.2], [1, -0.3], [0.7, 0.7], [1.5, 0], [2, 2.5]] as const) {
        for (const time of [0, 0.2, 1]) {
          const [x, y] = weights(s, a, b, time)
          expect(Math.abs(unbalancedStrength(s, a, b, time) - x! * y!)).toBeLessThan(1e-11)
        }
      }
    }
  })

  it("balanced, it is the logistic, also from a start of 1e-12 and through nearly balanced starts", () => {
    for (const tilt of [0, 1e-15, 1e-12]) {
      for (const time of [1, 5, 15, 40]) {
        const found = unbalancedStrength(1, 1e-6 * (1 + tilt), 1e-6, time)
        near(found, modeStrength({ depth: 2, teacher: 1, start: 1e-12 }, time), 1e-11)
      }
    }
  })

  it("keeps its digits on the long way out of the saddle, from a lopsided start and past the line a = −b", () => {
    // In p = a + b and q = a − b, p' = (s − u) p and q' = −(s − u) q, which never cancel.
    const sums = (p: number, q: number, time: number): number => {
      const [x, y] = rungeKutta(([v, w]) => {
        const missing = 1 - (v! * v! - w! * w!) / 4
        return [missing * v!, -missing * w!]
      }, [p, q], time, 20_000)
      return (x! * x! - y! * y!) / 4
    }
    for (const time of [5, 12, 20, 30]) {
      near(unbalancedStrength(1, 1e-5, 1e-8, time), sums(1e-5 + 1e-8, 1e-5 - 1e-8, time), 1e-10)
    }
    const edge = 2 ** -30
    for (const time of [3, 15, 20, 25]) {
      near(unbalancedStrength(1, 1, edge - 1, time), sums(edge, 2 - edge, time), 1e-10)
    }
  })

  it("from a = −b decays to 0 and never learns", () => {
    expect(unbalancedStrength(2, 1, -1, 0)).toBeCloseTo(-1, 14)
    near(unbalancedStrength(2, 1, -1, 1), rungeKutta(([u]) => [-2 * u! * (2 - u!)], [-1], 1, 20_000)[0]!, 1e-11)
    expect(Math.abs(unbalancedStrength(2, 1, -1, 20))).toBeLessThan(1e-30)
    expect(unbalancedStrength(2, 0, 0, 3)).toBe(0)
  })
})

describe("the integrated exponential", () => {
  it("is (e^{λt} − 1)/λ for every λ, and t at 0", () => {
    for (const rate of [-800, -3, -0.4, -1e-9, 1e-300, 1e-9, 0.2, 5, 300]) {
      near(integratedExponential(rate, 2), Math.expm1(2 * rate) / rate, 1e-13)
    }
    expect(integratedExponential(0, 2)).toBe(2)
  })
})
