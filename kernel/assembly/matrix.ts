// Matrices in the arena: rows padded with zeros to whole vectors, and one row more where their number is odd.

import { take } from "./arena"
import { padded } from "./product"

/** Bytes of a row. Rows a multiple of 512 bytes apart would crowd into a few sets of the cache. */
@inline
export function stride(columns: i32): usize {
  const bytes = <usize>padded(columns) << 3
  return (bytes & 511) === 0 ? bytes + 32 : bytes
}

/** rows × columns zeros. */
export function matrix(rows: i32, columns: i32): usize {
  return take(<usize>padded(rows) * stride(columns))
}

/** Copies a matrix without padding to one with it. */
export function pad(source: usize, rows: i32, columns: i32, target: usize): void {
  const row = <usize>columns << 3
  for (let i = 0; i < rows; i++) {
    memory.copy(target, source, row)
    source += row
    target += stride(columns)
  }
}

/** Copies a matrix with padding to one without it. */
export function unpad(source: usize, rows: i32, columns: i32, target: usize): void {
  const row = <usize>columns << 3
  for (let i = 0; i < rows; i++) {
    memory.copy(target, source, row)
    source += stride(columns)
    target += row
  }
}

/** target = sourceᵀ; source: rows × columns. Padding included, so that it stays zero. */
export function transpose(source: usize, rows: i32, columns: i32, target: usize): void {
  const from = stride(columns)
  const to = stride(rows)
  for (let i = 0; i < rows; i += 2) {
    let s = source
    let t = target
    for (let j = 0; j < columns; j += 2) {
      const a = v128.load(s)
      const b = v128.load(s + from)
      v128.store(t, v128.shuffle<f64>(a, b, 0, 2))
      v128.store(t + to, v128.shuffle<f64>(a, b, 1, 3))
      s += 16
      t += to + to
    }
    source += from + from
    target += 16
  }
}

/**
 * Σ a_t b_t over the entries of two matrices, t = 0 … rows·columns − 1, by four sums of index mod 4, then
 * (s0 + s1) + (s2 + s3): the bits of src/linalg/reference/dot.ts. The padding adds zeros.
 */
export function innerProduct(a: usize, b: usize, rows: i32, columns: i32): f64 {
  // The sums of the next two indices and of the two after them; a row that is no multiple of four moves them round.
  let s = f64x2.splat(0)
  let t = s
  const whole = columns & ~3
  const row = stride(columns)
  const count = rows * columns
  for (; rows > 0; rows--) {
    let j: usize = 0
    for (; j < <usize>whole << 3; j += 32) {
      s = f64x2.add(s, f64x2.mul(v128.load(a + j), v128.load(b + j)))
      t = f64x2.add(t, f64x2.mul(v128.load(a + j, 16), v128.load(b + j, 16)))
    }
    const left = columns & 3
    if (left > 0) s = f64x2.add(s, f64x2.mul(v128.load(a + j), v128.load(b + j)))
    if (left === 3) t = f64x2.add(t, f64x2.mul(v128.load(a + j, 16), v128.load(b + j, 16)))
    const first = s
    if (left === 1) {
      s = v128.shuffle<f64>(first, t, 1, 2)
      t = v128.shuffle<f64>(t, first, 1, 2)
    } else if (left === 2) {
      s = t
      t = first
    } else if (left === 3) {
      s = v128.shuffle<f64>(t, first, 1, 2)
      t = v128.shuffle<f64>(first, t, 1, 2)
    }
    a += row
    b += row
  }
  const s0 = f64x2.extract_lane(s, 0)
  const s1 = f64x2.extract_lane(s, 1)
  const t0 = f64x2.extract_lane(t, 0)
  const t1 = f64x2.extract_lane(t, 1)
  return (count & 1) === 0 ? (s0 + s1) + (t0 + t1) : (s0 + t1) + (s1 + t0)
}
