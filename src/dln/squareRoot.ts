// The symmetric square root of a second moment Σ, and its inverse on Σ's range.
import * as Matrix from "../linalg/Matrix.ts"
import { eigen } from "../linalg/symmetric.ts"

export interface SquareRoot {
  /** Σ^(1/2): d × d, symmetric. */
  readonly root: Matrix.Matrix
  /** Σ^(−1/2); zero on the null space of Σ where there is one. */
  readonly inverseRoot: Matrix.Matrix
  /** Number of eigenvalues above the round-off of a sum, 1e-13 of the largest. */
  readonly rank: number
}

/** Σ: d × d, symmetric, positive semidefinite. */
export const squareRoot = (sigma: Matrix.Matrix): SquareRoot => {
  const { values, vectors } = eigen(sigma)
  const roots = values.map((value) => (value > 1e-13 * values[0]! ? Math.sqrt(value) : 0))
  const rebuild = (diagonal: Float64Array): Matrix.Matrix =>
    Matrix.multiply(Matrix.multiply(vectors, Matrix.diagonal(diagonal)), Matrix.transpose(vectors))
  return {
    root: rebuild(roots),
    inverseRoot: rebuild(roots.map((value) => (value === 0 ? 0 : 1 / value))),
    rank: roots.filter((value) => value > 0).length
  }
}
