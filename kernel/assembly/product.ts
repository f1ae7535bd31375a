// Products of dense matrices in tiles of vectors of two. Lanes run across the columns of the result, so that every
// element is still summed from +0 over k in order, multiply then add: the bits of src/linalg/reference/product.ts.

/** Columns of a row in memory: rows are padded with zeros to whole vectors. */
@inline
export function padded(columns: i32): i32 {
  return (columns + 1) & ~1
}

/** η, and the bits of w − w over all updated weights: not all zero where a weight is not finite. */
let rate: v128 = f64x2.splat(0)
let lost: v128 = f64x2.splat(0)

export function startUpdate(learningRate: f64): void {
  rate = f64x2.splat(learningRate)
  lost = f64x2.splat(0)
}

export function isFinite(): bool {
  return !v128.any_true(lost)
}

/** w ← w − η g, for the two weights at `w`. */
@inline
export function update(w: usize, gradient: v128): void {
  const weight = f64x2.sub(v128.load(w), f64x2.mul(rate, gradient))
  lost = v128.or(lost, f64x2.sub(weight, weight))
  v128.store(w, weight)
}

@inline
function keep(c: usize, sum: v128, updates: bool): void {
  if (updates) update(c, sum)
  else v128.store(c, sum)
}

@inline
function plus(sum: v128, left: v128, right: v128): v128 {
  return f64x2.add(sum, f64x2.mul(left, right))
}

/** One tile of 4 or 2 rows × 4 or 2 columns: 8 sums at most, which is what V8 holds in registers without spilling. */
@inline
function tile(
  tall: bool, wide: bool, updates: bool,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  let p0 = a
  let p1 = p0 + aRow
  let p2 = p1 + aRow
  let p3 = p2 + aRow
  let s00 = f64x2.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  for (let k = depth; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = wide ? v128.load(b, 16) : b0
    const a0 = v128.load64_splat(p0)
    s00 = plus(s00, a0, b0)
    if (wide) s01 = plus(s01, a0, b1)
    const a1 = v128.load64_splat(p1)
    s10 = plus(s10, a1, b0)
    if (wide) s11 = plus(s11, a1, b1)
    p0 += aStep
    p1 += aStep
    b += bStep
    if (tall) {
      const a2 = v128.load64_splat(p2)
      s20 = plus(s20, a2, b0)
      if (wide) s21 = plus(s21, a2, b1)
      const a3 = v128.load64_splat(p3)
      s30 = plus(s30, a3, b0)
      if (wide) s31 = plus(s31, a3, b1)
      p2 += aStep
      p3 += aStep
    }
  }
  keep(c, s00, updates)
  if (wide) keep(c + 16, s01, updates)
  keep(c + cRow, s10, updates)
  if (wide) keep(c + cRow + 16, s11, updates)
  if (tall) {
    c += cRow + cRow
    keep(c, s20, updates)
    if (wide) keep(c + 16, s21, updates)
    keep(c + cRow, s30, updates)
    if (wide) keep(c + cRow + 16, s31, updates)
  }
}

@inline
function tiles(
  updates: bool, rows: i32, columns: i32,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  for (; rows > 2; rows -= 4) {
    let j = 0
    for (; j < columns - 2; j += 4) {
      tile(true, true, updates, depth, a, aRow, aStep, b + (j << 3), bStep, c + (j << 3), cRow)
    }
    if (j < columns) tile(true, false, updates, depth, a, aRow, aStep, b + (j << 3), bStep, c + (j << 3), cRow)
    a += aRow << 2
    c += cRow << 2
  }
  if (rows > 0) {
    let j = 0
    for (; j < columns - 2; j += 4) {
      tile(false, true, updates, depth, a, aRow, aStep, b + (j << 3), bStep, c + (j << 3), cRow)
    }
    if (j < columns) tile(false, false, updates, depth, a, aRow, aStep, b + (j << 3), bStep, c + (j << 3), cRow)
  }
}

/**
 * c = a·b; c: rows × columns, both even. a_ik lies at a + i·aRow + k·aStep, b_kj at b + k·bStep + 8j, c_ij at
 * c + i·cRow + 8j; all in bytes.
 */
export function product(
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  tiles(false, rows, columns, depth, a, aRow, aStep, b, bStep, c, cRow)
}

/** c ← c − η (a·b), laid out as in `product`, η that of `startUpdate`. */
export function updateByProduct(
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  tiles(true, rows, columns, depth, a, aRow, aStep, b, bStep, c, cRow)
}
