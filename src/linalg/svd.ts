// The singular value decomposition with its vectors: column-pivoted QR, then one-sided Jacobi on the rows of R. For
// singular values without vectors Kernel.singularValues is faster.
import { exponent, hypot, scaleByPowerOfTwo } from "./elementary.ts"
import * as Matrix from "./Matrix.ts"
import { largestEntry } from "./NotFinite.ts"
import { pivotedQr } from "./pivotedQr.ts"
import { dot } from "./reference/dot.ts"
import { orthogonalizeRows } from "./reference/jacobi.ts"

export interface Svd {
  /** Left singular vectors: rows × k, k = min(rows, columns), orthonormal also where a singular value is zero. */
  readonly U: Matrix.Matrix
  /** Singular values, largest first. */
  readonly s: Float64Array
  /** Right singular vectors: columns × k, orthonormal also where a singular value is zero. */
  readonly V: Matrix.Matrix
}

/** A = U diag(s) Vᵀ. The sign of a pair of vectors is whatever comes out, always the same. Throws NotFinite. */
export const svd = (a: Matrix.Matrix): Svd => {
  const { rows: m, columns: n } = a
  const count = Math.min(m, n)
  const largest = largestEntry(a)
  const power = largest === 0 ? 0 : exponent(largest)
  const { Q, R, order } = pivotedQr(Matrix.make(m, n, a.data.map((entry) => scaleByPowerOfTwo(entry, -power))))
  const rank = R.rows
  // z holds R and beside it the rotations J, from J = 1 on. At the end J R = diag(s) Vᵀ, hence U = Q Jᵀ.
  const width = n + rank
  const z = new Float64Array(rank * width)
  for (let k = 0; k < rank; k++) {
    z.set(Matrix.row(R, k), k * width)
    z[k * width + n + k] = 1
  }
  orthogonalizeRows(z, rank, n, width)
  const s = new Float64Array(count)
  const U = Matrix.make(m, count)
  const V = Matrix.make(n, count)
  let reliable = 0 // columns of V: rows below 1e-140 were not rotated
  for (let k = 0; k < rank; k++) {
    const row = z.subarray(k * width, k * width + n)
    const length = row.reduce(hypot, 0)
    s[k] = scaleByPowerOfTwo(length, power)
    for (let i = 0; i < m; i++) U.data[i * count + k] = dot(Q.data, i * rank, z, k * width + n, rank)
    if (length > 1e-139 && reliable === k) {
      for (let c = 0; c < n; c++) V.data[order[c]! * count + k] = row[c]! / length
      reliable++
    }
  }
  completeColumns(U, rank)
  completeColumns(V, reliable)
  return { U, s, V }
}

/** Fills the columns from `known` on so that all are orthonormal, as the first `known` are already. */
const completeColumns = ({ rows, columns, data }: Matrix.Matrix, known: number): void => {
  const covered = new Float64Array(rows) // squared length of each unit vector's projection on the columns so far
  for (let k = 0; k < columns; k++) {
    if (k >= known) {
      let least = 0
      for (let i = 1; i < rows; i++) if (covered[i]! < covered[least]!) least = i
      data[least * columns + k] = 1
      for (let pass = 0; pass < 2; pass++) {
        for (let c = 0; c < k; c++) {
          let product = 0
          for (let i = 0; i < rows; i++) product += data[i * columns + c]! * data[i * columns + k]!
          for (let at = 0; at < data.length; at += columns) data[at + k] = data[at + k]! - product * data[at + c]!
        }
      }
      let square = 0
      for (let i = 0; i < rows; i++) square += data[i * columns + k]! * data[i * columns + k]!
      const length = Math.sqrt(square)
      for (let i = 0; i < rows; i++) data[i * columns + k] = data[i * columns + k]! / length
    }
    for (let i = 0; i < rows; i++) covered[i] = covered[i]! + data[i * columns + k]! * data[i * columns + k]!
  }
}
