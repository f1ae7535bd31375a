import { describe, expect, test } from "vitest"
import { CannotWhiten, covariances, dataset, type Options } from "../../src/dln/dataset.ts"
import * as Teacher from "../../src/dln/Teacher.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const teacher = Teacher.make({ singularValues: [3, 2, 1], outputs: 4, inputs: 5, stream: Random.stream(1, "teacher") })
const options: Options = {
  teacher,
  samples: 400,
  noise: 0,
  covariance: "isotropic",
  condition: 1,
  whiten: "none",
  stream: Random.stream(1, "data")
}
const secondMoment = (x: Matrix.Matrix): Matrix.Matrix =>
  Matrix.scale(Matrix.multiply(Matrix.transpose(x), x), 1 / x.rows)
const distance = (a: Matrix.Matrix, b: Matrix.Matrix): number => Matrix.frobenius(Matrix.subtract(a, b))

describe("exact whitening", () => {
  for (const covariance of covariances) {
    for (const condition of [1, 1e6]) {
      test(`makes Σ_xx = I to round-off: ${covariance} inputs of condition ${condition}`, () => {
        const { x } = dataset({ ...options, covariance, condition, whiten: "exact" })
        expect(distance(secondMoment(x), Matrix.identity(5))).toBeLessThan(2e-14)
      })
    }
  }

  test("is a symmetric root: it changes inputs that are nearly white by little", () => {
    const [raw, white] = (["none", "exact"] as const).map((whiten) =>
      dataset({ ...options, samples: 40_000, whiten }).x)
    // ‖X − XΣ̂^(−1/2)‖ ≈ ½‖Σ̂ − I‖·√n, some 1 % here; any other whitening turns the inputs by an angle of its own.
    expect(distance(raw!, white!)).toBeLessThan(0.05 * Matrix.frobenius(raw!))
  })

  test("needs as many samples as inputs", () => {
    expect(dataset({ ...options, samples: 5, whiten: "exact" }).x.rows).toBe(5)
    const few = () => dataset({ ...options, samples: 4, whiten: "exact" })
    expect(few).toThrow(CannotWhiten)
    expect(few).toThrow("Take n ≥ 5 samples")
    expect(dataset({ ...options, samples: 4 }).x.rows).toBe(4)
  })

  test("of inputs that are singular numerically is refused too", () => {
    const flat = () => dataset({ ...options, covariance: "rotated", condition: 1e30, whiten: "exact" })
    expect(flat).toThrow(CannotWhiten)
    expect(flat).toThrow("Lower the condition number")
  })
})

describe("labels", () => {
  test("without noise are the teacher's, whitened or not", () => {
    for (const whiten of ["none", "exact"] as const) {
      const { x, y } = dataset({ ...options, whiten })
      expect(distance(y, Matrix.multiply(x, Matrix.transpose(teacher.M)))).toBe(0)
    }
  })

  test("get noise that is independent of the inputs and has deviation σ", () => {
    const samples = 20_000
    const { x, y } = dataset({ ...options, samples, noise: 0.3 })
    const noise = Matrix.subtract(y, Matrix.multiply(x, Matrix.transpose(teacher.M)))
    // 16 and 20 entries within five standard errors: for one seed drawn at random all hold but for 3e-5.
    secondMoment(noise).data.forEach((value, at) => {
      const diagonal = at % 5 === 0
      const error = (0.09 * (diagonal ? Math.SQRT2 : 1)) / Math.sqrt(samples)
      expect(Math.abs(value - (diagonal ? 0.09 : 0))).toBeLessThan(5 * error)
    })
    for (const value of Matrix.multiply(Matrix.transpose(noise), x).data) {
      expect(Math.abs(value)).toBeLessThan(5 * 0.3 * Math.sqrt(samples))
    }
  })
})

describe("inputs", () => {
  const samples = 20_000
  const condition = 16
  const draw = (covariance: Options["covariance"]) =>
    secondMoment(dataset({ ...options, samples, covariance, condition }).x)
  // Eigenvalues 1, 1/2, 1/4, 1/8, 1/16, scaled to mean 1.
  const eigenvalues = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16].map((value) => (value * 5) / (31 / 16))

  test("aligned have the teacher's right singular vectors as principal axes, largest variance first", () => {
    const seen = Matrix.multiply(Matrix.multiply(Matrix.transpose(teacher.V), draw("aligned")), teacher.V)
    // Nine entries within five standard errors, √(λ_a λ_b/n), twice the variance on the diagonal.
    seen.data.forEach((value, at) => {
      const [a, b] = [Math.floor(at / 3), at % 3]
      const error = Math.sqrt((eigenvalues[a]! * eigenvalues[b]! * (a === b ? 2 : 1)) / samples)
      expect(Math.abs(value - (a === b ? eigenvalues[a]! : 0))).toBeLessThan(5 * error)
    })
  })

  test("rotated have the same spectrum on axes of their own: Σ_x and MᵀM do not commute", () => {
    const gram = Matrix.multiply(Matrix.transpose(teacher.M), teacher.M)
    const [aligned, rotated] = (["aligned", "rotated"] as const).map((covariance) => {
      const sigma = draw(covariance)
      expect(sigma.data.reduce((sum, value, at) => sum + (at % 6 === 0 ? value : 0), 0)).toBeCloseTo(5, 0)
      return distance(Matrix.multiply(gram, sigma), Matrix.multiply(sigma, gram)) / Matrix.frobenius(gram)
    })
    expect(aligned!).toBeLessThan(0.1)
    expect(rotated!).toBeGreaterThan(0.5)
  })

  test("of a larger data set begin with those of a smaller one, labels too", () => {
    const [small, large] = [100, 300].map((samples) =>
      dataset({ ...options, samples, noise: 1, covariance: "rotated", condition: 4 }))
    expect(Matrix.rows(large!.x, 0, 100)).toEqual(small!.x)
    expect(Matrix.rows(large!.y, 0, 100)).toEqual(small!.y)
  })

  test("share no draw with the axes that they are rotated to", () => {
    const axes = new Set(Random.normals(options.stream, 0, 25))
    expect(dataset(options).x.data.some((value) => axes.has(value))).toBe(false)
  })

  test("need a condition number from 1 on", () => {
    for (const condition of [0.5, NaN, Infinity]) {
      expect(() => dataset({ ...options, covariance: "aligned", condition })).toThrow(`got ${condition}`)
    }
  })
})
