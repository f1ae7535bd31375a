import { Matrix as Reference, SVD } from "ml-matrix"
import { describe, expect, test } from "vitest"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { NotFinite } from "../../src/linalg/NotFinite.ts"
import { qr } from "../../src/linalg/qr.ts"
import * as Random from "../../src/linalg/Random.ts"
import { bidiagonalSingularValues } from "../../src/linalg/reference/bidiagonal.ts"
import { svd } from "../../src/linalg/svd.ts"

const gaussian = (rows: number, columns: number, label: string | number = 0): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream("values", rows, columns, label), 0, rows * columns))
const orthogonal = (n: number, name: string): Matrix.Matrix => qr(gaussian(n, n, name)).Q
const hilbert = (n: number): Matrix.Matrix =>
  Matrix.make(n, n, Float64Array.from({ length: n * n }, (_, at) => 1 / (Math.floor(at / n) + (at % n) + 1)))

const byReference = (a: Matrix.Matrix): ReadonlyArray<number> =>
  new SVD(Reference.from1DArray(a.rows, a.columns, Array.from(a.data)), { autoTranspose: true }).diagonal

/** Largest difference in units of the largest value. */
const distance = (found: ArrayLike<number>, known: ArrayLike<number>): number => {
  expect(found.length).toBe(known.length)
  return Math.max(...Array.from(found, (value, k) => Math.abs(value - known[k]!))) / Math.max(known[0]!, 5e-324)
}
const relative = (found: ArrayLike<number>, known: ArrayLike<number>): number =>
  Math.max(...Array.from(found, (value, k) => Math.abs(value / known[k]! - 1)))

describe("singular values", () => {
  test("agree with ml-matrix for random matrices of any shape", () => {
    for (const [m, n] of [[1, 1], [1, 7], [7, 1], [2, 2], [3, 2], [2, 3], [10, 10], [32, 10], [10, 32], [64, 64],
      [99, 100]]) {
      for (let draw = 0; draw < 5; draw++) {
        const a = gaussian(m!, n!, draw)
        expect(distance(Kernel.singularValues(a), byReference(a))).toBeLessThan(2e-14)
      }
    }
  })

  test("agree with ml-matrix where columns or rows grow or shrink by powers of ten, and for Hilbert matrices", () => {
    for (const order of [1, -1]) {
      const scales = Matrix.diagonal(Array.from({ length: 12 }, (_, k) => 10 ** (-order * k)))
      for (const a of [Matrix.multiply(gaussian(12, 12), scales), Matrix.multiply(scales, gaussian(12, 12)),
        Matrix.multiply(Matrix.multiply(scales, gaussian(12, 12)), scales)]) {
        expect(distance(Kernel.singularValues(a), byReference(a))).toBeLessThan(1e-14)
      }
    }
    for (const n of [3, 8, 15]) {
      expect(distance(Kernel.singularValues(hilbert(n)), byReference(hilbert(n)))).toBeLessThan(1e-14)
    }
  })

  test("are those that a matrix was made from: distinct, repeated, zero, or of low rank", () => {
    for (const s of [[6, 4, 2.5, 1.5, 0, 0, 0, 0], [5, 5, 5, 2.5, 2.5, 2.5, 1.2, 1.2], [1, 1, 1, 1, 1, 1, 1, 1],
      [3, 0, 0, 0, 0, 0, 0, 0], [1, 1e-3, 1e-6, 1e-9, 1e-12, 0, 0, 0]]) {
      const a = Matrix.multiply(Matrix.multiply(orthogonal(8, "U"), Matrix.diagonal(s)), orthogonal(8, "V"))
      expect(distance(Kernel.singularValues(a), s)).toBeLessThan(2e-15)
    }
    expect(Kernel.singularValues(Matrix.make(4, 3))).toEqual(new Float64Array(3))
    expect(Kernel.singularValues(Matrix.make(0, 3))).toEqual(new Float64Array(0))
    expect(relative(Kernel.singularValues(Matrix.fromRows([[3, 4]])), [5])).toBeLessThan(1e-15)
    const ones = Kernel.singularValues(Matrix.make(3, 12, new Float64Array(36).fill(1)))
    expect(distance(ones, [6, 0, 0])).toBeLessThan(1e-15)
  })

  test("scale with the matrix over the whole range of doubles", () => {
    const a = gaussian(9, 6)
    const values = Kernel.singularValues(a)
    for (const power of [-300, -100, -80, 80, 100, 300, 900]) {
      expect(Kernel.singularValues(Matrix.scale(a, 2 ** power))).toEqual(values.map((value) => value * 2 ** power))
    }
    const digits = Matrix.make(9, 6, a.data.map((x) => Math.round(1000 * x)))
    for (const size of [1e-310, 1e300]) {
      const known = byReference(digits).map((value) => value * size)
      expect(distance(Kernel.singularValues(Matrix.scale(digits, size)), known)).toBeLessThan(size < 1 ? 1e-10 : 1e-14)
    }
    expect(distance(Kernel.singularValues(Matrix.diagonal([5e-324, 1e300])), [1e300, 5e-324])).toBe(0)
  })

  test("of what is not finite are refused, with the place of the entry", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const refusal = new NotFinite(1, 1, 2, bad)
      expect(() => Kernel.singularValues(Matrix.fromRows([[1, 2, 3], [4, 5, bad]]))).toThrow(refusal)
    }
  })

  test("leave their argument alone", () => {
    const a = gaussian(5, 7)
    const before = a.data.slice()
    Kernel.singularValues(a)
    expect(a.data).toEqual(before)
  })
})

