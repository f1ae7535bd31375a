// Matrices in the arena: rows padded with zeros to whole vectors, and one row more where their number is odd.

import { take } from "./arena"
import { padded } from "./product"

/** Bytes of a row. */
@inline
export function stride(columns: i32): usize {
  return <usize>padded(columns) << 3
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
  for (let i: usize = 0; i < to; i += 16) {
    let s = source
    let t = target
    for (let j: usize = 0; j < from; j += 16) {
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
