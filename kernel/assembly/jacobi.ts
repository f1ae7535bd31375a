// One-sided Jacobi: the bits of src/linalg/reference/jacobi.ts.

import { Dense } from "./Dense"
import { dot } from "./dot"

const LEAST_SQUARE = 1e-280

/** Rotates the rows of z until all are orthogonal; false where they do not become so. `squares` has room for theirs. */
export function orthogonalizeRows(z: Dense, squares: usize): bool {
  const rows = z.rows
  const columns = z.columns
  const tolerance = 2.220446049250313e-16 * sqrt(<f64>columns)
  for (let sweeps = 0; sweeps < 60; sweeps++) {
    let rotated = false
    for (let p = 0; p < rows; p++) store<f64>(squares + (<usize>p << 3), dot(z.row(p), z.row(p), columns))
    for (let p = 0; p < rows - 1; p++) {
      bringLongest(z, p, squares)
      const x = z.row(p)
      const xx = squares + (<usize>p << 3)
      if (load<f64>(xx) < LEAST_SQUARE) break
      for (let q = p + 1; q < rows; q++) {
        const y = z.row(q)
        const yy = squares + (<usize>q << 3)
        const product = dot(x, y, columns)
        const lengths = sqrt(load<f64>(xx)) * sqrt(load<f64>(yy))
        if (load<f64>(yy) >= LEAST_SQUARE && abs(product) > tolerance * lengths) {
          rotate(x, y, columns, z.stride, xx, yy, product)
          rotated = true
        }
      }
    }
    if (!rotated) return true
  }
  return false
}

/** Exchanges row p with the longest of the rows from p on. */
function bringLongest(z: Dense, p: i32, squares: usize): void {
  const xx = squares + (<usize>p << 3)
  let longest = xx
  let row = p
  for (let q = p + 1; q < z.rows; q++) {
    const yy = squares + (<usize>q << 3)
    if (load<f64>(yy) > load<f64>(longest)) {
      longest = yy
      row = q
    }
  }
  if (row === p) return
  const x = z.row(p)
  const y = z.row(row)
  for (let c: usize = 0; c < z.stride; c += 16) {
    const entries = v128.load(x + c)
    v128.store(x + c, v128.load(y + c))
    v128.store(y + c, entries)
  }
  const square = load<f64>(xx)
  store<f64>(xx, load<f64>(longest))
  store<f64>(longest, square)
}

/** Turns rows x and y, of squares at xx and yy, into orthogonal ones, by the smaller of the two angles. */
function rotate(x: usize, y: usize, columns: i32, bytes: usize, xx: usize, yy: usize, product: f64): void {
  const cotangent = (load<f64>(yy) - load<f64>(xx)) / (2 * product)
  const size = abs(cotangent)
  const small = size > 1e8 ? 0.5 / size : 1 / (size + sqrt(1 + cotangent * cotangent))
  const tangent = cotangent < 0 ? -small : small
  const cosine = 1 / sqrt(1 + tangent * tangent)
  const sine = cosine * tangent
  const sines = f64x2.splat(sine)
  const halves = f64x2.splat(sine / (1 + cosine))
  for (let c: usize = 0; c < bytes; c += 16) {
    const a = v128.load(x + c)
    const b = v128.load(y + c)
    v128.store(x + c, f64x2.sub(a, f64x2.mul(sines, f64x2.add(b, f64x2.mul(halves, a)))))
    v128.store(y + c, f64x2.add(b, f64x2.mul(sines, f64x2.sub(a, f64x2.mul(halves, b)))))
  }
  const square = load<f64>(yy)
  const reduced = square + tangent * product
  store<f64>(xx, load<f64>(xx) - tangent * product)
  store<f64>(yy, reduced > 0.1 * square ? reduced : dot(y, y, columns))
}
