import { describe, expect, test } from "vitest"
import { squareRoot } from "../../src/dln/squareRoot.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"

const secondMoment = (d: number, n: number): Matrix.Matrix => {
  const x = Matrix.make(d, n, Random.normals(Random.stream("second moment", d, n), 0, d * n))
  return Matrix.scale(Matrix.multiply(x, Matrix.transpose(x)), 1 / n)
}
const distance = (a: Matrix.Matrix, b: Matrix.Matrix): number => Matrix.frobenius(Matrix.subtract(a, b))

describe("the square root of a second moment", () => {
  test("squares to it, and its inverse whitens it", () => {
    const sigma = secondMoment(8, 30)
    const { inverseRoot, rank, root } = squareRoot(sigma)
    expect(distance(Matrix.multiply(root, root), sigma)).toBeLessThan(1e-13)
    expect(distance(Matrix.multiply(Matrix.multiply(inverseRoot, sigma), inverseRoot), Matrix.identity(8))).toBeLessThan(1e-13)
    expect(rank).toBe(8)
    expect(distance(squareRoot(Matrix.diagonal([4, 16])).inverseRoot, Matrix.diagonal([0.5, 0.25]))).toBeLessThan(1e-15)
  })

  test("of fewer samples than dimensions has their rank, and an inverse on its range", () => {
    const sigma = secondMoment(6, 3)
    const { inverseRoot, rank, root } = squareRoot(sigma)
    expect(rank).toBe(3)
    const projector = Matrix.multiply(root, inverseRoot)
    expect(distance(Matrix.multiply(projector, projector), projector)).toBeLessThan(1e-12)
    expect(distance(Matrix.multiply(projector, sigma), sigma)).toBeLessThan(1e-12)
  })
})
