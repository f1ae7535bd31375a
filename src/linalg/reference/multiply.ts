// Products of matrices, and of a transpose with a matrix.
import * as Matrix from "../Matrix.ts"

/** a·b; every entry is summed from +0 over the inner index in order, multiply then add. */
export const multiply = Matrix.multiply

/** aᵀ·b in the same way. */
export const multiplyTransposed = (a: Matrix.Matrix, b: Matrix.Matrix): Matrix.Matrix => multiply(Matrix.transpose(a), b)
