import { describe, expect, test } from "vitest"
import * as Kernel from "../../src/linalg/Kernel.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { NotFinite } from "../../src/linalg/NotFinite.ts"
import { pivotedR } from "../../src/linalg/pivotedQr.ts"
import { qr } from "../../src/linalg/qr.ts"
import * as Random from "../../src/linalg/Random.ts"
import { singularValuesOf } from "./exactSingularValues.ts"

const gaussian = (rows: number, columns: number, ...labels: ReadonlyArray<string | number>): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream("products", rows, columns, ...labels), 0, rows * columns))
const orthogonal = (n: number, ...labels: ReadonlyArray<string | number>): Matrix.Matrix =>
  qr(gaussian(n, n, ...labels)).Q
const formed = (factors: ReadonlyArray<Matrix.Matrix>): Matrix.Matrix =>
  factors.slice(1).reduce((product, factor) => Matrix.multiply(factor, product), factors[0]!)
const layers = (widths: ReadonlyArray<number>, name: string): ReadonlyArray<Matrix.Matrix> =>
  widths.slice(1).map((width, l) => gaussian(width, widths[l]!, name, l))
const relative = (found: ArrayLike<number>, known: ReadonlyArray<number>): number => {
  expect(found.length).toBe(known.length)
  return Math.max(...known.map((value, k) => (value === 0 ? found[k]! : Math.abs(found[k]! / value - 1))))
}

/** ±½ everywhere: an orthogonal matrix whose products with powers of two are exact. */
const signs = Matrix.fromRows([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])
const hadamard = Matrix.scale(signs, 0.5)
const powersOfTwo = Matrix.diagonal([1, 2 ** -9, 2 ** -18, 2 ** -27])
const aligned = Matrix.multiply(Matrix.multiply(hadamard, powersOfTwo), hadamard) // exact

describe("the spectrum of a product is right where forming the product loses it:", () => {
  test("three aligned layers of condition 1e8, product 1, 1e-8, 1e-16, 1e-24", () => {
    const s = Matrix.diagonal([1, 10 ** (-8 / 3), 10 ** (-16 / 3), 1e-8])
    for (let draw = 0; draw < 20; draw++) {
      const bases = [0, 1, 2, 3].map((l) => orthogonal(4, draw, l))
      const factors = [0, 1, 2].map((l) =>
        Matrix.multiply(Matrix.multiply(bases[l + 1]!, s), Matrix.transpose(bases[l]!)))
      // Rounding the factors alone changes the last value by 2e-9 in the median of the draws, 1.3e-8 at most.
      expect(relative(Kernel.productSpectra(factors), [1, 1e-8, 1e-16, 1e-24])).toBeLessThan(3e-8)
      expect(Kernel.singularValues(formed(factors))[3]).toBeGreaterThan(1e-20)
    }
  })

  test("factors that doubles hold exactly, of singular values 1, 2^-9, 2^-18, 2^-27, to 2^-53 over these", () => {
    for (const count of [1, 2, 3, 10]) {
      const known = [0, 9, 18, 27].map((power) => 2 ** (-power * count))
      const found = Kernel.productSpectra(new Array<Matrix.Matrix>(count).fill(aligned))
      known.forEach((value, k) =>
        expect(Math.abs(found[k]! / value - 1)).toBeLessThan(1e-15 + count * 2 ** (9 * k - 53)))
    }
  })

  test("graded by exact powers of two in any order, on either side of any factor, to 1e-12", () => {
    // Row and column scalings are exact, so that only the kernel rounds; the reference computes in 1400 bits.
    const grading = (power: number) => Matrix.diagonal(Array.from({ length: 5 }, (_, k) => 2 ** (power * k)))
    const upsets = [-30, -7, 7, 30]
    for (const a of upsets) {
      for (const b of upsets) {
        for (const where of [0, 1, 2]) {
          const factors = [0, 1, 2].map((l) => gaussian(5, 5, "graded", l))
          factors[where] = Matrix.multiply(Matrix.multiply(grading(a), factors[where]!), grading(where === 1 ? 0 : b))
          expect(relative(Kernel.productSpectra(factors), singularValuesOf(factors))).toBeLessThan(1e-12)
        }
      }
    }
  })

  test("a graded matrix whose small values Golub and Kahan's reflections lose, in the fourth digit", () => {
    const a = Matrix.fromRows([
      [0, 2 ** -10, 0, 2 ** -20],
      [-2, -(2 ** -10), 2 ** -9, 2 ** -21],
      [-(2 ** -29), -(2 ** -39), 2 ** -39, -(2 ** -49)],
      [-(2 ** -41), -(2 ** -49), 2 ** -49, 2 ** -61]
    ])
    const known = singularValuesOf([a])
    expect(relative(Kernel.productSpectra([a]), known)).toBeLessThan(1e-14)
    expect(relative(Kernel.singularValues(pivotedR(Matrix.transpose(pivotedR(a)))), known)).toBeGreaterThan(1e-6)
  })

  test("of conditions around the one where Jacobi takes over from Golub and Kahan, to 1e-11", () => {
    for (const power of [5, 14, 15, 16, 17, 18]) {
      const s = Matrix.diagonal(Array.from({ length: 7 }, (_, k) => 2 ** ((-power * k) / 6)))
      const factors = [Matrix.multiply(Matrix.multiply(orthogonal(7, "left"), s), orthogonal(7, "right"))]
      expect(relative(Kernel.productSpectra(factors), singularValuesOf(factors))).toBeLessThan(1e-11)
    }
  })

  test("layers of condition 1e6 that are not aligned, against 1400-bit arithmetic", () => {
    for (const widths of [[6, 6, 6, 6], [4, 7, 5, 4], [5, 3, 6]]) {
      const factors = widths.slice(1).map((rows, l) => {
        const columns = widths[l]!
        const count = Math.min(rows, columns)
        const s = Array.from({ length: count }, (_, k) => 10 ** ((-6 * k) / (count - 1)))
        const [left, right] = [orthogonal(rows, "left", l), orthogonal(columns, "right", l)]
        return Matrix.multiply(Matrix.multiply(left, Matrix.diagonal(s, rows, columns)), right)
      })
      const found = Kernel.productSpectra(factors)
      const known = singularValuesOf(factors)
      const rank = Math.min(...widths)
      expect(relative(found.slice(0, rank), known.slice(0, rank))).toBeLessThan(3e-10)
      expect(Array.from(found.slice(rank))).toEqual(new Array(found.length - rank).fill(0))
    }
  })
})

