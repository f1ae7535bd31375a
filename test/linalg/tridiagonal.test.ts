import { EigenvalueDecomposition, Matrix as Reference } from "ml-matrix"
import { describe, expect, it } from "vitest"
import { begin, combine, leastEigenvalues as leastBy, tridiagonalOf } from "../../src/linalg/lanczos.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import { NotFinite } from "../../src/linalg/NotFinite.ts"
import * as Random from "../../src/linalg/Random.ts"
import * as Tridiagonal from "../../src/linalg/Tridiagonal.ts"
import { grow, type Operator } from "../../src/linalg/reference/krylov.ts"
import { tridiagonalize } from "../../src/linalg/reference/tridiagonalize.ts"

const symmetric = (n: number, label: number | string = 0): Matrix.Matrix => {
  const half = Matrix.make(n, n, Random.normals(Random.stream("symmetric", n, label), 0, n * n))
  return Matrix.add(half, Matrix.transpose(half))
}
/** Q diag(values) Qᵀ with the eigenvectors Q of a random symmetric matrix. */
const withEigenvalues = (values: ReadonlyArray<number>): Matrix.Matrix => {
  const n = values.length
  const dense = Reference.from1DArray(n, n, [...symmetric(n).data])
  const Q = new EigenvalueDecomposition(dense, { assumeSymmetric: true }).eigenvectorMatrix
  return Matrix.make(n, n, Float64Array.from(Q.mmul(Reference.diag([...values])).mmul(Q.transpose()).to1DArray()))
}
const reference = (a: Matrix.Matrix): ReadonlyArray<number> =>
  new EigenvalueDecomposition(Reference.from1DArray(a.rows, a.columns, [...a.data]), { assumeSymmetric: true })
    .realEigenvalues.toSorted((x, y) => x - y)
const times = (a: Matrix.Matrix) => (v: Float64Array): Float64Array =>
  Matrix.multiply(a, Matrix.make(v.length, 1, v)).data
const leastEigenvalues = (size: number, apply: Operator, options?: Parameters<typeof leastBy>[2]) =>
  leastBy(size, (space, to) => grow(apply, space, to), options)
const asMatrix = ({ diagonal, off }: Tridiagonal.Tridiagonal): Matrix.Matrix => {
  const t = Matrix.diagonal(diagonal)
  const n = diagonal.length
  for (let i = 0; i + 1 < n; i++) t.data[i * n + i + 1] = t.data[(i + 1) * n + i] = off[i]!
  return t
}
/** The second difference on n points: eigenvalues 2 − 2 cos(kπ/(n + 1)). */
const difference = (n: number) => ({ diagonal: new Float64Array(n).fill(2), off: new Float64Array(n).fill(-1) })

describe("a tridiagonal matrix", () => {
  it("has the eigenvalues of the second difference, counted and one by one", () => {
    const n = 40
    const t = difference(n)
    const exact = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)))
    Tridiagonal.eigenvalues(t).forEach((value, k) => expect(Math.abs(value - exact[k]!)).toBeLessThan(1e-15 * 8))
    exact.forEach((value, k) => {
      expect(Tridiagonal.countBelow(t, value - 1e-9)).toBe(k)
      expect(Tridiagonal.countBelow(t, value + 1e-9)).toBe(k + 1)
      expect(Math.abs(Tridiagonal.eigenvalue(t, k) - value)).toBeLessThan(1e-14)
    })
  })

  it("has the eigenvectors of its eigenvalues", () => {
    const t = difference(40)
    for (const index of [0, 1, 17, 39]) {
      const value = Tridiagonal.eigenvalue(t, index)
      const y = Tridiagonal.eigenvector(t, value)
      const image = times(asMatrix(t))(y)
      expect(Math.max(...image.map((entry, i) => Math.abs(entry - value * y[i]!)))).toBeLessThan(1e-13)
      expect(y.reduce((sum, entry) => sum + entry * entry, 0)).toBeCloseTo(1, 14)
    }
  })

  it("may fall apart, be zero, or have one entry", () => {
    expect([...Tridiagonal.eigenvalues({ diagonal: [3, 1, -0, 1], off: [0, 0, 0] })])
      .toEqual([0, 1, 1, 3].map((x) => expect.closeTo(x, 15)))
    expect([...Tridiagonal.eigenvalues({ diagonal: [0, 0, 0], off: [0, 0] })]).toEqual([0, 0, 0])
    expect(Tridiagonal.countBelow({ diagonal: [0, 0, -0], off: [0, 0] }, 0)).toBe(0)
    expect(Tridiagonal.countBelow({ diagonal: [0, 0], off: [1] }, 0)).toBe(1)
    expect([...Tridiagonal.eigenvalues({ diagonal: [-5], off: [] })]).toEqual([expect.closeTo(-5, 14)])
  })
})

