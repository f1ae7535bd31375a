import { describe, expect, it } from "vitest"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import * as GradientNoise from "../../src/sde/GradientNoise.ts"
import * as ModeSde from "../../src/sde/ModeSde.ts"
import * as StationaryLaw from "../../src/sde/StationaryLaw.ts"

/** C = 2(s − w)² + σ², of inputs x ~ N(0, 1) and label noise σ. */
const ofNormalInputs = (s: number, sigma: number): GradientNoise.GradientNoise => ({ square: 2, cross: 2 * s, floor: 2 * s * s + sigma * sigma })

const mode = (depth: number, sigma: number, temperature = 0.01): ModeSde.Mode => ({
  depth,
  teacher: 2,
  temperature,
  noise: ofNormalInputs(2, sigma)
})

describe("the gradient noise of a mode", () => {
  it("is 2(s − w)² + σ² for normal inputs", () => {
    const noise = ofNormalInputs(2, 0.3)
    for (const w of [-1, 0, 0.7, 2, 5])
      expect(GradientNoise.variance(noise, w)).toBeCloseTo(2 * (2 - w) ** 2 + 0.09, 12)
  })

  it("of data is the variance of the gradients that the kernel takes, one example at a time", () => {
    const [n, s] = [40, 1.5]
    const x = Matrix.make(n, 1, Random.normals(Random.stream(1, "x"), 0, n))
    const y = Matrix.add(Matrix.scale(x, s), Matrix.make(n, 1, Random.normals(Random.stream(1, "y"), 0, n)))
    const noise = GradientNoise.ofData(x, y, Float64Array.of(1), Float64Array.of(1))
    const statistics = { xx: Matrix.identity(1), target: Matrix.make(1, 1, Float64Array.of(s)) }
    for (const w of [0, 0.4, 1.5, 3]) {
      // Of a network w·1 the second layer's gradient is w times, and the first layer's is, that of w.
      const gradients = Array.from({ length: n }, (_, k) => {
        const batches = {
          x: Matrix.rows(x, k, k + 1),
          y: Matrix.rows(y, k, k + 1),
          size: 1,
          sampler: "replacement" as const,
          stream: Random.stream(1, "one"),
          labelNoise: 0
        }
        return Kernel.gradient(
          { widths: [1, 1, 1], learningRate: 0.1, statistics, batches },
          Float64Array.of(w, 1),
          0
        )[0]!
      })
      const centre = gradients.reduce((sum, g) => sum + g, 0) / n
      const expected = gradients.reduce((sum, g) => sum + (g - centre) ** 2, 0) / n
      expect(GradientNoise.variance(noise, w)).toBeCloseTo(expected, 10)
    }
  })

  it("of much data in many dimensions tends to that of normal inputs, in any basis", () => {
    const n = 200_000
    const x = Matrix.make(n, 2, Random.normals(Random.stream(2, "x"), 0, 2 * n))
    const v = Float64Array.of(0.6, 0.8)
    const signal = Matrix.multiply(x, Matrix.make(2, 1, v))
    const y = Matrix.add(
      Matrix.scale(signal, 2),
      Matrix.scale(Matrix.make(n, 1, Random.normals(Random.stream(2, "y"), 0, n)), 0.5)
    )
    const { square, cross, floor } = GradientNoise.ofData(x, y, Float64Array.of(1), v)
    expect(square).toBeCloseTo(2, 1)
    expect(cross / 4).toBeCloseTo(1, 1)
    expect(floor / 8.25).toBeCloseTo(1, 1)
  })
})

