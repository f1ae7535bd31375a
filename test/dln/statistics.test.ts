import { Matrix as Reference, pseudoInverse } from "ml-matrix"
import { describe, expect, test } from "vitest"
import { dataset, type Options } from "../../src/dln/dataset.ts"
import { statistics } from "../../src/dln/statistics.ts"
import * as Teacher from "../../src/dln/Teacher.ts"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const [inputs, outputs] = [6, 4]
const teacher = Teacher.make({ singularValues: [3, 2, 1], outputs, inputs, stream: Random.stream(2, "teacher") })
const draw = (options: Partial<Options>) => dataset({
  teacher,
  samples: 50,
  noise: 0.5,
  covariance: "rotated",
  condition: 100,
  whiten: "none",
  stream: Random.stream(2, "data"),
  ...options
})
const students = Array.from({ length: 4 }, (_, index) =>
  Matrix.make(outputs, inputs, Random.normals(Random.stream(2, "student", index), 0, outputs * inputs)))

/** ℓ(W) = (1/2n) Σ_k Σ_a (Σ_b W_ab x_kb − y_ka)², sample by sample. */
const loss = (w: Matrix.Matrix, { x, y }: { x: Matrix.Matrix; y: Matrix.Matrix }): number => {
  let sum = 0
  for (let k = 0; k < x.rows; k++) {
    for (let a = 0; a < outputs; a++) {
      let error = -Matrix.at(y, k, a)
      for (let b = 0; b < inputs; b++) error += Matrix.at(w, a, b) * Matrix.at(x, k, b)
      sum += error * error
    }
  }
  return sum / (2 * x.rows)
}
const distance = (a: Matrix.Matrix, b: Matrix.Matrix): number => Matrix.frobenius(Matrix.subtract(a, b))

describe("what training sees", () => {
  test("with exact whitening: ℓ(W) = ½‖W − M̂‖² + ℓ_min for every W", () => {
    const data = draw({ whiten: "exact" })
    const { target, lossMin } = statistics(data)
    for (const w of students) {
      const predicted = 0.5 * distance(w, target) ** 2 + lossMin
      expect(Math.abs(loss(w, data) / predicted - 1)).toBeLessThan(1e-14)
    }
  })

  test("with exact whitening the modes are M̂'s, M̂ = (1/n) Σ y xᵀ = A", () => {
    const { yx, target, modes: { U, s, V } } = statistics(draw({ whiten: "exact" }))
    expect(distance(target, yx)).toBeLessThan(1e-13)
    const rebuilt = Matrix.multiply(Matrix.multiply(U, Matrix.diagonal(s)), Matrix.transpose(V))
    expect(distance(rebuilt, yx)).toBeLessThan(1e-13)
  })

  test("on any inputs: ℓ(W) = ℓ_min + ½ tr((W − A) Σ_xx (W − A)ᵀ), the kernel's excess loss", () => {
    const data = draw({})
    const found = statistics(data)
    for (const w of students) {
      const excess = Kernel.excessLoss([inputs, outputs], w.data, found)
      expect(Math.abs(loss(w, data) / (found.lossMin + excess) - 1)).toBeLessThan(1e-13)
    }
    expect(Math.abs(loss(found.target, data) / found.lossMin - 1)).toBeLessThan(1e-13)
    expect(Math.abs(loss(Matrix.make(outputs, inputs), data) / (0.5 * found.yyTrace) - 1)).toBeLessThan(1e-13)
  })

  test("on any inputs the best student of rank k is ½ Σ_{m>k} s_m² above ℓ_min", () => {
    const data = draw({})
    const { xx, lossMin, modes: { U, s }, target } = statistics(data)
    for (let k = 0; k <= s.length; k++) {
      // Projecting A on the first k left modes is the best student of rank k.
      const kept = Matrix.columns(U, 0, k)
      const best = Matrix.multiply(kept, Matrix.multiply(Matrix.transpose(kept), target))
      const plateau = 0.5 * s.slice(k).reduce((sum, value) => sum + value * value, 0)
      expect(Math.abs(loss(best, data) - lossMin - plateau)).toBeLessThan(1e-12)
    }
    expect(xx.rows).toBe(inputs)
  })

  test("the minimizer is ml-matrix's least squares solution, of least norm where samples are fewer than inputs", () => {
    for (const samples of [50, 12, 3]) {
      const { x, y } = draw({ samples })
      const [X, Y] = [x, y].map((matrix) => Reference.from1DArray(matrix.rows, matrix.columns, Array.from(matrix.data)))
      const expected = pseudoInverse(X!).mmul(Y!).transpose().to1DArray()
      const { target, lossMin } = statistics({ x, y })
      expect(distance(target, Matrix.make(outputs, inputs, Float64Array.from(expected)))).toBeLessThan(1e-9)
      if (samples < inputs) expect(lossMin).toBeLessThan(1e-20)
    }
  })

  test("without noise on white inputs is the teacher itself", () => {
    const { target, lossMin, modes } = statistics(draw({ noise: 0, whiten: "exact" }))
    expect(distance(target, teacher.M)).toBeLessThan(1e-13)
    expect(lossMin).toBeLessThan(1e-26)
    ;[3, 2, 1, 0].forEach((value, k) => expect(modes.s[k]!).toBeCloseTo(value, 12))
  })
})
