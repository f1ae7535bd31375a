// Householder's reduction of a dense symmetric matrix to a tridiagonal one with the same eigenvalues, from the last row
// up. 2n³/3 multiplications: much the cheapest way to all eigenvalues of hundreds of rows, or to their signs.
import { exponent, scaleByPowerOfTwo } from "../elementary.ts"
import type { Matrix } from "../Matrix.ts"
import { largestEntry } from "../NotFinite.ts"
import type { Tridiagonal } from "../Tridiagonal.ts"
import { dot } from "./dot.ts"

/**
 * Only the lower triangle counts, though every entry must be finite. Eigenvalues are right to about 1e-16·n of the
 * largest. Throws NotFinite.
 */
export const tridiagonalize = (matrix: Matrix): Tridiagonal => {
  const n = matrix.rows
  if (n !== matrix.columns || n === 0) {
    throw new Error(`A ${n} × ${matrix.columns} matrix has no eigenvalues: give a square one of at least one row.`)
  }
  const largest = largestEntry(matrix)
  const power = largest === 0 || Math.abs(exponent(largest)) < 90 ? 0 : exponent(largest) // squares must not overflow
  const a = power === 0 ? matrix.data.slice() : matrix.data.map((entry) => scaleByPowerOfTwo(entry, -power))
  const diagonal = new Float64Array(n)
  const off = new Float64Array(n - 1)
  let [v, w] = [new Float64Array(n), new Float64Array(n)] // A − v wᵀ − w vᵀ is still to be written
  let [nextV, nextW] = [new Float64Array(n), new Float64Array(n)]
  for (let k = n - 1; k >= 0; k--) {
    updateRow(a, n, k, v, w)
    diagonal[k] = a[k * n + k]!
    if (k === 0) break
    const factor = reflectRow(a, n, k, nextV, off)
    updateAndMultiply(a, n, k, v, w, nextV, nextW)
    for (let i = 0; i < k; i++) nextW[i]! *= factor
    const along = 0.5 * factor * dot(nextV, 0, nextW, 0, k)
    for (let i = 0; i < k; i++) nextW[i]! -= along * nextV[i]!
    ;[v, w, nextV, nextW] = [nextV, nextW, v, w]
  }
  const unscale = (values: Float64Array): Float64Array => values.map((value) => scaleByPowerOfTwo(value, power))
  return { diagonal: unscale(diagonal), off: unscale(off) }
}

/** Row i of A ← A − v wᵀ − w vᵀ, up to the diagonal. */
const updateRow = (a: Float64Array, n: number, i: number, v: Float64Array, w: Float64Array): void => {
  const row = i * n
  const vi = v[i]!
  const wi = w[i]!
  for (let j = 0; j <= i; j++) a[row + j] = (a[row + j]! - vi * w[j]!) - wi * v[j]!
}

/** Writes the v that reflects row k, left of the diagonal, onto its last entry; returns 2/vᵀv, 0 for no reflection. */
const reflectRow = (a: Float64Array, n: number, k: number, v: Float64Array, off: Float64Array): number => {
  const row = k * n
  const last = a[row + k - 1]!
  const rest = dot(a, row, a, row, k - 1)
  if (rest === 0) {
    off[k - 1] = last
    v.fill(0, 0, k)
    return 0
  }
  const norm = Math.sqrt(rest + last * last)
  const value = last > 0 ? -norm : norm
  off[k - 1] = value
  for (let i = 0; i < k; i++) v[i] = a[row + i]!
  v[k - 1] = last - value
  return -1 / (value * v[k - 1]!)
}

/**
 * A ← A − v wᵀ − w vᵀ and y = A x for the leading k × k block, of which the lower triangle is read and written, in one
 * pass: the matrix is larger than the fastest caches.
 */
const updateAndMultiply = (
  a: Float64Array, n: number, k: number, v: Float64Array, w: Float64Array, x: Float64Array, y: Float64Array
): void => {
  for (let i = 0; i < k; i++) {
    const row = i * n
    const xi = x[i]!
    updateRow(a, n, i, v, w)
    for (let j = 0; j < i; j++) y[j] = y[j]! + xi * a[row + j]!
    y[i] = dot(a, row, x, 0, i) + a[row + i]! * xi
  }
}
