import { describe, expect, it } from "vitest"
import * as Random from "../../src/linalg/Random.ts"
import { type Equation, eulerMaruyama } from "../../src/sde/eulerMaruyama.ts"

const stream = (path: number) => Random.stream(7, "path", path)
const course = { start: 1, step: 0.1, steps: 50, every: 1 }

describe("Euler–Maruyama", () => {
  it("is x + b h + g √h z with the normals of its stream, step by step", () => {
    const equation: Equation = { drift: (x) => x * (2 - x), diffusion: (x) => 0.3 * x }
    const z = Random.normals(stream(1), 0, 50)
    let x = 1
    const expected = [1, ...Array.from(z, (normal) => (x = x + x * (2 - x) * 0.1 + 0.3 * x * Math.sqrt(0.1) * normal))]
    eulerMaruyama(equation, { ...course, stream: stream(1) }).forEach((value, step) =>
      expect(value).toBeCloseTo(expected[step]!, 13)
    )
  })

  it("keeps every so many steps of the same path, over any number of pieces", () => {
    const equation: Equation = { drift: (x) => -x, diffusion: () => 1 }
    const long = { start: 0, step: 0.01, steps: 40_000, stream: stream(2) }
    const all = eulerMaruyama(equation, { ...long, every: 1 })
    const some = eulerMaruyama(equation, { ...long, every: 7000 })
    expect([...some]).toEqual([0, 7000, 14_000, 21_000, 28_000, 35_000].map((step) => all[step]))
    const z = Random.normals(stream(2), 0, 40_000)
    let x = 0
    for (const normal of z) x += -x * 0.01 + 0.1 * normal
    expect(all[40_000]).toBeCloseTo(x, 12)
  })

  it("has the variance (T/k)/(1 − k h/2) on an Ornstein–Uhlenbeck process, not T/k", () => {
    const [k, temperature, step, steps] = [1, 0.5, 0.8, 4]
    const equation: Equation = { drift: (x) => -k * x, diffusion: () => Math.sqrt(2 * temperature) }
    // From its own law at the start: each path gives independent values 4 steps apart, correlated by 0.2^4.
    const values = Array.from({ length: 400 }, (_, path) => [
      ...eulerMaruyama(equation, {
        start: 0,
        step,
        steps: steps * 100,
        every: steps,
        stream: stream(100 + path)
      }).subarray(5)
    ]).flat()
    const found = values.reduce((sum, x) => sum + x * x, 0) / values.length
    const expected = temperature / k / (1 - (k * step) / 2)
    // ± 4 standard errors of the mean of squares.
    expect(Math.abs(found / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length))
    expect(Math.abs(found / (temperature / k) - 1)).toBeGreaterThan(0.3)
  })

  it("has weak order 1: halving the step halves the error of the mean of geometric Brownian motion", () => {
    // E x(1) = e^μ against (1 + μh)^(1/h), exactly, whatever the noise.
    const bias = (step: number) => Math.exp(1) - (1 + step) ** (1 / step)
    expect(bias(0.01) / bias(0.005)).toBeCloseTo(2, 1)
    const mean = (step: number) => {
      const paths = Array.from(
        { length: 4000 },
        (_, path) =>
          eulerMaruyama(
            { drift: (x) => x, diffusion: (x) => 0.2 * x },
            { start: 1, step, steps: Math.round(1 / step), every: Math.round(1 / step), stream: stream(1000 + path) }
          )[1]!
      )
      return paths.reduce((sum, x) => sum + x, 0) / paths.length
    }
    const error = (Math.exp(1) * Math.sqrt(Math.exp(0.04) - 1)) / Math.sqrt(4000)
    expect(Math.abs(mean(0.1) - 1.1 ** 10)).toBeLessThan(4 * error)
    expect(Math.abs(mean(0.1) - Math.exp(1))).toBeGreaterThan(4 * error)
  })

  it("is strong of order ½ with multiplicative noise, on the same Brownian path", () => {
    // x(1) = exp((μ − v²/2) + v B(1)), B from the very normals that the path took.
    const [mu, v] = [0.5, 0.8]
    const error = (steps: number) => {
      const errors = Array.from({ length: 500 }, (_, path) => {
        const z = Random.normals(stream(5000 + path), 0, steps)
        const brownian = z.reduce((sum, normal) => sum + normal, 0) / Math.sqrt(steps)
        const exact = Math.exp(mu - (v * v) / 2 + v * brownian)
        const found = eulerMaruyama(
          { drift: (x) => mu * x, diffusion: (x) => v * x },
          { start: 1, step: 1 / steps, steps, every: steps, stream: stream(5000 + path) }
        )[1]!
        return (found - exact) ** 2
      })
      return Math.sqrt(errors.reduce((sum, one) => sum + one, 0) / errors.length)
    }
    const order = Math.log(error(16) / error(256)) / Math.log(16)
    expect(order).toBeGreaterThan(0.4)
    expect(order).toBeLessThan(0.65)
  })
})
