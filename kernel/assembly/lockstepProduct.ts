// Products of small matrices whose entries are vectors, a lane for each of two runs: every entry is summed from +0 over k
// in order, multiply then add, as in src/linalg/reference/product.ts. All rows lie at one distance, whatever their length,
// so that the places of neighbours are constants.

import { plus } from "./product"

/** Bytes of an entry. */
export const ENTRY: usize = 16
/** Bytes from a row to the next one: of the widest that there is, WIDEST of src/linalg/compiled/wasm.ts. */
export const ROW: usize = 256

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
    const b1 = width < 2 ? b0 : bAlong ? v128.load(b, 256) : v128.load(b, 16)
    const a0 = v128.load(a)
    s00 = plus(s00, a0, b0)
    if (width > 1) s01 = plus(s01, a0, b1)
    if (height > 1) {
      const a1 = aAlong ? v128.load(a, 256) : v128.load(a, 16)
      s10 = plus(s10, a1, b0)
      if (width > 1) s11 = plus(s11, a1, b1)
    }
    if (height > 2) {
      const a2 = aAlong ? v128.load(a, 512) : v128.load(a, 32)
      s20 = plus(s20, a2, b0)
      if (width > 1) s21 = plus(s21, a2, b1)
    }
    if (height > 3) {
      const a3 = aAlong ? v128.load(a, 768) : v128.load(a, 48)
      s30 = plus(s30, a3, b0)
      if (width > 1) s31 = plus(s31, a3, b1)
    }
    if (height > 4) {
      const a4 = aAlong ? v128.load(a, 1024) : v128.load(a, 64)
      s40 = plus(s40, a4, b0)
      if (width > 1) s41 = plus(s41, a4, b1)
    }
  }
  if (bAlong) {
    v128.store(c, s00)
    if (height > 1) v128.store(c, s10, 16)
    if (height > 2) v128.store(c, s20, 32)
    if (height > 3) v128.store(c, s30, 48)
    if (height > 4) v128.store(c, s40, 64)
    if (width > 1) v128.store(c, s01, 256)
    if (height > 1 && width > 1) v128.store(c, s11, 272)
    if (height > 2 && width > 1) v128.store(c, s21, 288)
    if (height > 3 && width > 1) v128.store(c, s31, 304)
    if (height > 4 && width > 1) v128.store(c, s41, 320)
  } else {
    v128.store(c, less(v128.load(c), eta, s00))
    if (width > 1) v128.store(c, less(v128.load(c, 16), eta, s01), 16)
    if (height > 1) v128.store(c, less(v128.load(c, 256), eta, s10), 256)
    if (height > 1 && width > 1) v128.store(c, less(v128.load(c, 272), eta, s11), 272)
    if (height > 2) v128.store(c, less(v128.load(c, 512), eta, s20), 512)
    if (height > 2 && width > 1) v128.store(c, less(v128.load(c, 528), eta, s21), 528)
    if (height > 3) v128.store(c, less(v128.load(c, 768), eta, s30), 768)
    if (height > 3 && width > 1) v128.store(c, less(v128.load(c, 784), eta, s31), 784)
    if (height > 4) v128.store(c, less(v128.load(c, 1024), eta, s40), 1024)
    if (height > 4 && width > 1) v128.store(c, less(v128.load(c, 1040), eta, s41), 1040)
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

/** For all rows: strips of five, the last two of them alike, since low ones are slow. */
@inline
function strips(
  aAlong: bool, bAlong: bool, rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize, eta: v128
): void {
  while (rows > 0) {
    const height = rows >= 10 ? 5 : rows > 5 ? (rows + 1) >> 1 : rows
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
  if (depth > 1) {
    strips(false, false, rows, columns, depth, a, b, c, eta)
    return
  }
  for (; columns > 3; columns -= 4, b += 4 * ENTRY, c += 4 * ENTRY) outer(4, rows, a, b, c, eta)
  if (columns === 3) outer(3, rows, a, b, c, eta)
  if (columns === 2) outer(2, rows, a, b, c, eta)
  if (columns === 1) outer(1, rows, a, b, c, eta)
}

/** c_ij ← c_ij − η a_i b_j. */
@inline
function outer(columns: i32, rows: i32, a: usize, b: usize, c: usize, eta: v128): void {
  const none = f64x2.splat(0)
  const b0 = v128.load(b)
  const b1 = columns > 1 ? v128.load(b, 16) : b0
  const b2 = columns > 2 ? v128.load(b, 32) : b0
  const b3 = columns > 3 ? v128.load(b, 48) : b0
  for (; rows > 0; rows--, a += ENTRY, c += ROW) {
    const left = v128.load(a)
    v128.store(c, less(v128.load(c), eta, plus(none, left, b0)))
    if (columns > 1) v128.store(c, less(v128.load(c, 16), eta, plus(none, left, b1)), 16)
    if (columns > 2) v128.store(c, less(v128.load(c, 32), eta, plus(none, left, b2)), 32)
    if (columns > 3) v128.store(c, less(v128.load(c, 48), eta, plus(none, left, b3)), 48)
  }
}
