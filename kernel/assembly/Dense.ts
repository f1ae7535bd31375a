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

/** The matrix whose entries lie at `source` without padding. */
export function denseOf(source: usize, rows: i32, columns: i32): Dense {
  const matrix = dense(rows, columns)
  const bytes = <usize>columns << 3
  for (let i = 0; i < rows; i++, source += bytes) memory.copy(matrix.row(i), source, bytes)
  return matrix
}

export function identity(n: i32): Dense {
  const matrix = dense(n, n)
  for (let i = 0; i < n; i++) store<f64>(matrix.row(i) + (<usize>i << 3), 1)
  return matrix
}

export function transposed(a: Dense): Dense {
  const result = dense(a.columns, a.rows)
  for (let i = 0; i < a.rows; i++) {
    let to = result.entries + (<usize>i << 3)
    for (let j: usize = 0; j < <usize>a.columns << 3; j += 8, to += result.stride) store<f64>(to, load<f64>(a.row(i) + j))
  }
  return result
}

/** a·b, as a matrix of its own. */
export function times(a: Dense, b: Dense): Dense {
  const c = dense(a.rows, b.columns)
  multiply(a, b, c)
  return c
}

/** A table of `count` matrices, and its entries. */
export function denseTable(count: i32): usize {
  return take(<usize>count << 2)
}

@inline
export function denseAt(table: usize, index: i32): Dense {
  return changetype<Dense>(load<usize>(table + (<usize>index << 2)))
}

@inline
export function putDense(table: usize, index: i32, matrix: Dense): void {
  store<usize>(table + (<usize>index << 2), changetype<usize>(matrix))
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
