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

/** w ← w − η g at `weights`. */
export function updateAll(weights: usize, gradient: usize, bytes: usize): void {
  const eta = rate
  let bits = lost
  for (let i: usize = 0; i < bytes; i += 16) bits = keep(weights + i, v128.load(gradient + i), true, eta, bits)
  lost = bits
}

/** Stores the sums, or updates two weights by them; gives the bits of w − w, more and more of them. */
@inline
export function keep(c: usize, sum: v128, updates: bool, eta: v128, bits: v128): v128 {
  if (!updates) {
    v128.store(c, sum)
    return bits
  }
  const weight = f64x2.sub(v128.load(c), f64x2.mul(eta, sum))
  v128.store(c, weight)
  return v128.or(bits, f64x2.sub(weight, weight))
}

@inline
export function plus(sum: v128, left: v128, right: v128): v128 {
  return f64x2.add(sum, f64x2.mul(left, right))
}

/**
 * One tile of `height` × `width` vectors of sums, which V8 holds in registers: 4 × 2, 3 × 3, 2 × 4 or less.
 * `adjacent`: a_ik, a_i+1,k, … lie side by side.
 */
@inline
function tile(
  height: i32, width: i32, adjacent: bool, updates: bool, eta: v128, bits: v128,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): v128 {
  let p0 = a
  let p1 = p0 + aRow
  let p2 = p1 + aRow
  let p3 = p2 + aRow
  let s00 = f64x2.splat(0)
  let s01 = f64x2.splat(0)
  let s02 = f64x2.splat(0)
  let s03 = f64x2.splat(0)
  let s10 = f64x2.splat(0)
  let s11 = f64x2.splat(0)
  let s12 = f64x2.splat(0)
  let s13 = f64x2.splat(0)
  let s20 = f64x2.splat(0)
  let s21 = f64x2.splat(0)
  let s22 = f64x2.splat(0)
  let s30 = f64x2.splat(0)
  let s31 = f64x2.splat(0)
  for (let k = depth; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = width > 1 ? v128.load(b, 16) : b0
    const b2 = width > 2 ? v128.load(b, 32) : b0
    const b3 = width > 3 ? v128.load(b, 48) : b0
    const a0 = v128.load64_splat(p0)
    s00 = plus(s00, a0, b0)
    if (width > 1) s01 = plus(s01, a0, b1)
    if (width > 2) s02 = plus(s02, a0, b2)
    if (width > 3) s03 = plus(s03, a0, b3)
    if (height > 1) {
      const a1 = adjacent ? v128.load64_splat(p0, 8) : v128.load64_splat(p1)
      s10 = plus(s10, a1, b0)
      if (width > 1) s11 = plus(s11, a1, b1)
      if (width > 2) s12 = plus(s12, a1, b2)
      if (width > 3) s13 = plus(s13, a1, b3)
      if (!adjacent) p1 += aStep
    }
    if (height > 2) {
      const a2 = adjacent ? v128.load64_splat(p0, 16) : v128.load64_splat(p2)
      s20 = plus(s20, a2, b0)
      if (width > 1) s21 = plus(s21, a2, b1)
      if (width > 2) s22 = plus(s22, a2, b2)
      if (!adjacent) p2 += aStep
    }
    if (height > 3) {
      const a3 = adjacent ? v128.load64_splat(p0, 24) : v128.load64_splat(p3)
      s30 = plus(s30, a3, b0)
      if (width > 1) s31 = plus(s31, a3, b1)
      if (!adjacent) p3 += aStep
    }
    p0 += aStep
    b += bStep
  }
  bits = keep(c, s00, updates, eta, bits)
  if (width > 1) bits = keep(c + 16, s01, updates, eta, bits)
  if (width > 2) bits = keep(c + 32, s02, updates, eta, bits)
  if (width > 3) bits = keep(c + 48, s03, updates, eta, bits)
  if (height > 1) {
    c += cRow
    bits = keep(c, s10, updates, eta, bits)
    if (width > 1) bits = keep(c + 16, s11, updates, eta, bits)
    if (width > 2) bits = keep(c + 32, s12, updates, eta, bits)
    if (width > 3) bits = keep(c + 48, s13, updates, eta, bits)
  }
  if (height > 2) {
    c += cRow
    bits = keep(c, s20, updates, eta, bits)
    if (width > 1) bits = keep(c + 16, s21, updates, eta, bits)
    if (width > 2) bits = keep(c + 32, s22, updates, eta, bits)
  }
  if (height > 3) {
    c += cRow
    bits = keep(c, s30, updates, eta, bits)
    if (width > 1) bits = keep(c + 16, s31, updates, eta, bits)
  }
  return bits
}