describe("Householder's reduction", () => {
  for (const n of [1, 2, 3, 10, 60]) {
    it(`keeps the eigenvalues of a random symmetric matrix of size ${n}, at any scale`, () => {
      for (const scale of [1, 1e-200, 1e200]) {
        const a = symmetric(n)
        const exact = reference(a)
        const size = Math.max(...exact.map(Math.abs))
        Tridiagonal.eigenvalues(tridiagonalize(Matrix.scale(a, scale)))
          .forEach((value, k) => expect(Math.abs(value / scale - exact[k]!)).toBeLessThan(2e-14 * size))
      }
    })
  }

  it("keeps the multiplicity of eigenvalues, and of zero", () => {
    const a = withEigenvalues([-2, -2, 0, 0, 0, 0, 1, 1, 1, 7])
    const t = tridiagonalize(a)
    expect([-1e-9, 1e-9].map((x) => Tridiagonal.countBelow(t, x))).toEqual([2, 6])
    expect(Tridiagonal.eigenvalues(tridiagonalize(Matrix.make(4, 4)))).toEqual(new Float64Array(4))
  })

  it("refuses what is not a finite square matrix", () => {
    expect(() => tridiagonalize(Matrix.make(2, 3))).toThrow("square")
    expect(() => tridiagonalize(Matrix.make(2, 2, Float64Array.of(1, NaN, NaN, 1)))).toThrow(NotFinite)
  })
})

describe("Lanczos' method", () => {
  it("finds the least eigenvalues of random matrices, with bounds that hold and the vector of the first", () => {
    for (const n of [1, 2, 9, 50, 150]) {
      const a = symmetric(n, "least")
      const exact = reference(a)
      const size = Math.max(...exact.map(Math.abs))
      const { values, bounds, vector, largest, converged } = leastEigenvalues(n, times(a), { count: 3 })
      expect(converged).toBe(true)
      expect(values.length).toBe(Math.min(3, n))
      values.forEach((value, k) => {
        expect(Math.abs(value - exact[k]!)).toBeLessThan(1e-9 * size)
        expect(bounds[k]!).toBeLessThan(1e-9 * size)
      })
      expect(Math.abs(largest - exact.at(-1)!)).toBeLessThan(1e-6 * size)
      const y = vector()
      const image = times(a)(y)
      expect(Math.max(...image.map((entry, i) => Math.abs(entry - values[0]! * y[i]!)))).toBeLessThan(1e-8 * size)
    }
  })

  it("sees a tiny negative eigenvalue beside many zeros and large positive ones", () => {
    const values = [-1e-5, ...new Array(40).fill(0), ...Array.from({ length: 20 }, (_, k) => k + 1)]
    const { values: found, products } = leastEigenvalues(values.length, times(withEigenvalues(values)))
    expect(Math.abs(found[0]! + 1e-5)).toBeLessThan(1e-12)
    expect(products).toBeLessThan(30)
  })

  it("ends where its space is invariant, and says where it had to stop before", () => {
    expect(leastEigenvalues(30, (v) => v.map(() => 0)))
      .toMatchObject({ values: Float64Array.of(0), products: 1, converged: true })
    expect(leastEigenvalues(30, (v) => v.map((x, i) => (i < 5 ? -3 * x : x))).values[0]).toBeCloseTo(-3, 12)
    const slow = leastEigenvalues(400, (v) => v.map((x, i) => (i / 400) ** 2 * x), { limit: 10 })
    expect(slow).toMatchObject({ products: 10, converged: false })
    expect(slow.bounds[0]!).toBeGreaterThan(1e-6)
  })

  it("is the operator on its Krylov space: QᵀQ = I and AQ = QT", () => {
    const a = symmetric(30)
    const space = begin(Random.normals(Random.stream("start"), 0, 30), 12)
    grow(times(a), space, 12)
    const Q = Matrix.transpose(Matrix.columns(Matrix.make(12, 32, space.basis.subarray(0, 12 * 32)), 0, 30))
    const gram = Matrix.multiply(Matrix.transpose(Q), Q)
    expect(Matrix.frobenius(Matrix.subtract(gram, Matrix.identity(12)))).toBeLessThan(1e-14)
    const left = Matrix.subtract(Matrix.multiply(a, Q), Matrix.multiply(Q, asMatrix(tridiagonalOf(space))))
    expect(Matrix.frobenius(Matrix.columns(left, 0, 11))).toBeLessThan(1e-12)
    expect(Matrix.frobenius(Matrix.columns(left, 11, 12))).toBeCloseTo(space.off[11]!, 11)
    const y = Random.normals(Random.stream("y"), 0, 12)
    expect(combine(space, y)).toEqual(Matrix.multiply(Q, Matrix.make(12, 1, y)).data)
  })
})
