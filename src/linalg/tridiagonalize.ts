// Householder's reduction of a dense symmetric matrix to a tridiagonal one with the same eigenvalues, from the last row
// up. 2n³/3 multiplications: much the cheapest way to all eigenvalues of a matrix of hundreds of rows, or to their signs.
import { exponent, scaleByPowerOfTwo } from "./elementary.ts"
import type { Matrix } from "./Matrix.ts"
import { largestEntry } from "./NotFinite.ts"
import { dot } from "./reference/dot.ts"
import type { Tridiagonal } from "./Tridiagonal.ts"

/** The upper triangle is not read. Eigenvalues keep an absolute error of about 1e-16·n of the largest. Throws NotFinite. */
export const tridiagonalize = (matrix: Matrix): Tridiagonal => {
  const n = matrix.rows
  if (n !== matrix.columns || n === 0) {
    throw new Error(`A ${n} × ${matrix.columns} matrix has no eigenvalues: give a square one of at least one row.`)
  }
  const largest = largestEntry(matrix)
  const power = largest === 0 ? 0 : exponent(largest)
  const a = matrix.data.map((entry) => scaleByPowerOfTwo(entry, -power))
  const diagonal = new Float64Array(n)
  const off = new Float64Array(n - 1)
  const v = new Float64Array(n)
  const w = new Float64Array(n)
  for (let k = n - 1; k >= 1; k--) {
    diagonal[k] = a[k * n + k]!
    const factor = reflectRow(a, n, k, v, off)
    if (factor === 0) continue
    timesLeading(a, n, k, v, w)
    for (let i = 0; i < k; i++) w[i]! *= factor
    const along = 0.5 * factor * dot(v, 0, w, 0, k)
    for (let i = 0; i < k; i++) w[i]! -= along * v[i]!
    updateLeading(a, n, k, v, w)
  }
  diagonal[0] = a[0]!
  const unscale = (values: Float64Array): Float64Array => values.map((value) => scaleByPowerOfTwo(value, power))
  return { diagonal: unscale(diagonal), off: unscale(off) }
}

/** Writes the v that reflects row k, left of the diagonal, onto its last entry; returns 2/vᵀv, 0 where nothing is to do. */
const reflectRow = (a: Float64Array, n: number, k: number, v: Float64Array, off: Float64Array): number => {
  const row = k * n
  const last = a[row + k - 1]!
  const rest = dot(a, row, a, row, k - 1)
  if (rest === 0) {
    off[k - 1] = last
    return 0
  }
  const norm = Math.sqrt(rest + last * last)
  const value = last > 0 ? -norm : norm
  off[k - 1] = value
  for (let i = 0; i < k; i++) v[i] = a[row + i]!
  v[k - 1] = last - value
  return -1 / (value * v[k - 1]!)
}

/** w = A v for the leading k × k block, of which the lower triangle is read, once. */
const timesLeading = (a: Float64Array, n: number, k: number, v: Float64Array, w: Float64Array): void => {
  w.fill(0, 0, k)
  for (let i = 0; i < k; i++) {
    const row = i * n
    const vi = v[i]!
    const whole = i & ~1
    let even = 0
    let odd = 0
    for (let j = 0; j < whole; j += 2) {
      const x = a[row + j]!
      const y = a[row + j + 1]!
      even += x * v[j]!
      odd += y * v[j + 1]!
      w[j] = w[j]! + vi * x
      w[j + 1] = w[j + 1]! + vi * y
    }
    if (whole < i) {
      even += a[row + whole]! * v[whole]!
      w[whole] = w[whole]! + vi * a[row + whole]!
    }
    w[i] = w[i]! + ((even + odd) + a[row + i]! * vi)
  }
}

/** A ← A − v wᵀ − w vᵀ in the lower triangle of the leading k × k block. */
const updateLeading = (a: Float64Array, n: number, k: number, v: Float64Array, w: Float64Array): void => {
  for (let i = 0; i < k; i++) {
    const vi = v[i]!
    const wi = w[i]!
    for (let j = 0, at = i * n; j <= i; j++, at++) a[at] = (a[at]! - vi * w[j]!) - wi * v[j]!
  }
}
