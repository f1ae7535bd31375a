// A forward and backward pass of one example, a row: for batches of fewer rows than a vector has lanes.

import { take } from "./arena"
import { Batches, compareRow, readRow } from "./batches"
import { at, depth, layer, put, table, width } from "./layers"
import { matrix, stride } from "./matrix"
import { padded, product, updateByOuter } from "./product"

@unmanaged
export class RowPass {
  /** Tables, index l: H_lᵀ and Δ_lᵀ, rows of d_l. */
  activations: usize
  deltas: usize
}

export function rowPass(): RowPass {
  const pass = changetype<RowPass>(take(offsetof<RowPass>()))
  pass.activations = table()
  pass.deltas = table()
  for (let l = 0; l <= depth; l++) {
    put(pass.activations, l, matrix(1, width(l)))
    put(pass.deltas, l, matrix(1, width(l)))
  }
  return pass
}

/** A step by the row that was drawn. */
export function descendByRow(pass: RowPass, batches: Batches): void {
  readRow(batches, at(pass.activations, 0))
  for (let l = 1; l <= depth; l++) {
    productByTranspose(width(l), width(l - 1), at(pass.activations, l - 1), layer(l), at(pass.activations, l))
  }
  compareRow(batches, at(pass.activations, depth), at(pass.deltas, depth))
  for (let l = depth; l >= 1; l--) {
    const inner = padded(width(l - 1))
    const across = stride(width(l - 1))
    const delta = at(pass.deltas, l)
    if (l > 1) product(1, inner, width(l), delta, 0, 8, layer(l), across, at(pass.deltas, l - 1), 0)
    updateByOuter(width(l), inner, delta, at(pass.activations, l - 1), layer(l), across)
  }
}

/** c_j = Σ_k a_k b_jk over k in order, j = 0 … rows − 1; b: rows × depth. Ten sums at once hide the latency of each. */
function productByTranspose(rows: i32, depth: i32, a: usize, b: usize, c: usize): void {
  const row = stride(depth)
  for (; rows > 8; rows -= 10, c += 80, b += 10 * row) columns(5, depth, a, b, row, c)
  if (rows > 4) {
    columns(rows > 6 ? 4 : 3, depth, a, b, row, c)
  } else if (rows > 0) {
    columns(rows > 2 ? 2 : 1, depth, a, b, row, c)
  }
}

/** `groups` vectors of sums, each of two rows of b, whose entries are exchanged on the way. */
@inline
function columns(groups: i32, depth: i32, a: usize, b: usize, row: usize, c: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = f64x2.splat(0)
  let s2 = f64x2.splat(0)
  let s3 = f64x2.splat(0)
  let s4 = f64x2.splat(0)
  const end = a + (<usize>(depth & ~1) << 3)
  for (; a < end; a += 16, b += 16) {
    const first = v128.load64_splat(a)
    const second = v128.load64_splat(a, 8)
    let p = b
    s0 = plusPair(s0, first, second, p, row)
    if (groups > 1) s1 = plusPair(s1, first, second, p += row + row, row)
    if (groups > 2) s2 = plusPair(s2, first, second, p += row + row, row)
    if (groups > 3) s3 = plusPair(s3, first, second, p += row + row, row)
    if (groups > 4) s4 = plusPair(s4, first, second, p += row + row, row)
  }
  if ((depth & 1) !== 0) {
    const last = v128.load64_splat(a)
    let p = b
    s0 = plusLast(s0, last, p, row)
    if (groups > 1) s1 = plusLast(s1, last, p += row + row, row)
    if (groups > 2) s2 = plusLast(s2, last, p += row + row, row)
    if (groups > 3) s3 = plusLast(s3, last, p += row + row, row)
    if (groups > 4) s4 = plusLast(s4, last, p += row + row, row)
  }
  v128.store(c, s0)
  if (groups > 1) v128.store(c, s1, 16)
  if (groups > 2) v128.store(c, s2, 32)
  if (groups > 3) v128.store(c, s3, 48)
  if (groups > 4) v128.store(c, s4, 64)
}

@inline
function plusPair(sum: v128, first: v128, second: v128, p: usize, row: usize): v128 {
  const x = v128.load(p)
  const y = v128.load(p + row)
  const half = f64x2.add(sum, f64x2.mul(first, v128.shuffle<f64>(x, y, 0, 2)))
  return f64x2.add(half, f64x2.mul(second, v128.shuffle<f64>(x, y, 1, 3)))
}

@inline
function plusLast(sum: v128, last: v128, p: usize, row: usize): v128 {
  return f64x2.add(sum, f64x2.mul(last, v128.load64_lane(p + row, v128.load64_zero(p), 1)))
}