describe("the equation of a mode", () => {
  it("of a layer's weight is that of the strength, by Itô's rule", () => {
    for (const depth of [2, 3, 4, 6]) {
      const one = mode(depth, 0.3, 0.2)
      const [strength, layer] = [ModeSde.ofStrength(one), ModeSde.ofLayer(one)]
      for (const a of [0.1, 0.6, 1, 1.4]) {
        const w = ModeSde.strengthOf(depth, a)
        const slope = depth * a ** (depth - 1)
        const bend = depth * (depth - 1) * a ** (depth - 2)
        expect(strength.drift(w)).toBeCloseTo(slope * layer.drift(a) + 0.5 * bend * layer.diffusion(a) ** 2, 10)
        expect(strength.diffusion(w)).toBeCloseTo(slope * layer.diffusion(a), 10)
      }
    }
  })

  it("has the drift and the noise of SGD's steps on a scalar network", () => {
    const [a, eta, batch, n, steps] = [0.8, 0.01, 5, 500, 20_000]
    const x = Matrix.make(n, 1, Random.normals(Random.stream(3, "x"), 0, n))
    const y = Matrix.add(
      Matrix.scale(x, 2),
      Matrix.make(
        n,
        1,
        Random.normals(Random.stream(3, "y"), 0, n).map((z) => 0.3 * z)
      )
    )
    const second = Matrix.dot(x, x) / n
    const statistics = {
      xx: Matrix.make(1, 1, Float64Array.of(second)),
      target: Matrix.make(1, 1, Float64Array.of(Matrix.dot(x, y) / n / second))
    }
    const stream = Random.stream(3, "batches")
    const training = {
      widths: [1, 1, 1, 1],
      learningRate: eta,
      statistics,
      batches: { x, y, size: batch, sampler: "replacement" as const, stream, labelNoise: 0 }
    }
    const moves = Array.from(
      { length: steps },
      (_, step) => -eta * Kernel.gradient(training, Float64Array.of(a, a, a), step)[0]!
    )
    const mean = moves.reduce((sum, move) => sum + move, 0) / steps
    const variance = moves.reduce((sum, move) => sum + (move - mean) ** 2, 0) / steps
    const noise = GradientNoise.ofData(x, y, Float64Array.of(1), Float64Array.of(1))
    const { drift, diffusion } = ModeSde.ofLayer({
      depth: 3,
      teacher: statistics.target.data[0]!,
      temperature: eta / batch,
      noise
    })
    // Unwhitened, the flow of w has the rate Σ_xx.
    expect(Math.abs(mean - eta * second * drift(a))).toBeLessThan(4 * Math.sqrt(variance / steps))
    expect(Math.abs(variance / (eta * diffusion(a) ** 2) - 1)).toBeLessThan(0.06)
  })

  it("diffuses most at s (2L − 2)/(3L − 2) where labels have no noise", () => {
    for (const depth of [2, 3, 4, 7]) {
      const { diffusion } = ModeSde.ofStrength(mode(depth, 0))
      const grid = Array.from({ length: 20_001 }, (_, k) => k / 10_000)
      const best = grid.reduce((most, w) => (diffusion(w) > diffusion(most) ? w : most), 0)
      expect(ModeSde.diffusionPeak(depth, 2)).toBeCloseTo(best, 3)
    }
  })
})

describe("a stationary law", () => {
  it("of an Ornstein–Uhlenbeck process is normal with variance T/k", () => {
    const law = StationaryLaw.make({ drift: (x) => -3 * (x - 1), diffusion: () => Math.sqrt(0.2) }, -2, 4)
    const sd = Math.sqrt(0.1 / 3)
    expect(law.mean).toBeCloseTo(1, 10)
    expect(law.variance).toBeCloseTo(sd * sd, 10)
    law.points.forEach((x, k) =>
      expect(law.density[k]).toBeCloseTo(Math.exp(-0.5 * ((x - 1) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI)), 7)
    )
    expect(StationaryLaw.probabilityBelow(law, 1)).toBeCloseTo(0.5, 6)
    expect(StationaryLaw.probabilityBelow(law, 1 + 1.959963985 * sd)).toBeCloseTo(0.975, 5)
    expect([-3, 5].map((x) => StationaryLaw.probabilityBelow(law, x))).toEqual([0, 1])
  })

  it("of dx = −x dt + √(2(1 + x²)/ν) dB is Student's t of ν + 1 degrees", () => {
    // p ∝ (1 + x²)^(−1 − ν/2), so ν + 1 degrees after x → x/√(ν + 1).
    const nu = 9
    const law = StationaryLaw.make(
      { drift: (x) => -x, diffusion: (x) => Math.sqrt((2 * (1 + x * x)) / nu) },
      -60,
      60,
      40_000
    )
    const ratio = (x: number) => law.density[Math.round(((x + 60) / 120) * 40_000)]! / law.density[20_000]!
    for (const x of [0.3, 1.2, 2.4]) expect(ratio(x)).toBeCloseTo((1 + x * x) ** (-1 - nu / 2), 8)
  })

  it("of a mode is w^(−3(1−1/L)) C^(−1) exp(−(2/TL) ∫ (w − s)/(w^(2−2/L) C) dw)", () => {
    for (const depth of [2, 3, 4]) {
      const one = mode(depth, 0.5, 0.05)
      const law = StationaryLaw.make(ModeSde.ofStrength(one), 0.8, 3.2, 4000)
      const c = (w: number) => 2 * (2 - w) ** 2 + 0.25
      const inner = (w: number) => (w - 2) / (w ** (2 - 2 / depth) * c(w))
      const exponent = (to: number) => {
        const n = 4000
        const h = (to - 2) / n
        let sum = inner(2) + inner(to)
        for (let k = 1; k < n; k++) sum += (k % 2 === 0 ? 2 : 4) * inner(2 + k * h)
        return (-2 / (one.temperature * depth)) * sum * (h / 3)
      }
      const density = (w: number) => (w ** (-3 * (1 - 1 / depth)) / c(w)) * Math.exp(exponent(w))
      const found = (w: number) => law.density[Math.round(((w - 0.8) / 2.4) * 4000)]!
      for (const w of [1.4, 1.7, 2.3, 2.6]) expect(found(w) / found(2) / (density(w) / density(2))).toBeCloseTo(1, 6)
    }
  })

  it("needs noise everywhere, and an interval", () => {
    expect(() => StationaryLaw.make(ModeSde.ofStrength(mode(2, 0)), 1, 3)).toThrow("needs noise")
    expect(() => StationaryLaw.make(ModeSde.ofStrength(mode(2, 1)), 3, 1)).toThrow("interval")
  })
})
