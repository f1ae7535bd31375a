// Householder reflections from both sides that make a matrix bidiagonal: the bits of
// src/linalg/reference/singularValues.ts. Lanes run across columns, and across the partial sums of a dot product.

import { take } from "./arena"
import { strideOf } from "./Dense"
import { dot, sumsOf } from "./dot"
import { scaleByPowerOfTwo } from "./powers"

/** What is left of the matrix, m × n; the reflectors of column and row, v and u; partners: a ← a − v wᵀ − y uᵀ. */
let a: usize = 0
let m: i32 = 0
let n: i32 = 0
let stride: usize = 0
let v: usize = 0
let nextV: usize = 0
let w: usize = 0
let nextW: usize = 0
let u: usize = 0
let y: usize = 0

/** Takes memory for matrices of up to `most` rows and columns. */
export function reserveBidiagonal(most: i32): void {
  a = take(<usize>(most + 4) * strideOf(most) + 32)
  const size = strideOf(most) + 64
  v = take(size)
  nextV = take(size)
  w = take(size)
  nextW = take(size)
  u = take(size)
  y = take(size)
}

/**
 * Takes a matrix of `rows` × `columns` entries, rows ≥ columns, entry (i, j) at data + i·row + j·column, times 2^shift,
 * and writes the diagonal and the superdiagonal.
 */
export function bidiagonalize(
  data: usize, rows: i32, columns: i32, row: usize, column: usize, shift: i32, diagonal: usize, superdiagonal: usize
): void {
  m = rows
  n = columns
  stride = strideOf(n)
  read(data, row, column, shift)
  for (let i: usize = 0, at = a; i < <usize>m; i++, at += stride) store<f64>(v + (i << 3), load<f64>(at))
  store<f64>(diagonal, reflector(v, m))
  for (let j: usize = 0; j < stride; j += 16) {
    let sum = f64x2.splat(0)
    let at = a + j
    for (let i: usize = 0; i < <usize>m; i++, at += stride) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(v + (i << 3)), v128.load(at)))
    }
    v128.store(w + j, sum)
  }
  for (let k = 0; k < n - 1; k++) {
    const first = <usize>(k + 1) << 3
    prepareRow(k, load<f64>(diagonal))
    const isLast = k === n - 2
    const off = isLast ? load<f64>(u + first) : reflector(u + first, n - 1 - k)
    reflectRows(k + 1, isLast ? 0 : factorOf(off, load<f64>(u + first)))
    store<f64>(superdiagonal, off)
    diagonal += 8
    superdiagonal += 8
    store<f64>(diagonal, reflector(nextV + first, m - 1 - k))
    update(k + 1)
    const oldV = v
    v = nextV
    nextV = oldV
    const oldW = w
    w = nextW
    nextW = oldW
  }
}

/** Rows are taken by fours, and dot products read up to three places beyond the end: zeros there. */
function read(data: usize, row: usize, column: usize, shift: i32): void {
  const bytes = <usize>n << 3
  let to = a
  for (let i = 0; i < m; i++) {
    let from = data
    let j: usize = 0
    for (; j < bytes; j += 8, from += column) store<f64>(to + j, load<f64>(from))
    for (; j < stride; j += 8) store<f64>(to + j, 0)
    if (shift !== 0) for (j = 0; j < bytes; j += 8) store<f64>(to + j, scaleByPowerOfTwo(load<f64>(to + j), shift))
    data += row
    to += stride
  }
  memory.fill(to, 0, 4 * stride + 32)
  memory.fill(v + (<usize>m << 3), 0, 32)
  memory.fill(nextV + (<usize>m << 3), 0, 32)
}

/** u = row k, reflected by the column; w, times the factor of this reflection. */
function prepareRow(k: i32, value: f64): void {
  const vk = load<f64>(v + (<usize>k << 3))
  const factor = f64x2.splat(factorOf(value, vk))
  const left = f64x2.splat(vk)
  const row = a + <usize>k * stride
  // From an even column on: what that computes to the left of the row's rest is not read.
  for (let j = <usize>((k + 1) & ~1) << 3; j < stride; j += 16) {
    const scaled = f64x2.mul(factor, v128.load(w + j))
    v128.store(w + j, scaled)
    v128.store(u + j, f64x2.sub(v128.load(row + j), f64x2.mul(left, scaled)))
  }
  memory.fill(u + (<usize>n << 3), 0, 32)
}

