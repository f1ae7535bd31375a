// Products of dense matrices on flat buffers: the order of every sum that the compiled kernels repeat to the last bit.

/**
 * c = a·b for any layout of a and b; c: rows × columns, row-major. Every c_ij is summed from +0 over k = 0 … depth − 1
 * in order, multiply then add. Nothing of c may lie in a or b.
 *
 * a_ik is `a[i * aRow + k * aStep]` and b_kj is `b[k * bStep + j * bColumn]`: a transpose is a choice of
 * strides.
 */
export const product = (
  rows: number,
  columns: number,
  depth: number,
  a: Float64Array,
  aRow: number,
  aStep: number,
  b: Float64Array,
  bStep: number,
  bColumn: number,
  c: Float64Array
): void => {
  const wholeRows = rows - (rows % 2)
  const wholeColumns = columns - (columns % 2)
  // Blocks of 2 × 2 share their loads: four sums at once, each in its own order.
  for (let i = 0; i < wholeRows; i += 2) {
    for (let j = 0; j < wholeColumns; j += 2) {
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      let p = i * aRow
      let q = j * bColumn
      for (let k = 0; k < depth; k++) {
        const a0 = a[p]!
        const a1 = a[p + aRow]!
        const b0 = b[q]!
        const b1 = b[q + bColumn]!
        s00 += a0 * b0
        s01 += a0 * b1
        s10 += a1 * b0
        s11 += a1 * b1
        p += aStep
        q += bStep
      }
      c[i * columns + j] = s00
      c[i * columns + j + 1] = s01
      c[(i + 1) * columns + j] = s10
      c[(i + 1) * columns + j + 1] = s11
    }
  }
  const entry = (i: number, j: number): void => {
    let sum = 0
    for (let k = 0; k < depth; k++) sum += a[i * aRow + k * aStep]! * b[k * bStep + j * bColumn]!
    c[i * columns + j] = sum
  }
  if (wholeColumns < columns) for (let i = 0; i < wholeRows; i++) entry(i, wholeColumns)
  if (wholeRows < rows) for (let j = 0; j < columns; j++) entry(wholeRows, j)
}
