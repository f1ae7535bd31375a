// Matrices in the arena: rows padded with zeros to whole fours, and room for one row more where their number is odd.

import { take } from "./arena"
import { product } from "./product"

@unmanaged
export class Dense {
  entries: usize
  rows: i32
  columns: i32

  /** Bytes of a row. */
  get stride(): usize {
    return strideOf(this.columns)
  }

  /** The address of row i. */
  row(i: i32): usize {
    return this.entries + <usize>i * this.stride
  }

  /** Within the memory that it was made with; the entries are then undefined. */
  shape(rows: i32, columns: i32): void {
    this.rows = rows
    this.columns = columns
  }
}

@inline
export function strideOf(columns: i32): usize {
  return <usize>((columns + 3) & ~3) << 3
}

/** rows × columns zeros. */
export function dense(rows: i32, columns: i32): Dense {
  const matrix = changetype<Dense>(take(offsetof<Dense>()))
  matrix.entries = take(<usize>((rows + 1) & ~1) * strideOf(columns))
  matrix.shape(rows, columns)
  return matrix
}

/** c = a·b. */
export function multiply(a: Dense, b: Dense, c: Dense): void {
  c.shape(a.rows, b.columns)
  const columns = <i32>(c.stride >> 3)
  product((a.rows + 1) & ~1, columns, a.columns, a.entries, a.stride, 8, b.entries, b.stride, c.entries, c.stride)
}

export function copy(from: Dense, to: Dense): void {
  to.shape(from.rows, from.columns)
  memory.copy(to.entries, from.entries, <usize>from.rows * from.stride)
}
