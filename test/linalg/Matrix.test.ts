import { Matrix as Reference } from "ml-matrix"
import { describe, expect, test } from "vitest"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const gaussian = (rows: number, columns: number, name = "matrix"): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream(name, rows, columns), 0, rows * columns))
const reference = (a: Matrix.Matrix) => Reference.from1DArray(a.rows, a.columns, Array.from(a.data))
const shapes = [[1, 1, 1], [2, 3, 4], [5, 1, 5], [1, 6, 1], [7, 7, 7], [3, 9, 2], [0, 3, 2], [2, 0, 3]] as const

describe("a matrix", () => {
  test("is read row after row", () => {
    const a = Matrix.fromRows([[1, 2, 3], [4, 5, 6]])
    expect([Matrix.at(a, 0, 2), Matrix.at(a, 1, 0)]).toEqual([3, 4])
    expect(Array.from(Matrix.row(a, 1))).toEqual([4, 5, 6])
    expect(Array.from(Matrix.column(a, 1))).toEqual([2, 5])
    expect(Matrix.columns(a, 1, 3)).toEqual(Matrix.fromRows([[2, 3], [5, 6]]))
    expect(Matrix.rows(a, 1, 2)).toEqual(Matrix.fromRows([[4, 5, 6]]))
    expect(Matrix.transpose(a)).toEqual(Matrix.fromRows([[1, 4], [2, 5], [3, 6]]))
    expect(Matrix.diagonal([1, 2], 2, 3)).toEqual(Matrix.fromRows([[1, 0, 0], [0, 2, 0]]))
    expect(Matrix.identity(2)).toEqual(Matrix.fromRows([[1, 0], [0, 1]]))
  })

  test("refuses data or partners of another shape, naming both", () => {
    const [a, b] = [Matrix.make(2, 3), Matrix.make(2, 2)]
    expect(() => Matrix.make(2, 2, new Float64Array(3))).toThrow("2 × 2 matrix needs 4 entries, not 3")
    expect(() => Matrix.fromRows([[1], [1, 2]])).toThrow("same length")
    for (const operate of [Matrix.multiply, Matrix.add, Matrix.subtract, Matrix.dot]) {
      expect(() => operate(a, b)).toThrow("2 × 3 and a 2 × 2")
    }
  })

  test("is never written to by an operation", () => {
    const [a, b] = [gaussian(3, 3), gaussian(3, 3, "other")]
    const before = [a.data.slice(), b.data.slice()]
    const results = [Matrix.multiply(a, b), Matrix.add(a, b), Matrix.subtract(a, b), Matrix.scale(a, 2),
      Matrix.transpose(a), Matrix.columns(a, 0, 3), Matrix.rows(a, 0, 3)]
    for (const data of [...results.map((result) => result.data), Matrix.row(a, 0), Matrix.column(a, 0)]) data.fill(7)
    expect([a.data, b.data]).toEqual(before)
  })
})

describe("a product", () => {
  test("sums every entry from +0 over the inner index in order, to the last bit", () => {
    for (const [m, k, n] of shapes) {
      const [a, b] = [gaussian(m, k), gaussian(k, n)]
      const expected = Matrix.make(m, n)
      for (let r = 0; r < m; r++) {
        for (let c = 0; c < n; c++) {
          let sum = 0
          for (let inner = 0; inner < k; inner++) sum += Matrix.at(a, r, inner) * Matrix.at(b, inner, c)
          expected.data[r * n + c] = sum
        }
      }
      expect(Matrix.multiply(a, b)).toEqual(expected)
    }
    expect(Object.is(Matrix.multiply(Matrix.fromRows([[-0]]), Matrix.fromRows([[1]])).data[0], 0)).toBe(true)
  })

  test("sum and difference agree with ml-matrix", () => {
    for (const [m, k, n] of shapes.slice(0, 6)) {
      const [a, b, c] = [gaussian(m, k), gaussian(k, n), gaussian(m, k, "other")]
      const close = (found: Matrix.Matrix, known: Reference) =>
        Array.from(found.data).forEach((x, i) => expect(x).toBeCloseTo(known.to1DArray()[i]!, 12))
      close(Matrix.multiply(a, b), reference(a).mmul(reference(b)))
      close(Matrix.add(a, c), Reference.add(reference(a), reference(c)))
      close(Matrix.subtract(a, c), Reference.sub(reference(a), reference(c)))
      close(Matrix.scale(a, -3), Reference.mul(reference(a), -3))
    }
  })
})

describe("reductions", () => {
  test("take four interleaved partial sums", () => {
    const [a, b] = [gaussian(1, 11), gaussian(1, 11, "other")]
    const sums = [0, 0, 0, 0]
    a.data.forEach((x, i) => { sums[i % 4]! += x * b.data[i]! })
    expect(Matrix.dot(a, b)).toBe((sums[0]! + sums[1]!) + (sums[2]! + sums[3]!))
    for (let n = 0; n < 9; n++) {
      const ones = Matrix.make(1, n, new Float64Array(n).fill(1))
      expect(Matrix.dot(ones, ones)).toBe(n)
    }
  })

  test("give Frobenius norms of any size", () => {
    expect(Matrix.frobenius(Matrix.fromRows([[3, 4]]))).toBe(5)
    for (const size of [1e-310, 1e-200, 1, 1e200, 1e307]) {
      expect(Math.abs(Matrix.frobenius(Matrix.fromRows([[3 * size], [4 * size]])) / (5 * size) - 1)).toBeLessThan(1e-13)
    }
    expect(Matrix.frobenius(Matrix.make(2, 2))).toBe(0)
    expect(Matrix.frobenius(Matrix.fromRows([[NaN, 1]]))).toBe(NaN)
    expect(Matrix.frobenius(Matrix.fromRows([[-Infinity, 1]]))).toBe(Infinity)
  })
})