describe("singular values of a bidiagonal matrix", () => {
  const found = (diagonal: ReadonlyArray<number>, superdiagonal: ReadonlyArray<number>): Float64Array => {
    const values = Float64Array.from(diagonal)
    bidiagonalSingularValues(values, Float64Array.from([...superdiagonal, 0]), values.length)
    return values
  }

  test("of ones are 2 cos(kπ/(2n + 1)), each to a few units of its last place", () => {
    for (const n of [1, 2, 3, 10, 57, 200]) {
      const ones = new Array<number>(n).fill(1)
      const known = ones.map((_, k) => 2 * Math.cos(((k + 1) * Math.PI) / (2 * n + 1)))
      // The cosine itself is only right to 1e-16 in its argument near π/2.
      expect(relative(found(ones, ones.slice(1)), known)).toBeLessThan(1e-15 + (2e-16 * n))
    }
  })

  test("multiply to the product of the diagonal, also when the matrix is graded, either way", () => {
    for (const order of [1, -1]) {
      const graded = Array.from({ length: 30 }, (_, k) => 10 ** (0.1 * (order > 0 ? k : 29 - k)))
      const values = found(graded, graded.slice(1))
      expect(Math.abs(values.reduce((p, s) => p * s, 1) / graded.reduce((p, d) => p * d, 1) - 1)).toBeLessThan(1e-13)
      expect(values.every((value, k) => k === 0 || value <= values[k - 1]!)).toBe(true)
    }
  })

  test("agree with Jacobi's for thousands of matrices with zeros, clusters, integers and gradings", () => {
    const draws = Random.uniforms(Random.stream("bidiagonal"), 0, 400_000)
    let next = 0
    const draw = () => draws[next++]!
    const kinds = [draw, () => 10 ** (-20 * draw()), () => (draw() < 0.3 ? 0 : draw()), () => 10 ** (-200 * draw()),
      () => 1 + (draw() < 0.5 ? 0 : 1e-9 * draw()), () => Math.floor(3 * draw()), () => 2 ** Math.floor(-60 * draw())]
    for (let round = 0; round < 3000; round++) {
      const n = 1 + Math.floor(20 * draw())
      const kind = kinds[round % kinds.length]!
      const diagonal = Array.from({ length: n }, kind)
      const superdiagonal = Array.from({ length: n - 1 }, kind)
      if (round % 5 === 0) diagonal.sort((a, b) => a - b)
      const largest = Math.max(...diagonal, ...superdiagonal)
      if (largest < 1e-20) continue
      const a = Matrix.diagonal(diagonal)
      superdiagonal.forEach((value, k) => { a.data[k * n + k + 1] = value })
      const known = svd(a).s
      expect(distance(found(diagonal, superdiagonal), known)).toBeLessThan(5e-15)
      expect(distance(Kernel.singularValues(a), known)).toBeLessThan(5e-15)
    }
  })
})