describe("the spectrum of a product", () => {
  test("is that of the formed product where that one is well conditioned, for any widths", () => {
    for (const widths of [[5, 5], [5, 3, 7], [1, 4, 1], [4, 1, 4], [1, 1], [1, 6], [6, 1], [10, 32, 32, 10],
      [3, 9, 2, 8, 6]]) {
      const factors = layers(widths, "any")
      const [found, known] = [Kernel.productSpectra(factors), Kernel.singularValues(formed(factors))]
      expect(found.length).toBe(Math.min(widths[0]!, widths.at(-1)!))
      known.forEach((value, k) => expect(Math.abs(found[k]! - value)).toBeLessThan(1e-14 * known[0]!))
      const rank = Math.min(...widths)
      expect(Array.from(found.slice(rank))).toEqual(new Array(found.length - rank).fill(0))
    }
  })

  test("repeats the values of orthogonal layers", () => {
    const factors = [0, 1, 2, 3].map((l) => orthogonal(8, "orthogonal", l))
    expect(relative(Kernel.productSpectra(factors), new Array(8).fill(1))).toBeLessThan(5e-15)
  })

  test("has exact zeros where a factor has them, and none by accident", () => {
    const [a, b] = [gaussian(4, 4, "a"), gaussian(4, 4, "b")]
    const projection = Matrix.diagonal([1, 1, 0, 0])
    const known = Kernel.singularValues(Matrix.multiply(Matrix.multiply(b, projection), a))
    const found = Kernel.productSpectra([a, projection, b])
    expect(Array.from(found.slice(2))).toEqual([0, 0])
    expect(Math.abs(found[1]! / known[1]! - 1)).toBeLessThan(1e-13)
    expect(Kernel.productSpectra([a, Matrix.make(4, 4), b])).toEqual(new Float64Array(4))
    expect(Kernel.productSpectra([Matrix.diagonal([1, 0]), Matrix.diagonal([0, 1])])).toEqual(new Float64Array(2))
    expect(Kernel.productSpectra([Matrix.make(0, 3), Matrix.make(2, 0)])).toEqual(new Float64Array(2))
  })

  test("leaves a rank-deficient layer's missing values at round-off", () => {
    const deficient = Matrix.multiply(gaussian(6, 2, "thin"), gaussian(2, 6, "wide"))
    const values = Kernel.productSpectra([gaussian(6, 6, "a"), deficient, gaussian(6, 6, "b")])
    expect(values[2]! / values[0]!).toBeLessThan(1e-14)
  })

  test("scales with its factors over the whole range of doubles, and over products beyond it", () => {
    const factors = layers([4, 5, 3], "scaled")
    const values = Kernel.productSpectra(factors)
    for (const [a, b] of [[-500, 500], [900, -1000], [300, 300], [-400, -400], [1000, -1000]]) {
      const scaled = [Matrix.scale(factors[0]!, 2 ** a!), Matrix.scale(factors[1]!, 2 ** b!)]
      expect(Kernel.productSpectra(scaled)).toEqual(values.map((value) => value * 2 ** (a! + b!)))
    }
    const tiny = Matrix.scale(Matrix.identity(2), 1e-200)
    const huge = Matrix.scale(Matrix.identity(2), 1e300)
    const beyond = [tiny, tiny, Matrix.scale(tiny, 1e-100), huge, huge]
    expect(relative(Kernel.productSpectra(beyond), [1e-100, 1e-100])).toBeLessThan(1e-14)
    expect(Array.from(Kernel.productSpectra([Matrix.diagonal([1e-310, 3e-310])]))).toEqual([3e-310, 1e-310])
    expect(Array.from(Kernel.productSpectra([tiny, tiny]))).toEqual([0, 0])
  })

  test("is refused where an entry is not finite, with the factor and the place", () => {
    const bad = Matrix.fromRows([[1, 2], [3, NaN]])
    expect(() => Kernel.productSpectra([Matrix.identity(2), bad])).toThrow(new NotFinite(2, 1, 1, NaN))
    expect(() => Kernel.allProductSpectra([2, 2, 2], Float64Array.of(1, 0, 0, 1, 1, 2, -Infinity, 4)))
      .toThrow(new NotFinite(2, 1, 0, -Infinity))
    expect(() => Kernel.productSpectra([])).toThrow("at least one")
  })
})

test("all partial products at once give the bits of each alone, in the order (1,1), (1,2), …, (L,L)", () => {
  for (const widths of [[3, 4], [10, 32, 32, 10], [3, 9, 2, 8, 6], [5, 5, 5, 5, 5]]) {
    const factors = layers(widths, "all")
    const weights = Float64Array.from(factors.flatMap((factor) => Array.from(factor.data)))
    const alone: Array<Float64Array> = []
    for (let i = 0; i < factors.length; i++) {
      for (let j = i; j < factors.length; j++) alone.push(Kernel.productSpectra(factors.slice(i, j + 1)))
    }
    expect(Kernel.allProductSpectra(widths, weights)).toEqual(alone)
  }
})