/** y = rowFactor (A u − v wᵀu), and the next column to reflect. */
function reflectRows(first: i32, rowFactor: f64): void {
  const start = <usize>first << 3
  const end = <usize>n << 3
  const wu = f64x2.splat(dot(w + start, u + start, n - first))
  const factor = f64x2.splat(rowFactor)
  const w0 = f64x2.splat(load<f64>(w + start))
  const u0 = f64x2.splat(load<f64>(u + start))
  let r0 = a + <usize>first * stride
  for (let i = first; i < m; i += 4) {
    const r1 = r0 + stride
    const r2 = r1 + stride
    const r3 = r2 + stride
    let a01 = f64x2.splat(0)
    let a23 = a01
    let b01 = a01
    let b23 = a01
    let c01 = a01
    let c23 = a01
    let d01 = a01
    let d23 = a01
    for (let j = start; j < end; j += 32) {
      const u01 = v128.load(u + j)
      const u23 = v128.load(u + j, 16)
      a01 = f64x2.add(a01, f64x2.mul(v128.load(r0 + j), u01))
      a23 = f64x2.add(a23, f64x2.mul(v128.load(r0 + j, 16), u23))
      b01 = f64x2.add(b01, f64x2.mul(v128.load(r1 + j), u01))
      b23 = f64x2.add(b23, f64x2.mul(v128.load(r1 + j, 16), u23))
      c01 = f64x2.add(c01, f64x2.mul(v128.load(r2 + j), u01))
      c23 = f64x2.add(c23, f64x2.mul(v128.load(r2 + j, 16), u23))
      d01 = f64x2.add(d01, f64x2.mul(v128.load(r3 + j), u01))
      d23 = f64x2.add(d23, f64x2.mul(v128.load(r3 + j, 16), u23))
    }
    const at = <usize>i << 3
    finishRows(at, sumsOf(a01, a23, b01, b23), entries(r0 + start, r1 + start), wu, factor, w0, u0)
    finishRows(at + 16, sumsOf(c01, c23, d01, d23), entries(r2 + start, r3 + start), wu, factor, w0, u0)
    r0 = r3 + stride
  }
}

@inline
function entries(p: usize, q: usize): v128 {
  return v128.load64_lane(q, v128.load64_zero(p), 1)
}

@inline
function finishRows(at: usize, sums: v128, column: v128, wu: v128, factor: v128, w0: v128, u0: v128): void {
  const vs = v128.load(v + at)
  const ys = f64x2.mul(factor, f64x2.sub(sums, f64x2.mul(vs, wu)))
  v128.store(y + at, ys)
  v128.store(nextV + at, f64x2.sub(f64x2.sub(column, f64x2.mul(vs, w0)), f64x2.mul(ys, u0)))
}

/** A ← A − v wᵀ − y uᵀ and nextW = Aᵀ nextV. */
function update(first: i32): void {
  const start = <usize>((first + 1) & ~1) << 3
  memory.fill(nextW + start, 0, stride - start)
  for (let i = <usize>first << 3; i < <usize>m << 3; i += 16) {
    const row = a + (i >> 3) * stride
    const below = row + stride
    const v0 = v128.load64_splat(v + i)
    const v1 = v128.load64_splat(v + i, 8)
    const y0 = v128.load64_splat(y + i)
    const y1 = v128.load64_splat(y + i, 8)
    const n0 = v128.load64_splat(nextV + i)
    const n1 = v128.load64_splat(nextV + i, 8)
    for (let j = start; j < stride; j += 16) {
      const wj = v128.load(w + j)
      const uj = v128.load(u + j)
      const left0 = f64x2.sub(f64x2.sub(v128.load(row + j), f64x2.mul(v0, wj)), f64x2.mul(y0, uj))
      v128.store(row + j, left0)
      const left1 = f64x2.sub(f64x2.sub(v128.load(below + j), f64x2.mul(v1, wj)), f64x2.mul(y1, uj))
      v128.store(below + j, left1)
      v128.store(nextW + j,
        f64x2.add(f64x2.add(v128.load(nextW + j), f64x2.mul(n0, left0)), f64x2.mul(n1, left1)))
    }
  }
}

/** Turns x into the v of a reflection, and returns the value that it maps x to. */
function reflector(x: usize, count: i32): f64 {
  const square = dot(x, x, count)
  if (square < 1e-250) return 0
  const value = load<f64>(x) > 0 ? -sqrt(square) : sqrt(square)
  store<f64>(x, load<f64>(x) - value)
  return value
}

/** 2/vᵀv. */
@inline
function factorOf(value: f64, first: f64): f64 {
  return value === 0 ? 0 : -1 / (value * first)
}
