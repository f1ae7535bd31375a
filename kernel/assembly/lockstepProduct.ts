// Products of small matrices whose entries are vectors, a lane for each of two runs: every entry is summed from +0 over k
// in order, multiply then add, as in src/linalg/reference/product.ts. All rows lie at one distance, whatever their length,
// so that the places of neighbours are constants.

import { plus } from "./product"

/** Bytes of an entry. */
export const ENTRY: usize = 16
/** Bytes from a row to the next one: of the widest that there is, WIDEST of src/linalg/compiled/wasm.ts. */
export const ROW: usize = 384

/** w − η g. */
@inline
export function less(weight: v128, eta: v128, gradient: v128): v128 {
  return f64x2.sub(weight, f64x2.mul(eta, gradient))
}

/**
 * One tile of `height` × `width` sums over k, ten at most, which V8 holds in registers. `aAlong`: a_i1, a_i2, … lie side
 * by side, else a_1k, a_2k, …; b likewise. Where b lies along, c_ij, in row j, becomes the sum; else, in row i, it loses
 * η times the sum.
 */
@inline
function tile(
  height: i32, width: i32, aAlong: bool, bAlong: bool, depth: i32, a: usize, b: usize, c: usize, eta: v128
): void {
  const end = a + <usize>depth * (aAlong ? ENTRY : ROW)
  let s00 = f64x2.splat(0)
  let s01 = f64x2.splat(0)
  let s10 = f64x2.splat(0)
  let s11 = f64x2.splat(0)
  let s20 = f64x2.splat(0)
  let s21 = f64x2.splat(0)
  let s30 = f64x2.splat(0)
  let s31 = f64x2.splat(0)
  let s40 = f64x2.splat(0)
  let s41 = f64x2.splat(0)
  for (; a < end; a += aAlong ? ENTRY : ROW, b += bAlong ? ENTRY : ROW) {
    const b0 = v128.load(b)
    const b1 = width < 2 ? b0 : bAlong ? v128.load(b, ROW) : v128.load(b, ENTRY)
    const a0 = v128.load(a)
    s00 = plus(s00, a0, b0)
    if (width > 1) s01 = plus(s01, a0, b1)
    if (height > 1) {
      const a1 = aAlong ? v128.load(a, ROW) : v128.load(a, ENTRY)
      s10 = plus(s10, a1, b0)
      if (width > 1) s11 = plus(s11, a1, b1)
    }
    if (height > 2) {
      const a2 = aAlong ? v128.load(a, 2 * ROW) : v128.load(a, 2 * ENTRY)
      s20 = plus(s20, a2, b0)
      if (width > 1) s21 = plus(s21, a2, b1)
    }
    if (height > 3) {
      const a3 = aAlong ? v128.load(a, 3 * ROW) : v128.load(a, 3 * ENTRY)
      s30 = plus(s30, a3, b0)
      if (width > 1) s31 = plus(s31, a3, b1)
    }
    if (height > 4) {
      const a4 = aAlong ? v128.load(a, 4 * ROW) : v128.load(a, 4 * ENTRY)
      s40 = plus(s40, a4, b0)
      if (width > 1) s41 = plus(s41, a4, b1)
    }
  }
  if (bAlong) {
    v128.store(c, s00)
    if (height > 1) v128.store(c, s10, ENTRY)
    if (height > 2) v128.store(c, s20, 2 * ENTRY)
    if (height > 3) v128.store(c, s30, 3 * ENTRY)
    if (height > 4) v128.store(c, s40, 4 * ENTRY)
    if (width > 1) v128.store(c, s01, ROW)
    if (height > 1 && width > 1) v128.store(c, s11, ROW + ENTRY)
    if (height > 2 && width > 1) v128.store(c, s21, ROW + 2 * ENTRY)
    if (height > 3 && width > 1) v128.store(c, s31, ROW + 3 * ENTRY)
    if (height > 4 && width > 1) v128.store(c, s41, ROW + 4 * ENTRY)
  } else {
    v128.store(c, less(v128.load(c), eta, s00))
    if (width > 1) v128.store(c, less(v128.load(c, ENTRY), eta, s01), ENTRY)
    if (height > 1) v128.store(c, less(v128.load(c, ROW), eta, s10), ROW)
    if (height > 1 && width > 1) v128.store(c, less(v128.load(c, ROW + ENTRY), eta, s11), ROW + ENTRY)
    if (height > 2) v128.store(c, less(v128.load(c, 2 * ROW), eta, s20), 2 * ROW)
    if (height > 2 && width > 1) v128.store(c, less(v128.load(c, 2 * ROW + ENTRY), eta, s21), 2 * ROW + ENTRY)
    if (height > 3) v128.store(c, less(v128.load(c, 3 * ROW), eta, s30), 3 * ROW)
    if (height > 3 && width > 1) v128.store(c, less(v128.load(c, 3 * ROW + ENTRY), eta, s31), 3 * ROW + ENTRY)
    if (height > 4) v128.store(c, less(v128.load(c, 4 * ROW), eta, s40), 4 * ROW)
    if (height > 4 && width > 1) v128.store(c, less(v128.load(c, 4 * ROW + ENTRY), eta, s41), 4 * ROW + ENTRY)
  }
}

