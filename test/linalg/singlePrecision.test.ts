import { Matrix as Theirs, SingularValueDecomposition } from "ml-matrix"
import { describe, expect, it } from "vitest"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import * as SinglePrecision from "../../src/linalg/SinglePrecision.ts"

const gaussian = (rows: number, columns: number, label: string) =>
  Matrix.make(rows, columns, Random.normals(Random.stream(1, "single", label), 0, rows * columns))

const theirs = (a: Matrix.Matrix) =>
  new SingularValueDecomposition(new Theirs(Array.from({ length: a.rows }, (_, r) => [...Matrix.row(a, r)]))).diagonal

describe("single precision", () => {
  it("multiplies as arrays of float32 do", () => {
    const [a, b] = [gaussian(4, 7, "a"), gaussian(7, 3, "b")].map(SinglePrecision.round) as [
      Matrix.Matrix,
      Matrix.Matrix
    ]
    const found = SinglePrecision.multiply(a, b)
    for (let r = 0; r < 4; r++) {
      for (let c = 0; c < 3; c++) {
        const cell = new Float32Array(2)
        for (let k = 0; k < 7; k++) {
          cell[1] = Matrix.at(a, r, k) * Matrix.at(b, k, c)
          cell[0]! += cell[1]!
        }
        expect(Matrix.at(found, r, c)).toBe(cell[0])
      }
    }
    expect(() => SinglePrecision.multiply(b, b)).toThrow("7 × 3")
  })

  it("finds singular values to some tens of units of 2⁻²⁴ of the largest, of any shape and size", () => {
    for (const [rows, columns] of [
      [1, 1],
      [5, 5],
      [3, 9],
      [9, 3],
      [20, 20]
    ] as const) {
      for (const scale of [1, 1e-30, 1e30]) {
        const a = SinglePrecision.round(Matrix.scale(gaussian(rows, columns, `${rows} ${columns}`), scale))
        const expected = theirs(a)
        const found = SinglePrecision.singularValues(a)
        expect(found.length).toBe(Math.min(rows, columns))
        found.forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThan(40 * 2 ** -24 * expected[0]!))
      }
    }
  })

  it("sees round-off of its own size where a matrix is deficient, and zeros of a zero matrix", () => {
    const a = SinglePrecision.multiply(
      SinglePrecision.round(gaussian(10, 3, "u")),
      SinglePrecision.round(gaussian(3, 10, "v"))
    )
    const [first, , third, fourth] = SinglePrecision.singularValues(a)
    expect(third! / first!).toBeGreaterThan(0.01)
    expect(fourth! / first!).toBeGreaterThan(1e-10)
    expect(fourth! / first!).toBeLessThan(1e-6)
    expect([...SinglePrecision.singularValues(Matrix.make(3, 2))]).toEqual([0, 0])
  })
})
