// Least squares with the (k + 1) × k tridiagonal matrix that Lanczos' method leaves of a symmetric operator, damped as
// Levenberg and Marquardt damp it.
import type { Tridiagonal } from "./Tridiagonal.ts"

/**
 * The y of least ‖T̄ y − b e_1‖² + d²‖y‖², T̄ the k × k tridiagonal matrix with the row (0, …, 0, off_k) below: rows
 * are rotated one by one into an upper triangle of three diagonals. Entries of y that nothing determines are zero.
 */
export const dampedTridiagonal = ({ diagonal, off }: Tridiagonal, b: number, damping: number): Float64Array => {
  const k = diagonal.length
  const rows = new Float64Array(4 * (k + 2)) // R_cc, R_c,c+1, R_c,c+2 and the right-hand side of each row c
  const row = new Float64Array(4)
  const absorb = (from: number): void => {
    for (let c = from; c < k && (row[0] !== 0 || row[1] !== 0 || row[2] !== 0); c++) {
      const at = 4 * c
      const length = Math.sqrt(rows[at]! * rows[at]! + row[0]! * row[0]!)
      if (length > 0) {
        const [cosine, sine] = [rows[at]! / length, row[0]! / length]
        for (let m = 0; m < 4; m++) {
          const [kept, given] = [rows[at + m]!, row[m]!]
          rows[at + m] = cosine * kept + sine * given
          row[m] = cosine * given - sine * kept
        }
      }
      row[0] = row[1]!
      row[1] = row[2]!
      row[2] = 0
    }
  }
  for (let r = 0; r <= k; r++) {
    row[0] = r === 0 ? 0 : off[r - 1]!
    row[1] = r === k ? 0 : diagonal[r]!
    row[2] = r >= k - 1 ? 0 : off[r]!
    row[3] = r === 0 ? b : 0
    if (r === 0) row.copyWithin(0, 1, 3).fill(0, 2, 3)
    absorb(Math.max(r - 1, 0))
  }
  for (let c = 0; c < k && damping > 0; c++) {
    row.fill(0)
    row[0] = damping
    absorb(c)
  }
  const y = new Float64Array(k + 2)
  for (let c = k - 1; c >= 0; c--) {
    const at = 4 * c
    const rest = rows[at + 3]! - rows[at + 1]! * y[c + 1]! - rows[at + 2]! * y[c + 2]!
    y[c] = rows[at] === 0 ? 0 : rest / rows[at]!
  }
  return y.subarray(0, k)
}
