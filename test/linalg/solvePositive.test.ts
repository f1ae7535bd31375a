import { CholeskyDecomposition, Matrix as Reference } from "ml-matrix"
import { expect, it } from "vitest"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import { solvePositive } from "../../src/linalg/solvePositive.ts"

it("Equations with a positive matrix have the solutions that ml-matrix finds", () => {
  for (const n of [1, 2, 3, 7, 40]) {
    const G = Matrix.make(n + 3, n, Random.normals(Random.stream("positive", n), 0, (n + 3) * n))
    const A = Matrix.multiply(Matrix.transpose(G), G)
    const b = Random.normals(Random.stream("right-hand side", n), 0, n)
    const x = solvePositive(A, b)!
    const other = new CholeskyDecomposition(Reference.from1DArray(n, n, [...A.data])).solve(Reference.columnVector([...b]))
    const size = Math.max(...other.to1DArray().map(Math.abs))
    x.forEach((value, i) => expect(Math.abs(value - other.get(i, 0))).toBeLessThan(1e-9 * size))
  }
})

it("A matrix that is not positive definite has none, and the upper triangle is not read", () => {
  const b = Float64Array.of(1, 1)
  for (const rows of [[[0, 0], [0, 1]], [[1, 2], [2, 1]], [[-1, 0], [0, 1]], [[NaN, 0], [0, 1]]]) {
    expect(solvePositive(Matrix.fromRows(rows), b)).toBeNull()
  }
  expect(solvePositive(Matrix.fromRows([[4, NaN], [2, 2]]), b)).toEqual(Float64Array.of(0, 0.5))
})
