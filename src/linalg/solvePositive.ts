// Linear equations with a symmetric positive definite matrix, by Cholesky's factorization A = C Cᵀ.
import type { Matrix } from "./Matrix.ts"
import { dot } from "./reference/dot.ts"

/** The x of A x = b; the upper triangle of A is not read. Null where A is not positive definite to round-off. */
export const solvePositive = ({ rows: n, data }: Matrix, b: Float64Array): Float64Array | null => {
  const c = new Float64Array(n * n)
  const x = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      c[i * n + j] = (data[i * n + j]! - dot(c, i * n, c, j * n, j)) / c[j * n + j]!
    }
    const pivot = data[i * n + i]! - dot(c, i * n, c, i * n, i)
    if (!(pivot > 0)) return null
    c[i * n + i] = Math.sqrt(pivot)
    x[i] = (b[i]! - dot(c, i * n, x, 0, i)) / c[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    x[i]! /= c[i * n + i]!
    for (let j = 0; j < i; j++) x[j]! -= c[i * n + j]! * x[i]!
  }
  return x
}
