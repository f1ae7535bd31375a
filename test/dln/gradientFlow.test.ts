import { Matrix as External, QrDecomposition, SingularValueDecomposition } from "ml-matrix"
import { describe, expect, it } from "vitest"
import { gradientFlow } from "../../src/dln/gradientFlow.ts"
import { modeStrengths } from "../../src/dln/modeFlow.ts"
import { regularisedRange } from "../../src/dln/regularisedRange.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import { svd } from "../../src/linalg/svd.ts"
import { rungeKutta } from "./rungeKutta.ts"

const ours = (matrix: External): Matrix.Matrix => Matrix.fromRows(matrix.to2DArray())
const external = ({ rows, columns, data }: Matrix.Matrix): External =>
  External.from1DArray(rows, columns, Array.from(data))
const gaussian = (rows: number, columns: number, ...labels: ReadonlyArray<string>): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream(4, ...labels), 0, rows * columns))
/** Orthonormal columns. */
const frame = (rows: number, columns: number, label: string): Matrix.Matrix =>
  ours(new QrDecomposition(external(gaussian(rows, columns, "frame", label))).orthogonalMatrix)

/** W(t) by integrating both weight matrices. */
const integrated = (m: Matrix.Matrix, w1: Matrix.Matrix, w2: Matrix.Matrix, time: number): Matrix.Matrix => {
  const split = (flat: ReadonlyArray<number>) => [
    Matrix.make(w1.rows, w1.columns, Float64Array.from(flat.slice(0, w1.data.length))),
    Matrix.make(w2.rows, w2.columns, Float64Array.from(flat.slice(w1.data.length)))
  ] as const
  const [first, second] = split(rungeKutta((flat) => {
    const [a, b] = split(flat)
    const missing = Matrix.subtract(m, Matrix.multiply(b, a))
    return [
      ...Matrix.multiply(Matrix.transpose(b), missing).data,
      ...Matrix.multiply(missing, Matrix.transpose(a)).data
    ]
  }, [...w1.data, ...w2.data], time, 4000))
  return Matrix.multiply(second, first)
}

const distance = (a: Matrix.Matrix, b: Matrix.Matrix): number => Matrix.frobenius(Matrix.subtract(a, b))

describe("gradient flow of two layers in closed form", () => {
  const m = Matrix.fromRows([[2, 1], [0, 1]])
  const start = Matrix.diagonal([0.2, 0.1])

  it("W(1)_11 = 1.2046519922 for M = [[2, 1], [0, 1]] from diag(0.2, 0.1) twice", () => {
    expect(gradientFlow(svd(m), start, start, 1).data[0]).toBeCloseTo(1.2046519922, 10)
    expect(distance(gradientFlow(svd(m), start, start, 1), integrated(m, start, start, 1))).toBeLessThan(1e-12)
  })

  it("starts at W_2 W_1 and ends at M, however long the time", () => {
    expect(gradientFlow(svd(m), start, start, 0)).toEqual(Matrix.multiply(start, start))
    for (const time of [40, 300, 1e4]) expect(distance(gradientFlow(svd(m), start, start, time), m)).toBeLessThan(1e-13)
  })

  it("holds for rectangular and rank-deficient teachers and hidden layers narrow or wide", () => {
    const shapes = [[3, 4, 5, 3], [5, 2, 3, 3], [4, 6, 4, 2], [3, 3, 3, 1], [2, 1, 4, 2]] as const
    for (const [out, hidden, into, rank] of shapes) {
      const label = `${out}-${hidden}-${into}-${rank}`
      const target = Matrix.multiply(gaussian(out, rank, label, "left"), gaussian(rank, into, label, "right"))
      // W_1 = R D Vᵀ and W_2 = U D Rᵀ are balanced, and not aligned with the teacher.
      const k = Math.min(out, hidden, into)
      const strengths = Matrix.diagonal(Array.from({ length: k }, (_, a) => 0.5 / (a + 1)))
      const rotation = frame(hidden, k, `${label} hidden`)
      const w1 = Matrix.multiply(Matrix.multiply(rotation, strengths), Matrix.transpose(frame(into, k, `${label} in`)))
      const w2 = Matrix.multiply(Matrix.multiply(frame(out, k, `${label} out`), strengths), Matrix.transpose(rotation))
      for (const time of [0.3, 1.5]) {
        const found = gradientFlow(svd(target), w1, w2, time)
        expect(distance(found, integrated(target, w1, w2, time)), `${label} at ${time}`).toBeLessThan(1e-11)
      }
    }
  })

  it("keeps the digits of late modes when early ones have grown by e^{240}", () => {
    const s = [6, 2, 0.5]
    const [u, v, rotation] = [frame(3, 3, "u"), frame(3, 3, "v"), frame(3, 3, "rotation")]
    const target = Matrix.multiply(Matrix.multiply(u, Matrix.diagonal(s)), Matrix.transpose(v))
    const [w1, w2] = [
      Matrix.scale(Matrix.multiply(rotation, Matrix.transpose(v)), 1e-4),
      Matrix.scale(Matrix.multiply(u, Matrix.transpose(rotation)), 1e-4)
    ]
    for (const time of [1, 3, 10, 18, 20, 60]) {
      const strengths = s.map((teacher) => modeStrengths({ depth: 2, teacher, start: 1e-8 }, [time])[0]!)
      const expected = Matrix.multiply(Matrix.multiply(u, Matrix.diagonal(strengths)), Matrix.transpose(v))
      expect(distance(gradientFlow(svd(target), w1, w2, time), expected)).toBeLessThan(1e-12)
    }
  })

  it("refuses a start that is not balanced", () => {
    expect(() => gradientFlow(svd(m), start, Matrix.scale(start, 2), 1)).toThrow("balanced")
  })
})

describe("the regularised range", () => {
  it("C Cᵀ = B (I + BᵀB)^{-1} Bᵀ where that can be formed", () => {
    const b = gaussian(5, 3, "b")
    const c = external(regularisedRange(b))
    const gram = External.eye(3).add(external(b).transpose().mmul(external(b)))
    const expected = external(b).mmul(new SingularValueDecomposition(gram).inverse()).mmul(external(b).transpose())
    expect(External.sub(c.mmul(c.transpose()), expected).norm()).toBeLessThan(1e-14)
  })

  it("tells rows apart that differ by 100 digits: the large fill the space, the small keep their shares", () => {
    // With (1, 1)·1e100 and (1, −1)·h: C Cᵀ = diag(1, 2h²/(1 + 2h²)) up to the smallest of roundings.
    for (const h of [1e-3, 1, 1e3]) {
      const c = regularisedRange(Matrix.fromRows([[h, -h], [1e100, 1e100]]))
      const product = Matrix.multiply(c, Matrix.transpose(c))
      expect(product.data[3]).toBeCloseTo(1, 13)
      expect(Math.abs(product.data[0]! / ((2 * h * h) / (1 + 2 * h * h)) - 1)).toBeLessThan(1e-9)
      expect(Math.abs(product.data[1]!)).toBeLessThan(1e-13)
    }
    // Without pivoting the first column spreads the second and third over all rows, and the 0.6 becomes 0.5.
    const c = regularisedRange(Matrix.fromRows([[0, 1e100, 1e100], [1, 1, 0]]))
    expect(Matrix.multiply(c, Matrix.transpose(c)).data[3]).toBeCloseTo(0.6, 13)
  })
})
