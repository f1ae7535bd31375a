// Products of matrices: the bits of Matrix.multiply.

import { dense, denseOf } from "./Dense"
import { product, productOfTranspose } from "./product"

/** c = a·b, or aᵀ·b where `isTransposed`; c: rows × columns. All without padding. */
export function multiply(rows: i32, columns: i32, depth: i32, isTransposed: bool, a: usize, b: usize, c: usize): void {
  const right = denseOf(b, depth, columns)
  const sums = dense(rows, columns)
  const aRow = <usize>(isTransposed ? rows : depth) << 3
  const even = (columns + 1) & ~1
  if (isTransposed) productOfTranspose(rows, even, depth, a, aRow, right.entries, right.stride, sums.entries, sums.stride)
  else product(rows, even, depth, a, aRow, 8, right.entries, right.stride, sums.entries, sums.stride)
  const bytes = <usize>columns << 3
  for (let i = 0; i < rows; i++, c += bytes) memory.copy(c, sums.row(i), bytes)
}
