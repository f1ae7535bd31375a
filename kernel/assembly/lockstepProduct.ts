// Products of matrices whose entries are vectors, a lane for each of two runs: every entry is summed from +0 over k in
// order, multiply then add, as in src/linalg/reference/product.ts.

import { keep, plus } from "./product"

/** Bytes of an entry. */
export const ENTRY: usize = 16

/** η of each lane, and the bits of w − w over all updated weights: not zero in lanes where a weight is not finite. */
let rate: v128 = f64x2.splat(0)
let lost: v128 = f64x2.splat(0)

export function startUpdates(learningRates: v128): void {
  rate = learningRates
  lost = f64x2.splat(0)
}

export function lostLanes(): v128 {
  return lost
}

/** w ← w − η g, entry by entry. */
export function updateEach(weights: usize, gradient: usize, count: i32): void {
  let bits = lost
  for (let i: usize = 0; i < <usize>count * ENTRY; i += ENTRY) {
    bits = keep(weights + i, v128.load(gradient + i), true, rate, bits)
  }
  lost = bits
}

/** w_ij ← w_ij − η a_i b_j. */
export function updateByOuter(rows: i32, columns: i32, a: usize, b: usize, weights: usize): void {
  const eta = rate
  let bits = lost
  const end = b + <usize>columns * ENTRY
  for (; rows > 0; rows--, a += ENTRY) {
    const left = v128.load(a)
    for (let q = b; q < end; q += ENTRY, weights += ENTRY) {
      bits = keep(weights, plus(f64x2.splat(0), left, v128.load(q)), true, eta, bits)
    }
  }
  lost = bits
}

/** One tile of `height` × `width` sums, nine at most in three columns, six in one. Columns of b lie apart in updates. */
@inline
function tile(
  height: i32, width: i32, updates: bool, eta: v128, bits: v128,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, c: usize, cRow: usize
): v128 {
  let p1 = a + aRow
  let p2 = p1 + aRow
  let p3 = p2 + aRow
  let p4 = p3 + aRow
  let p5 = p4 + aRow
  let q1 = b + bColumn
  let q2 = q1 + bColumn
  let s00 = f64x2.splat(0)
  let s01 = f64x2.splat(0)
  let s02 = f64x2.splat(0)
  let s10 = f64x2.splat(0)
  let s11 = f64x2.splat(0)
  let s12 = f64x2.splat(0)
  let s20 = f64x2.splat(0)
  let s21 = f64x2.splat(0)
  let s22 = f64x2.splat(0)
  let s30 = f64x2.splat(0)
  let s31 = f64x2.splat(0)
  let s40 = f64x2.splat(0)
  let s50 = f64x2.splat(0)
  for (let k = depth; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = width > 1 ? updates ? v128.load(q1) : v128.load(b, 16) : b0
    const b2 = width > 2 ? updates ? v128.load(q2) : v128.load(b, 32) : b0
    const a0 = v128.load(a)
    s00 = plus(s00, a0, b0)
    if (width > 1) s01 = plus(s01, a0, b1)
    if (width > 2) s02 = plus(s02, a0, b2)
    if (height > 1) {
      const a1 = v128.load(p1)
      s10 = plus(s10, a1, b0)
      if (width > 1) s11 = plus(s11, a1, b1)
      if (width > 2) s12 = plus(s12, a1, b2)
      p1 += aStep
    }
    if (height > 2) {
      const a2 = v128.load(p2)
      s20 = plus(s20, a2, b0)
      if (width > 1) s21 = plus(s21, a2, b1)
      if (width > 2) s22 = plus(s22, a2, b2)
      p2 += aStep
    }
    if (height > 3) {
      const a3 = v128.load(p3)
      s30 = plus(s30, a3, b0)
      if (width > 1) s31 = plus(s31, a3, b1)
      p3 += aStep
    }
    if (height > 4) {
      s40 = plus(s40, v128.load(p4), b0)
      p4 += aStep
    }
    if (height > 5) {
      s50 = plus(s50, v128.load(p5), b0)
      p5 += aStep
    }
    a += aStep
    b += bStep
    if (width > 1 && updates) q1 += bStep
    if (width > 2 && updates) q2 += bStep
  }
  bits = keep(c, s00, updates, eta, bits)
  if (width > 1) bits = keep(c + 16, s01, updates, eta, bits)
  if (width > 2) bits = keep(c + 32, s02, updates, eta, bits)
  if (height > 1) {
    c += cRow
    bits = keep(c, s10, updates, eta, bits)
    if (width > 1) bits = keep(c + 16, s11, updates, eta, bits)
    if (width > 2) bits = keep(c + 32, s12, updates, eta, bits)
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
  if (height > 4) bits = keep(c + cRow, s40, updates, eta, bits)
  if (height > 5) bits = keep(c + 2 * cRow, s50, updates, eta, bits)
  return bits
}

/** `width` columns, for all rows: tiles of `tallest`, the last two of them alike, since low ones are slow. */
@inline
function strip(
  tallest: i32, width: i32, updates: bool, rows: i32,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, c: usize, cRow: usize
): void {
  const eta = rate
  let bits = lost
  while (rows > 0) {
    const height = rows >= 2 * tallest ? tallest : rows > tallest ? (rows + 1) >> 1 : rows
    if (height === tallest) {
      bits = tile(tallest, width, updates, eta, bits, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    } else if (height === 1) {
      bits = tile(1, width, updates, eta, bits, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    } else if (tallest > 2 && height === 2) {
      bits = tile(2, width, updates, eta, bits, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    } else if (tallest > 3 && height === 3) {
      bits = tile(3, width, updates, eta, bits, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    } else if (tallest > 4 && height === 4) {
      bits = tile(4, width, updates, eta, bits, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    } else if (tallest > 5) {
      bits = tile(5, width, updates, eta, bits, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    }
    a += <usize>height * aRow
    c += <usize>height * cRow
    rows -= height
  }
  if (updates) lost = bits
}

@inline
function strips(
  updates: bool, rows: i32, columns: i32,
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, c: usize
): void {
  const cRow = <usize>columns * ENTRY
  while (columns > 0) {
    const width = columns === 1 ? 1 : columns === 2 || columns === 4 ? 2 : 3
    if (width === 3) strip(3, 3, updates, rows, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    else if (width === 2) strip(4, 2, updates, rows, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    else strip(6, 1, updates, rows, depth, a, aRow, aStep, b, bStep, bColumn, c, cRow)
    b += <usize>width * bColumn
    c += <usize>width * ENTRY
    columns -= width
  }
}

/** c = a·b; c: rows × columns. a_ik lies at a + i·aRow + k·aStep, in bytes; b and c are row-major. */
export function lockstepProduct(
  rows: i32, columns: i32, depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, c: usize
): void {
  strips(false, rows, columns, depth, a, aRow, aStep, b, <usize>columns * ENTRY, ENTRY, c)
}

/** c ← c − η a·bᵀ, all row-major. */
export function lockstepUpdate(rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize): void {
  const row = <usize>depth * ENTRY
  if (depth === 1) updateByOuter(rows, columns, a, b, c)
  else strips(true, rows, columns, depth, a, row, ENTRY, b, ENTRY, row, c)
}
