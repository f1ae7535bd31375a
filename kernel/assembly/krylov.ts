// Krylov spaces of the Hessian of the full loss: the bits of src/linalg/reference/krylov.ts.

import { dot } from "./dot"
import { multiplyByHessian, readHessian } from "./hessianProducts"
import { depth, width } from "./layers"

/**
 * Grows a space of state[0] vectors, state[1] the size of the operator as far as it was seen, to `to` of them. Rows of the
 * basis have n entries and zeros up to whole fours. False where a weight is not finite.
 */
export function growHessianKrylov(
  widths: usize, layers: i32, weights: usize, xx: usize, target: usize,
  basis: usize, diagonal: usize, off: usize, state: usize, to: i32
): bool {
  if (!readHessian(widths, layers, weights, xx, target)) return false
  let n = 0
  for (let l = 1; l <= depth; l++) n += width(l) * width(l - 1)
  const row = <usize>((n + 3) & ~3) << 3
  let count = <i32>load<f64>(state)
  let size = load<f64>(state, 8)
  let beyond = count > 0 ? load<f64>(off + (<usize>count << 3) - 8) : 1
  for (; count < to && beyond !== 0; count++) {
    const at = <usize>count << 3
    const q = basis + <usize>count * row
    const next = q + row
    scale(q, 1 / (count === 0 ? sqrt(dot(q, q, n)) : beyond), row)
    multiplyByHessian(q, next)
    size = max(size, sqrt(dot(next, next, n)))
    store<f64>(diagonal + at, dot(q, next, n))
    let along = dot(next, basis, n)
    for (let pass = 0; pass < 2; pass++) {
      for (let known = basis; known < next; known += row) {
        along = subtract(next, along, known, known === q ? basis : known + row, row)
      }
    }
    beyond = sqrt(dot(next, next, n))
    if (count + 1 === n || beyond <= 1e-14 * size) beyond = 0
    store<f64>(off + at, beyond)
  }
  store<f64>(state, <f64>count)
  store<f64>(state, size, 8)
  return true
}

function scale(vector: usize, factor: f64, bytes: usize): void {
  const factors = f64x2.splat(factor)
  for (let i: usize = 0; i < bytes; i += 16) v128.store(vector + i, f64x2.mul(v128.load(vector + i), factors))
}

/** a ← a − along·q; returns a·next, whose sums go on while a is written. */
function subtract(a: usize, along: f64, q: usize, next: usize, bytes: usize): f64 {
  const factor = f64x2.splat(along)
  let s01 = f64x2.splat(0)
  let s23 = s01
  for (let i: usize = 0; i < bytes; i += 32) {
    const first = f64x2.sub(v128.load(a + i), f64x2.mul(factor, v128.load(q + i)))
    const second = f64x2.sub(v128.load(a + i, 16), f64x2.mul(factor, v128.load(q + i, 16)))
    v128.store(a + i, first)
    v128.store(a + i, second, 16)
    s01 = f64x2.add(s01, f64x2.mul(first, v128.load(next + i)))
    s23 = f64x2.add(s23, f64x2.mul(second, v128.load(next + i, 16)))
  }
  return (f64x2.extract_lane(s01, 0) + f64x2.extract_lane(s01, 1)) +
    (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1))
}
