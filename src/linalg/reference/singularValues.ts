// Singular values by Golub and Kahan: Householder reflections from both sides make the matrix bidiagonal, and
// bidiagonal.ts does the rest. Every value is right to a few ulps of the largest one; for the small values of graded
// matrices and of products see productSpectra.ts.

import { exponent, scaleByPowerOfTwo } from "../elementary.ts"
import type { Matrix } from "../Matrix.ts"
import { largestEntry } from "../NotFinite.ts"
import { bidiagonalSingularValues } from "./bidiagonal.ts"
import { copiesIn } from "./copiesIn.ts"
import { dot } from "./dot.ts"

/** The min(rows, columns) singular values, descending. Throws NotFinite. */
export const singularValues = (matrix: Matrix): Float64Array => valuesOf(matrix, 1)

/**
 * Those of each of several rows × columns matrices, all in one array as the matrices are. Throws NotFinite, whose
 * `factor` counts the matrices.
 */
export const allSingularValues = (rows: number, columns: number, matrices: Float64Array): Float64Array => {
  const size = rows * columns
  const n = Math.min(rows, columns)
  const count = copiesIn(matrices.length, size, `${rows} × ${columns} matrices`)
  const values = new Float64Array(count * n)
  for (let k = 0; k < count; k++) {
    values.set(valuesOf({ rows, columns, data: matrices.subarray(k * size, (k + 1) * size) }, k + 1), k * n)
  }
  return values
}

const valuesOf = (matrix: Matrix, index: number): Float64Array => {
  const m = Math.max(matrix.rows, matrix.columns)
  const n = Math.min(matrix.rows, matrix.columns)
  const values = new Float64Array(n)
  const largest = largestEntry(matrix, index)
  if (largest === 0) return values
  const power = exponent(largest)
  const shift = Math.abs(power) < 90 ? 0 : -power // so that squares neither overflow nor vanish
  reserve(m, n)
  copyTall(matrix, shift, m, n)
  bidiagonalize(m, n, values)
  bidiagonalSingularValues(values, superdiagonal, n)
  if (shift !== 0) for (let i = 0; i < n; i++) values[i] = scaleByPowerOfTwo(values[i]!, -shift)
  return values
}

// Work space, kept between calls and grown as needed: what is left of the matrix (m × n), the reflectors of column and
// row, v (m) and u (n), and their partners: a ← a − v wᵀ − y uᵀ.
let a = new Float64Array(0)
let columnReflectors: [Float64Array, Float64Array] = [a, a]
let columnPartners: [Float64Array, Float64Array] = [a, a]
let u = a
let y = a
let superdiagonal = a

const reserve = (m: number, n: number): void => {
  if (a.length < m * n) a = new Float64Array(m * n)
  if (y.length < m) {
    y = new Float64Array(m)
    columnReflectors = [new Float64Array(m), new Float64Array(m)]
  }
  if (u.length < n) {
    u = new Float64Array(n)
    superdiagonal = new Float64Array(n)
    columnPartners = [new Float64Array(n), new Float64Array(n)]
  }
}

/** The matrix times 2^shift, transposed if it is wider than tall. */
const copyTall = (matrix: Matrix, shift: number, m: number, n: number): void => {
  const data = matrix.data
  if (matrix.rows === m) {
    for (let i = 0; i < m * n; i++) a[i] = data[i]!
  } else {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) a[i * n + j] = data[j * m + i]!
  }
  if (shift !== 0) for (let i = 0; i < m * n; i++) a[i] = scaleByPowerOfTwo(a[i]!, shift)
}

/**
 * Step k reflects column k, then row k. Both rank-1 updates and the product with the next column's reflector share one
 * pass over what is left of the matrix; the products with the row's reflector take the other.
 */
const bidiagonalize = (m: number, n: number, diagonal: Float64Array): void => {
  let [v, nextV] = columnReflectors
  let [w, nextW] = columnPartners
  for (let i = 0; i < m; i++) v[i] = a[i * n]!
  diagonal[0] = reflector(v, 0, m)
  w.fill(0, 0, n)
  for (let i = 0; i < m; i++) {
    const vi = v[i]!
    for (let j = 1, at = i * n + 1; j < n; j++, at++) w[j] = w[j]! + vi * a[at]!
  }
  for (let k = 0; k < n - 1; k++) {
    const first = k + 1
    const columnFactor = reflectorFactor(diagonal[k]!, v[k]!)
    for (let j = first; j < n; j++) {
      w[j] = columnFactor * w[j]!
      u[j] = a[k * n + j]! - v[k]! * w[j]!
    }
    superdiagonal[k] = first < n - 1 ? reflector(u, first, n) : u[first]!
    const rowFactor = first < n - 1 ? reflectorFactor(superdiagonal[k]!, u[first]!) : 0
    const wu = dot(w, first, u, first, n - first)
    for (let i = first; i < m; i++) {
      y[i] = rowFactor * (dot(a, i * n + first, u, first, n - first) - v[i]! * wu)
      nextV[i] = (a[i * n + first]! - v[i]! * w[first]!) - y[i]! * u[first]!
    }
    diagonal[first] = reflector(nextV, first, m)
    nextW.fill(0, first, n)
    for (let i = first; i < m; i++) {
      const vi = v[i]!
      const yi = y[i]!
      const nextVi = nextV[i]!
      for (let j = first + 1, at = i * n + j; j < n; j++, at++) {
        const left = (a[at]! - vi * w[j]!) - yi * u[j]!
        a[at] = left
        nextW[j] = nextW[j]! + nextVi * left
      }
    }
    ;[v, nextV] = [nextV, v]
    ;[w, nextW] = [nextW, w]
  }
}

/**
 * Turns x[from..to) into the v of the reflection I − 2vvᵀ/vᵀv that maps x to (value, 0, …, 0), and returns the value;
 * 0, for no reflection, where x is so far below the matrix that its squares may vanish.
 */
const reflector = (x: Float64Array, from: number, to: number): number => {
  const square = dot(x, from, x, from, to - from)
  if (square < 1e-250) return 0
  const value = x[from]! > 0 ? -Math.sqrt(square) : Math.sqrt(square)
  x[from] = x[from]! - value
  return value
}

/** 2/vᵀv, from the value that the reflector maps to and its first entry. */
const reflectorFactor = (value: number, first: number): number => (value === 0 ? 0 : -1 / (value * first))
