// Orthonormal columns by Householder's reflections: the bits of src/linalg/reference/qFactors.ts.

import { dense } from "./Dense"
import { largestEntry } from "./largestEntry"
import { factorizeAsItIs, R, reservePivotedQr, writeQ } from "./pivotedQr"

/**
 * The Q of A = QR with R_ii ≥ 0 of `count` matrices of rows × columns: rows × min(rows, columns) each. False where an
 * entry is not finite.
 */
export function qFactors(rows: i32, columns: i32, count: i32, matrices: usize, factors: usize): bool {
  reservePivotedQr(max(1, max(rows, columns)))
  const rank = min(rows, columns)
  const bytes = <usize>columns << 3
  const source = dense(rows, columns)
  const Q = dense(rows, rank)
  for (; count > 0; count--) {
    const largest = largestEntry(matrices, rows * columns)
    if (largest !== largest) return false
    for (let i = 0; i < rows; i++, matrices += bytes) memory.copy(source.row(i), matrices, bytes)
    factorizeAsItIs(source)
    writeQ(Q)
    for (let i = 0; i < rows; i++) {
      const row = Q.row(i)
      for (let c = 0; c < rank; c++, factors += 8) {
        const at = <usize>c << 3
        const entry = load<f64>(row + at)
        store<f64>(factors, load<f64>(R.row(c) + at) < 0 ? -entry : entry)
      }
    }
  }
  return true
}
