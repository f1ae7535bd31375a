import { EigenvalueDecomposition, Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import { dataset, type Covariance } from "../../src/dln/dataset.ts"
import * as Network from "../../src/dln/Network.ts"
import * as Protocol from "../../src/dln/protocol.ts"
import { stability, stochasticBound, warnings } from "../../src/dln/stability.ts"
import { gaussian } from "../../src/dln/start.ts"
import { statistics } from "../../src/dln/statistics.ts"
import * as Teacher from "../../src/dln/Teacher.ts"
import { haar } from "../../src/dln/haar.ts"
import { power } from "../../src/linalg/elementary.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import { svd } from "../../src/linalg/svd.ts"

const white = (target: Matrix.Matrix) => ({ xx: Matrix.identity(target.columns), target })

/** Balanced weights whose product is A: Q_l diag(s^(1/L)) Q_{l−1}ᵀ between A's singular vectors. */
const balancedMinimum = (widths: ReadonlyArray<number>, a: Matrix.Matrix): Float64Array => {
  const { U, s, V } = svd(a)
  const depth = Network.depth(widths)
  const root = Matrix.diagonal(s.map((value) => power(Math.max(value, 0), 1 / depth)))
  const frames = widths.map((width, l) =>
    l === 0 ? V : l === depth ? U : haar(width, s.length, Random.stream(9, "frame", l)))
  return Network.flatten(frames.slice(1).map((frame, l) =>
    Matrix.multiply(Matrix.multiply(frame, root), Matrix.transpose(frames[l]!))))
}

/** All eigenvalues of the Hessian by central differences of the kernel's gradient, descending. */
const hessianSpectrum = (widths: ReadonlyArray<number>, weights: Float64Array, seen: ReturnType<typeof white>) => {
  const gradient = (at: Float64Array) => Kernel.gradient({ widths, learningRate: 0, statistics: seen }, at, 0)
  const columns = Array.from(weights, (_, index) => {
    const [up, down] = [1e-4, -1e-4].map((step) =>
      gradient(weights.map((value, i) => (i === index ? value + step : value))))
    return Array.from(up!, (value, i) => (value - down![i]!) / 2e-4)
  })
  const dense = new Reference(columns)
  const symmetric = dense.add(dense.transpose()).mul(0.5)
  const found = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues
  return found.toSorted((a, b) => b - a)
}

const problem = (covariance: Covariance) => statistics(dataset({
  teacher: Teacher.make({ singularValues: [3, 2, 1], outputs: 3, inputs: 4, stream: Random.stream(1, "teacher") }),
  samples: 2000,
  noise: 0,
  covariance,
  condition: 10,
  whiten: covariance === "isotropic" ? "exact" : "none",
  stream: Random.stream(1, "data")
}))

describe("the largest curvatures", () => {
  test("agree at a balanced minimum on white inputs: tangent kernel, Hessian and L s₁^(2−2/L)", () => {
    for (const widths of [[4, 5, 3], [4, 6, 5, 3], [4, 3, 3, 3, 3]]) {
      const seen = problem("isotropic")
      const found = stability(widths, balancedMinimum(widths, seen.target), seen)
      const depth = Network.depth(widths)
      const exact = depth * 3 ** (2 - 2 / depth)
      for (const value of [found.kernelAtStart, found.hessianAtStart, found.balancedMinimum, found.kappa]) {
        expect(value / exact).toBeCloseTo(1, 7)
      }
      expect(found.gradientDescentBound).toBeCloseTo(2 / exact, 7)
    }
  })

  test("on other inputs the balanced minimum is bounded from above, the Hessian's own value being the kernel's", () => {
    const widths = [4, 5, 5, 3]
    for (const covariance of ["aligned", "rotated"] as const) {
      const seen = problem(covariance)
      const found = stability(widths, balancedMinimum(widths, seen.target), seen)
      expect(found.kernelAtStart / found.hessianAtStart).toBeCloseTo(1, 6)
      expect(found.balancedMinimum).toBeGreaterThan(found.kernelAtStart * (1 - 1e-9))
      // Aligned inputs have their largest variance along v_1: the bound is reached but for the sampling of Σ_xx.
      if (covariance === "aligned") expect(found.balancedMinimum / found.kernelAtStart).toBeLessThan(1.01)
    }
  })

  test("are those of the Hessian by finite differences at a random start", () => {
    const widths = [4, 3, 2, 3]
    for (const covariance of ["isotropic", "rotated"] as const) {
      const seen = problem(covariance)
      const start = gaussian({ widths, exponent: 0, stream: Random.stream(2, "start") })
      const largest = hessianSpectrum(widths, start, seen)[0]!
      expect(stability(widths, start, seen).hessianAtStart / largest).toBeCloseTo(1, 5)
    }
  })

  test("of M = diag(3, 1): 3 at the saddle 0 for L = 2, 6 with mode 1 learnt, 0 at 0 for L = 3", () => {
    const seen = white(Matrix.diagonal([3, 1]))
    const half = Math.sqrt(3)
    expect(stability([2, 2, 2], new Float64Array(8), seen).hessianAtStart).toBeCloseTo(3, 9)
    const learnt = Float64Array.of(half, 0, 0, 0, half, 0, 0, 0)
    expect(stability([2, 2, 2], learnt, seen).hessianAtStart).toBeCloseTo(6, 9)
    const origin = stability([2, 2, 2, 2], new Float64Array(12), seen)
    expect([origin.hessianAtStart, origin.kernelAtStart]).toEqual([0, 0])
  })
})

describe("the bound 2/κ", () => {
  test("parts the learning rates that return to a balanced minimum from those that leave it", () => {
    const widths = [4, 5, 3]
    const seen = problem("isotropic")
    const minimum = balancedMinimum(widths, seen.target)
    const { gradientDescentBound } = stability(widths, minimum, seen)
    const nudge = Random.normals(Random.stream(1, "nudge"), 0, minimum.length)
    const growth = (learningRate: number): number => {
      const weights = minimum.map((value, index) => value + 1e-7 * nudge[index]!)
      const { values } = Kernel.train({ widths, learningRate, statistics: seen }, weights, 0, 201, 100)
      return values[2]! / values[1]!
    }
    expect(growth(0.97 * gradientDescentBound)).toBeLessThan(1)
    expect(growth(1.03 * gradientDescentBound)).toBeGreaterThan(1)
  })
})

describe("warnings", () => {
  const found = stability([4, 5, 5, 3], new Float64Array(60), problem("isotropic"))
  const kappa = 3 * 3 ** (4 / 3)

  test("are none while ηκ < 2 and q ≤ 2", () => {
    expect(warnings(found, { learningRate: 0.1 })).toEqual([])
    const bound = stochasticBound(found, 8)
    expect(bound).toBeCloseTo(2 / (kappa * (1 + 5 / 8)), 9)
    expect(warnings(found, { learningRate: 0.999 * bound, batch: 8 })).toEqual([])
  })

  test("are sentences with the learning rate, the bound and where it comes from", () => {
    const [sentence, ...others] = warnings(found, { learningRate: 0.2 })
    expect(others).toEqual([])
    expect(sentence).toContain("Learning rate 0.2 is not below 2/κ = 0.154, the bound at the balanced minimum")
    expect(sentence).toContain("= 13 at depth L = 3")
    const [q] = warnings(found, { learningRate: 0.1, batch: 2 })
    expect(q).toContain("batches of 2 q = ηκ(1 + (d₀ + 1)/B) = 4.54")
    expect(q).toContain("take at most 0.044")
    expect(warnings(found, { learningRate: 1, batch: 2 }).length).toBe(2)
  })

  test("name the start where the tangent kernel is the steeper", () => {
    const wide = gaussian({ widths: [4, 40, 40, 3], exponent: 0.5, stream: Random.stream(1, "start") })
    const steep = stability([4, 40, 40, 3], wide, problem("isotropic"))
    expect(steep.kappa).toBe(steep.kernelAtStart)
    expect(warnings(steep, { learningRate: 10 })[0]).toContain("the bound at the start")
  })

  test("are silent on the quick preset in every regime and for every teacher", () => {
    const { widths, samples, noise, whiten, batch, spectra, schedules } = Protocol.quick
    for (const kind of Teacher.kinds) {
      const stream = Random.stream(1, "teacher", kind)
      const teacher = Teacher.make({ singularValues: spectra[kind], outputs: 10, inputs: 10, stream })
      const seen = statistics(dataset({
        teacher, samples, noise, whiten, covariance: "isotropic", condition: 1, stream: Random.stream(1, "data")
      }))
      for (const { exponent, learningRate } of Object.values(schedules)) {
        const found = stability(widths, gaussian({ widths, exponent, stream: Random.stream(1, "start") }), seen)
        expect(warnings(found, { learningRate, batch })).toEqual([])
      }
    }
  })
})
