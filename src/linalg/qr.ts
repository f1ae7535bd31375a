// QR factorization by Householder reflections.
import { productOfReflections, reflectColumn, reflectRest } from "./householder.ts"
import * as Matrix from "./Matrix.ts"

export interface Qr {
  /** m × k, k = min(m, n), orthonormal columns. */
  readonly Q: Matrix.Matrix
  /** k × n, upper trapezoidal with R_ii ≥ 0, which makes Q and R unique where A has full column rank. */
  readonly R: Matrix.Matrix
}

/** A = Q R for an m × n matrix A. */
export const qr = (matrix: Matrix.Matrix): Qr => {
  const { rows: m, columns: n } = matrix
  const count = Math.min(m, n)
  const a = matrix.data.slice()
  const v = new Float64Array(m * count)
  const factors = new Float64Array(count)
  const w = new Float64Array(n)
  const unused = new Float64Array(n)
  for (let k = 0; k < count; k++) {
    factors[k] = reflectColumn(a, m, n, k, v)
    reflectRest(a, m, n, k, v, factors[k]!, w, unused)
  }
  const Q = productOfReflections(v, factors, m, count)
  for (let k = 0; k < count; k++) {
    if (a[k * n + k]! < 0) {
      for (let c = k; c < n; c++) a[k * n + c] = -a[k * n + c]!
      for (let i = 0; i < m; i++) Q[i * count + k] = -Q[i * count + k]!
    }
  }
  return { Q: Matrix.make(m, count, Q), R: Matrix.make(count, n, a.slice(0, count * n)) }
}
