// What a decomposition fails with where an entry is NaN or infinite: it would spread everywhere, so it is named.

import type { Matrix } from "./Matrix.ts"

export class NotFinite extends Error {
  override readonly name = "NotFinite"
  /** Which of several factors, from 1; 1 for a single matrix. */
  readonly factor: number
  /** Row and column of the entry, from 0. */
  readonly row: number
  readonly column: number
  readonly value: number

  constructor(factor: number, row: number, column: number, value: number) {
    super(
      `Entry (${row}, ${column}) of factor ${factor} is ${value}: no decomposition exists. ` +
        "Look for a diverged training run or a division by zero before this step."
    )
    this.factor = factor
    this.row = row
    this.column = column
    this.value = value
  }
}

/** max |a_rc|, 0 for an empty matrix; throws NotFinite at the first entry that is not a finite number. */
export const largestEntry = (matrix: Matrix, factor = 1): number => {
  let largest = 0
  for (let i = 0; i < matrix.data.length; i++) {
    const size = Math.abs(matrix.data[i]!)
    if (!(size < Infinity)) {
      throw new NotFinite(factor, Math.floor(i / matrix.columns), i % matrix.columns, matrix.data[i]!)
    }
    if (size > largest) largest = size
  }
  return largest
}
