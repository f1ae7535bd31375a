// Eigenvalues of symmetric matrices, all of them, by Jacobi's rotations.
import * as Matrix from "./Matrix.ts"
import { largestEntry } from "./NotFinite.ts"

export interface Eigen {
  /** Eigenvalues, largest first. */
  readonly values: Float64Array
  /** n × n; column k is the eigenvector of values[k], of length 1. */
  readonly vectors: Matrix.Matrix
}

/**
 * A = vectors · diag(values) · vectorsᵀ for a symmetric A (the lower triangle is not read), by cyclic Jacobi:
 * about 12 n³ multiplications a sweep, 6 to 10 sweeps; small eigenvalues of definite graded matrices are right too.
 * Throws NotFinite.
 */
export const eigen = (matrix: Matrix.Matrix): Eigen => {
  const n = matrix.rows
  if (n !== matrix.columns) throw new Error(`A ${n} × ${matrix.columns} matrix is not symmetric: give a square one.`)
  const negligible = largestEntry(matrix) * 1e-60
  const a = new Float64Array(n * n)
  for (let p = 0; p < n; p++) for (let q = p; q < n; q++) a[p * n + q] = a[q * n + p] = matrix.data[p * n + q]!
  const v = Matrix.identity(n).data // row k becomes the eigenvector of a[k, k]
  for (let sweeps = 0, rotated = true; rotated; sweeps++) {
    if (sweeps === 60) throw new Error("The Jacobi sweeps did not converge: no finite matrix is known to do this.")
    rotated = false
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const size = Math.abs(a[p * n + q]!)
        const relative = Math.sqrt(Math.abs(a[p * n + p]!)) * Math.sqrt(Math.abs(a[q * n + q]!))
        if (size > negligible && size > 1.1102230246251565e-16 * relative) {
          rotate(a, v, n, p, q)
          rotated = true
        }
      }
    }
  }
  const order = Array.from({ length: n }, (_, k) => k).sort((p, q) => a[q * n + q]! - a[p * n + p]!)
  const values = Float64Array.from(order, (k) => a[k * n + k]!)
  const vectors = Matrix.make(n, n)
  order.forEach((from, k) => { for (let i = 0; i < n; i++) vectors.data[i * n + k] = v[from * n + i]! })
  return { values, vectors }
}

/** Makes a[p, q] zero by a rotation of rows and columns p and q, and turns rows p and q of v along. */
const rotate = (a: Float64Array, v: Float64Array, n: number, p: number, q: number): void => {
  const off = a[p * n + q]!
  const cotangent = (a[q * n + q]! - a[p * n + p]!) / (2 * off) // of twice the angle
  const size = Math.abs(cotangent)
  const small = size > 1e8 ? 0.5 / size : 1 / (size + Math.sqrt(1 + cotangent * cotangent))
  const tangent = cotangent < 0 ? -small : small
  const cosine = 1 / Math.sqrt(1 + tangent * tangent)
  const sine = cosine * tangent
  const half = sine / (1 + cosine) // of half the angle: with it no rounded cosine stretches the rows (Rutishauser)
  const [pp, qq] = [a[p * n + p]! - tangent * off, a[q * n + q]! + tangent * off]
  for (let i = 0; i < n; i++) {
    const x = a[p * n + i]!
    const y = a[q * n + i]!
    a[i * n + p] = a[p * n + i] = x - sine * (y + half * x)
    a[i * n + q] = a[q * n + i] = y + sine * (x - half * y)
    const vx = v[p * n + i]!
    const vy = v[q * n + i]!
    v[p * n + i] = vx - sine * (vy + half * vx)
    v[q * n + i] = vy + sine * (vx - half * vy)
  }
  a[p * n + p] = pp
  a[q * n + q] = qq
  a[p * n + q] = a[q * n + p] = 0
}
