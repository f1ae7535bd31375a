import { describe, expect, it } from "vitest"
import * as Langevin from "../../../src/dln/saddle/Langevin.ts"
import * as StepSize from "../../../src/dln/saddle/StepSize.ts"
import * as Random from "../../../src/linalg/Random.ts"
import { bound, kolmogorovSmirnov } from "../../../src/stats/kolmogorovSmirnov.ts"
import * as Normal from "../../../src/stats/Normal.ts"

/** U(z) = Σ a_i z_i²/2 of independent coordinates. */
const gaussian = (precisions: ReadonlyArray<number>): Langevin.Potential => (z, _, gradient) => {
  let value = 0
  z.forEach((x, i) => {
    const a = precisions[i % precisions.length]!
    gradient[i] = a * x
    value += 0.5 * a * x * x
  })
  return value
}

const dynamics = (
  potential: Langevin.Potential, size: number, corrected: boolean, label: string
): Langevin.Dynamics => ({
  potential,
  stepSize: () => size,
  corrected,
  noise: Random.stream("Langevin", label)
})

describe("Langevin dynamics on a Gaussian of precision a", () => {
  // Many independent coordinates at one late step are independent draws of the law at that step.
  const coordinates = 20_000

  it("is stationary with variance 1/(a(1 − εa/4)), not 1/a: a bias of order ε", () => {
    for (const [a, epsilon] of [[1, 1], [4, 0.3], [0.5, 0.2]] as const) {
      const start = Langevin.begin(new Float64Array(coordinates))
      const steps = Math.ceil(40 / (a * epsilon))
      const { z, accepted } = Langevin.run(dynamics(gaussian([a]), epsilon, false, `bias ${a}`), start, steps)
      expect(accepted).toBe(steps)
      const deviation = Math.sqrt(1 / (a * (1 - (epsilon * a) / 4)))
      const limit = bound(coordinates, 0.999)
      expect(kolmogorovSmirnov(z, (x) => Normal.cumulative(x / deviation))).toBeLessThan(limit)
      const unbiased = kolmogorovSmirnov(z, (x) => Normal.cumulative(x * Math.sqrt(a)))
      if (epsilon * a >= 1) expect(unbiased).toBeGreaterThan(2 * limit)
    }
  })

  it("keeps the exact law under Metropolis' correction, at steps that it rejects too, and loses it without", () => {
    const chains = 5000
    const exact = Random.normals(Random.stream("exact law"), 0, chains)
    const limit = bound(chains, 0.999)
    const potential = gaussian([1])
    const after = (corrected: boolean, epsilon: number) =>
      Array.from(exact, (x, chain) =>
        Langevin.run(dynamics(potential, epsilon, corrected, `chain ${chain}`), Langevin.begin(Float64Array.of(x)), 8))
    const distance = (runs: ReadonlyArray<Langevin.State>) =>
      kolmogorovSmirnov(Float64Array.from(runs, ({ z }) => z[0]!), Normal.cumulative)
    const corrected = after(true, 3.5)
    const acceptance = corrected.reduce((sum, { accepted, step }) => sum + accepted / step, 0) / chains
    expect(acceptance).toBeGreaterThan(0.2)
    expect(acceptance).toBeLessThan(0.8)
    expect(distance(corrected)).toBeLessThan(limit)
    expect(distance(after(true, 1))).toBeLessThan(limit)
    expect(distance(after(false, 1))).toBeGreaterThan(limit)
  })
})

describe("a chain", () => {
  const potential = gaussian([1, 3, 0.2])
  const start = Langevin.begin(Float64Array.of(1, -2, 0.5, 4, 0, 1, 1))

  it("that is continued has the bits of one that was never stopped, with and without the correction", () => {
    for (const corrected of [true, false]) {
      const chain = dynamics(potential, 0.4, corrected, "continued")
      const seen: Array<[number, ReadonlyArray<number>]> = []
      const whole = Langevin.run(chain, start, 50, (step, z) => seen.push([step, [...z]]))
      const again: typeof seen = []
      let state = start
      for (const steps of [1, 0, 16, 33]) {
        state = Langevin.run(chain, state, steps, (step, z) => again.push([step, [...z]]))
      }
      expect(state).toEqual(whole)
      expect(again).toEqual(seen)
      expect(start.z).toEqual(Float64Array.of(1, -2, 0.5, 4, 0, 1, 1))
    }
  })

  it("that diverges fails with the step and the step size, and says what to do", () => {
    // U = z⁴/4 at step size 2: |z| grows cubically from 3 on.
    const quartic: Langevin.Potential = (z, _, gradient) => {
      gradient[0] = z[0]! * z[0]! * z[0]!
      return 0.25 * gradient[0] * z[0]!
    }
    const run = (corrected: boolean) =>
      Langevin.run(dynamics(quartic, 2, corrected, "diverging"), Langevin.begin(Float64Array.of(3)), 100)
    const diverging = () => run(false)
    expect(diverging).toThrow(Langevin.StepDiverged)
    expect(diverging).toThrow(/at step \d+ with step size 2: .* lower the step size/)
    // The correction rejects what would diverge.
    expect(run(true).step).toBe(100)
  })
})

describe("a step size", () => {
  it("is constant, falls as a power, or follows half a cosine again and again", () => {
    expect([0, 9].map((t) => StepSize.at({ kind: "constant", size: 0.3 }, t))).toEqual([0.3, 0.3])
    const falling = { kind: "polynomial", size: 2, time: 3, exponent: 0.5 } as const
    expect(StepSize.at(falling, 0)).toBe(2)
    expect(StepSize.at(falling, 9)).toBeCloseTo(1, 14)
    const cyclic = { kind: "cyclic", size: 4, period: 8 } as const
    for (let t = 0; t < 30; t++) {
      expect(StepSize.at(cyclic, t)).toBeCloseTo(2 * (1 + Math.cos((Math.PI * (t % 8)) / 8)), 14)
      expect(StepSize.at(cyclic, t)).toBeGreaterThan(0)
    }
  })

  it("that is not positive and finite is refused", () => {
    expect(StepSize.check({ kind: "constant", size: 0.1 })).toBeUndefined()
    expect(StepSize.check({ kind: "constant", size: 0 })).toContain("above 0")
    expect(StepSize.check({ kind: "polynomial", size: 1, time: 0, exponent: 1 })).toContain("above 0")
    expect(StepSize.check({ kind: "cyclic", size: 1, period: 2.5 })).toContain("whole number")
  })
})