/** `height` rows of sums, for all columns. */
@inline
function strip(
  height: i32, aAlong: bool, bAlong: bool, columns: i32, depth: i32, a: usize, b: usize, c: usize, eta: v128
): void {
  const next = bAlong ? ROW : ENTRY
  for (; columns > 1; columns -= 2, b += 2 * next, c += 2 * next) tile(height, 2, aAlong, bAlong, depth, a, b, c, eta)
  if (columns > 0) tile(height, 1, aAlong, bAlong, depth, a, b, c, eta)
}

/** How many rows to take at once: five, the last two times alike, since low strips are slow. */
@inline
function heightOf(rows: i32): i32 {
  return rows >= 10 ? 5 : rows > 5 ? (rows + 1) >> 1 : rows
}

/** For all rows. */
@inline
function strips(
  aAlong: bool, bAlong: bool, rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize, eta: v128
): void {
  while (rows > 0) {
    const height = heightOf(rows)
    // No `else`: of two branches the optimizer folds what is alike before it knows that their constants are not.
    if (height === 5) strip(5, aAlong, bAlong, columns, depth, a, b, c, eta)
    if (height === 4) strip(4, aAlong, bAlong, columns, depth, a, b, c, eta)
    if (height === 3) strip(3, aAlong, bAlong, columns, depth, a, b, c, eta)
    if (height === 2) strip(2, aAlong, bAlong, columns, depth, a, b, c, eta)
    if (height === 1) strip(1, aAlong, bAlong, columns, depth, a, b, c, eta)
    a += <usize>height * (aAlong ? ROW : ENTRY)
    c += <usize>height * (bAlong ? ENTRY : ROW)
    rows -= height
  }
}

/** c = b·aᵀ; a: rows × depth, b: columns × depth. */
export function productByTranspose(rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize): void {
  strips(true, true, rows, columns, depth, a, b, c, f64x2.splat(0))
}

/** c = b·a; a: depth × rows, b: columns × depth. */
export function productBy(rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize): void {
  strips(false, true, rows, columns, depth, a, b, c, f64x2.splat(0))
}

/** c ← c − η aᵀ·b, η of each lane; a: depth × rows, b: depth × columns. */
export function updateByProduct(rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize, eta: v128): void {
  strips(false, false, rows, columns, depth, a, b, c, eta)
}

/** The same for a depth of 1, a and b rows; below = a·c, with the c of before. */
export function updateByRow(rows: i32, columns: i32, a: usize, b: usize, c: usize, eta: v128, below: usize): void {
  while (columns > 0) {
    const width = heightOf(columns)
    if (width === 5) outer(5, rows, a, b, c, eta, below)
    if (width === 4) outer(4, rows, a, b, c, eta, below)
    if (width === 3) outer(3, rows, a, b, c, eta, below)
    if (width === 2) outer(2, rows, a, b, c, eta, below)
    if (width === 1) outer(1, rows, a, b, c, eta, below)
    b += <usize>width * ENTRY
    c += <usize>width * ENTRY
    below += <usize>width * ENTRY
    columns -= width
  }
}

/** The same for `width` columns. */
@inline
function outer(width: i32, rows: i32, a: usize, b: usize, c: usize, eta: v128, below: usize): void {
  const none = f64x2.splat(0)
  const b0 = v128.load(b)
  const b1 = width > 1 ? v128.load(b, ENTRY) : b0
  const b2 = width > 2 ? v128.load(b, 2 * ENTRY) : b0
  const b3 = width > 3 ? v128.load(b, 3 * ENTRY) : b0
  const b4 = width > 4 ? v128.load(b, 4 * ENTRY) : b0
  let s0 = none
  let s1 = none
  let s2 = none
  let s3 = none
  let s4 = none
  for (; rows > 0; rows--, a += ENTRY, c += ROW) {
    const left = v128.load(a)
    const c0 = v128.load(c)
    s0 = plus(s0, left, c0)
    v128.store(c, less(c0, eta, plus(none, left, b0)))
    if (width > 1) {
      const c1 = v128.load(c, ENTRY)
      s1 = plus(s1, left, c1)
      v128.store(c, less(c1, eta, plus(none, left, b1)), ENTRY)
    }
    if (width > 2) {
      const c2 = v128.load(c, 2 * ENTRY)
      s2 = plus(s2, left, c2)
      v128.store(c, less(c2, eta, plus(none, left, b2)), 2 * ENTRY)
    }
    if (width > 3) {
      const c3 = v128.load(c, 3 * ENTRY)
      s3 = plus(s3, left, c3)
      v128.store(c, less(c3, eta, plus(none, left, b3)), 3 * ENTRY)
    }
    if (width > 4) {
      const c4 = v128.load(c, 4 * ENTRY)
      s4 = plus(s4, left, c4)
      v128.store(c, less(c4, eta, plus(none, left, b4)), 4 * ENTRY)
    }
  }
  v128.store(below, s0)
  if (width > 1) v128.store(below, s1, ENTRY)
  if (width > 2) v128.store(below, s2, 2 * ENTRY)
  if (width > 3) v128.store(below, s3, 3 * ENTRY)
  if (width > 4) v128.store(below, s4, 4 * ENTRY)
}
