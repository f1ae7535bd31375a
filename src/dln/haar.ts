// Random orthonormal columns by Haar's measure: the Q of a Gaussian matrix's QR with R_ii > 0 (Mezzadri,
// arXiv math-ph/0609050: without the fixed signs it is not Haar's).
import * as Matrix from "../linalg/Matrix.ts"
import * as Random from "../linalg/Random.ts"

/**
 * d × k with QᵀQ = I, k ≤ d, uniform on the Stiefel manifold; takes elements from … from + d·k − 1 of the stream's
 * normals. For k = d its determinant has either sign with equal probability.
 */
export const haar = (d: number, k: number, stream: Random.Stream, from = 0): Matrix.Matrix =>
  orthonormalize(Matrix.make(d, k, Random.normals(stream, from, d * k)))

/**
 * The Q of A = QR with R_ii > 0 for A of full column rank: columns that were orthonormal already stay what they were.
 * By Gram–Schmidt, done twice, which makes QᵀQ = I to round-off for every A that is not singular to working precision.
 */
export const orthonormalize = (a: Matrix.Matrix): Matrix.Matrix => {
  if (a.columns > a.rows) {
    throw new Error(`A ${a.rows} × ${a.columns} matrix has no orthonormal columns: ask for at most ${a.rows}`)
  }
  const done: Array<Matrix.Matrix> = []
  for (let c = 0; c < a.columns; c++) {
    let rest = Matrix.make(a.rows, 1, Matrix.column(a, c))
    for (let pass = 0; pass < 2; pass++) {
      for (const q of done) rest = Matrix.subtract(rest, Matrix.scale(q, Matrix.dot(q, rest)))
    }
    done.push(Matrix.scale(rest, 1 / Matrix.frobenius(rest)))
  }
  const q = Matrix.make(a.rows, a.columns)
  done.forEach((column, c) => column.data.forEach((value, r) => { q.data[r * a.columns + c] = value }))
  return q
}
