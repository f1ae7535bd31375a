// Orthonormal columns from any matrix, by Householder's reflections.
import { productOfReflections, reflectColumn, reflectRest } from "../householder.ts"
import { copiesIn } from "./copiesIn.ts"

/**
 * The Q of A = Q R for each of several rows × columns matrices, all in one array as the matrices are: m × k, k =
 * min(m, n), with orthonormal columns. R = QᵀA is upper trapezoidal with R_ii ≥ 0, which makes Q unique where A has full
 * column rank.
 */
export const qFactors = (rows: number, columns: number, matrices: Float64Array): Float64Array => {
  const size = rows * columns
  const rank = Math.min(rows, columns)
  const count = copiesIn(matrices.length, size, `${rows} × ${columns} matrices`)
  const factors = new Float64Array(count * rows * rank)
  for (let k = 0; k < count; k++) {
    factors.set(qFactor(rows, columns, matrices.slice(k * size, (k + 1) * size)), k * rows * rank)
  }
  return factors
}

/** Of one, which is turned into R but for the signs of its rows. */
const qFactor = (m: number, n: number, a: Float64Array): Float64Array => {
  const rank = Math.min(m, n)
  const v = new Float64Array(m * rank)
  const factors = new Float64Array(rank)
  const w = new Float64Array(n)
  const unused = new Float64Array(n)
  for (let k = 0; k < rank; k++) {
    factors[k] = reflectColumn(a, m, n, k, v)
    reflectRest(a, m, n, k, v, factors[k]!, w, unused)
  }
  const Q = productOfReflections(v, factors, m, rank)
  for (let k = 0; k < rank; k++) {
    if (a[k * n + k]! < 0) for (let i = 0; i < m; i++) Q[i * rank + k] = -Q[i * rank + k]!
  }
  return Q
}
