// Orthonormal columns of several matrices.
import * as Matrix from "../Matrix.ts"
import { qr } from "../qr.ts"
import { copiesIn } from "./copiesIn.ts"

/** The Q of `qr` of each of several rows × columns matrices, rows × min(rows, columns), all in one array as those are. */
export const qFactors = (rows: number, columns: number, matrices: Float64Array): Float64Array => {
  const size = rows * columns
  const length = rows * Math.min(rows, columns)
  const count = copiesIn(matrices.length, size, `${rows} × ${columns} matrices`)
  const factors = new Float64Array(count * length)
  for (let k = 0; k < count; k++) {
    factors.set(qr(Matrix.make(rows, columns, matrices.subarray(k * size, (k + 1) * size))).Q.data, k * length)
  }
  return factors
}