/** `width` vectors of columns, for all rows: tiles of `tallest`, the last two of them alike, since low ones are slow. */
@inline
function panel(
  tallest: i32, width: i32, adjacent: bool, updates: bool, rows: i32,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  const eta = rate
  let bits = lost
  while (rows > 0) {
    const height = rows >= 2 * tallest ? tallest : rows > tallest ? (rows + 1) >> 1 : rows
    if (height === tallest) {
      bits = tile(tallest, width, adjacent, updates, eta, bits, depth, a, aRow, aStep, b, bStep, c, cRow)
    } else if (height === 1) {
      bits = tile(1, width, adjacent, updates, eta, bits, depth, a, aRow, aStep, b, bStep, c, cRow)
    } else if (tallest > 2 && height === 2) {
      bits = tile(2, width, adjacent, updates, eta, bits, depth, a, aRow, aStep, b, bStep, c, cRow)
    } else if (tallest > 3) {
      bits = tile(3, width, adjacent, updates, eta, bits, depth, a, aRow, aStep, b, bStep, c, cRow)
    }
    a += <usize>height * aRow
    c += <usize>height * cRow
    rows -= height
  }
  if (updates) lost = bits
}

@inline
function panels(
  adjacent: bool, updates: bool, rows: i32, columns: i32,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  for (let vectors = columns >> 1; vectors > 0;) {
    // Eight or nine sums hide the latency of an addition and leave registers for the operands.
    const width = vectors <= 4 ? vectors : vectors % 4 === 0 ? 4 : 3
    if (width === 4) panel(2, 4, adjacent, updates, rows, depth, a, aRow, aStep, b, bStep, c, cRow)
    else if (width === 3) panel(3, 3, adjacent, updates, rows, depth, a, aRow, aStep, b, bStep, c, cRow)
    else if (width === 2) panel(4, 2, adjacent, updates, rows, depth, a, aRow, aStep, b, bStep, c, cRow)
    else panel(4, 1, adjacent, updates, rows, depth, a, aRow, aStep, b, bStep, c, cRow)
    b += <usize>width << 4
    c += <usize>width << 4
    vectors -= width
  }
}

/**
 * c = a·b; c: rows × columns, columns even. a_ik lies at a + i·aRow + k·aStep, b_kj at b + k·bStep + 8j, c_ij at
 * c + i·cRow + 8j; all in bytes.
 */
export function product(
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  panels(false, false, rows, columns, depth, a, aRow, aStep, b, bStep, c, cRow)
}

/** c = aᵀ·b, a_ki at a + k·aRow + 8i, the rest as in `product`. */
export function productOfTranspose(
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  panels(true, false, rows, columns, depth, a, 8, aRow, b, bStep, c, cRow)
}

/** c ← c − η (a·b), laid out as in `product`, η that of `startUpdate`. */
export function updateByProduct(
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize
): void {
  panels(false, true, rows, columns, depth, a, aRow, aStep, b, bStep, c, cRow)
}

/**
 * c_ij ← c_ij − η a_i b_j, η that of `startUpdate`, by two rows at once; columns even, rows of c `cRow` bytes apart, with one
 * more, and an a of zero for it, where they are odd.
 */
export function updateByOuter(rows: i32, columns: i32, a: usize, b: usize, c: usize, cRow: usize): void {
  const eta = rate
  const none = f64x2.splat(0)
  const bytes = <usize>columns << 3
  let bits = lost
  for (; rows > 0; rows -= 2, a += 16, c += 2 * cRow) {
    const first = v128.load64_splat(a)
    const second = v128.load64_splat(a, 8)
    const below = c + cRow
    for (let j: usize = 0; j < bytes; j += 16) {
      const right = v128.load(b + j)
      bits = keep(c + j, plus(none, first, right), true, eta, bits)
      bits = keep(below + j, plus(none, second, right), true, eta, bits)
    }
  }
  lost = bits
}
