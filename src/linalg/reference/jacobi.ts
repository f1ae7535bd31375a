// One-sided Jacobi: rotations of pairs of rows until all rows are orthogonal; their lengths are then singular values,
// each to a relative accuracy that no factor D of D·X, D diagonal, can spoil.
// Demmel & Veselić, Jacobi's method is more accurate than QR, SIAM J. Matrix Anal. Appl. 13 (1992);
// the order of the pairs by de Rijk, SIAM J. Sci. Stat. Comput. 10 (1989): the longest row that is left comes first.

import { dot } from "./dot.ts"

const LEAST_SQUARE = 1e-280

/**
 * Makes the first `length` entries of the rows of z mutually orthogonal; whole rows of `width` entries are rotated, so
 * that what follows records the rotations. Rows come out longest first. The longest is near 1; rows whose squares might
 * vanish, below 1e-140, stay as they are.
 */
export const orthogonalizeRows = (z: Float64Array, rows: number, length: number, width: number): void => {
  const tolerance = 2.220446049250313e-16 * Math.sqrt(length)
  const squares = new Float64Array(rows)
  for (let sweeps = 0, rotated = true; rotated; sweeps++) {
    if (sweeps === 60) throw new Error("The Jacobi sweeps did not converge: no finite matrix is known to do this.")
    rotated = false
    for (let p = 0; p < rows; p++) squares[p] = dot(z, p * width, z, p * width, length)
    for (let p = 0; p < rows - 1; p++) {
      bringLongest(z, p, rows, width, squares)
      if (squares[p]! < LEAST_SQUARE) break
      for (let q = p + 1; q < rows; q++) {
        const product = dot(z, p * width, z, q * width, length)
        const lengths = Math.sqrt(squares[p]!) * Math.sqrt(squares[q]!)
        if (squares[q]! >= LEAST_SQUARE && Math.abs(product) > tolerance * lengths) {
          rotate(z, p, q, length, width, squares, product)
          rotated = true
        }
      }
    }
  }
}

/** Exchanges row p with the longest of the rows from p on. */
const bringLongest = (z: Float64Array, p: number, rows: number, width: number, squares: Float64Array): void => {
  let longest = p
  for (let q = p + 1; q < rows; q++) if (squares[q]! > squares[longest]!) longest = q
  if (longest === p) return
  for (let c = 0; c < width; c++) {
    const entry = z[p * width + c]!
    z[p * width + c] = z[longest * width + c]!
    z[longest * width + c] = entry
  }
  const square = squares[p]!
  squares[p] = squares[longest]!
  squares[longest] = square
}

/** Turns rows p and q, with inner product `product`, into orthogonal ones, by the smaller of the two angles. */
const rotate = (
  z: Float64Array, p: number, q: number, length: number, width: number, squares: Float64Array, product: number
): void => {
  const cotangent = (squares[q]! - squares[p]!) / (2 * product) // of twice the angle
  const size = Math.abs(cotangent)
  const small = size > 1e8 ? 0.5 / size : 1 / (size + Math.sqrt(1 + cotangent * cotangent))
  const tangent = cotangent < 0 ? -small : small
  const cosine = 1 / Math.sqrt(1 + tangent * tangent)
  const sine = cosine * tangent
  const half = sine / (1 + cosine) // of half the angle: with it no rounded cosine stretches the rows (Rutishauser)
  for (let c = 0, a = p * width, b = q * width; c < width; c++, a++, b++) {
    const x = z[a]!
    const y = z[b]!
    z[a] = x - sine * (y + half * x)
    z[b] = y + sine * (x - half * y)
  }
  const reduced = squares[q]! + tangent * product
  squares[p] = squares[p]! - tangent * product
  squares[q] = reduced > 0.1 * squares[q]! ? reduced : dot(z, q * width, z, q * width, length)
}
