// The Hessian of the full loss by its blocks, as a tridiagonal matrix: the bits of
// src/linalg/reference/hessianTridiagonal.ts.

import { Dense, dense, denseAt, denseOf, denseTable, identity, putDense, times, transposed } from "./Dense"
import { matrix, stride } from "./matrix"
import { tridiagonalizePadded } from "./tridiagonalize"

/** n and n − 1 values for n weights; xx: d_0 × d_0; target: d_L × d_0. False where an entry is not finite. */
export function hessianTridiagonal(
  widths: usize, depth: i32, weights: usize, xxData: usize, targetData: usize, diagonal: usize, off: usize
): bool {
  const input = load<i32>(widths)
  const output = load<i32>(widths + (<usize>depth << 2))
  const xx = denseOf(xxData, input, input)
  const miss = denseOf(targetData, output, input)
  const W = denseTable(depth + 1)
  const below = denseTable(depth + 1) // P_1l, l = 0 … L
  const seen = denseTable(depth + 1) // P_1l Σ_xx
  const above = denseTable(depth + 1) // P_(l+1)L, l = 1 … L
  putDense(below, 0, identity(input))
  let n = 0
  for (let l = 1; l <= depth; l++) {
    const rows = load<i32>(widths + (<usize>l << 2))
    const columns = load<i32>(widths + (<usize>(l - 1) << 2))
    putDense(W, l, denseOf(weights + (<usize>n << 3), rows, columns))
    putDense(below, l, times(denseAt(W, l), denseAt(below, l - 1)))
    n += rows * columns
  }
  for (let l = 0; l <= depth; l++) putDense(seen, l, times(denseAt(below, l), xx))
  putDense(above, depth, identity(output))
  for (let l = depth - 1; l >= 1; l--) putDense(above, l, times(denseAt(above, l + 1), denseAt(W, l + 1)))
  const end = denseAt(below, depth)
  for (let i: usize = 0; i < <usize>output * end.stride; i += 8) {
    store<f64>(miss.entries + i, load<f64>(end.entries + i) - load<f64>(miss.entries + i))
  }
  const slope = transposed(times(miss, xx))

  const hessian = matrix(n, n) // the lower triangle; the rest holds finite numbers
  const across = stride(n)
  let column: usize = 0
  for (let j = 1; j <= depth; j++) {
    const through = times(denseAt(below, j - 1), slope)
    const before = transposed(denseAt(below, j - 1))
    let middle = identity(denseAt(W, j).rows) // P_(j+1)(i−1)
    let row = column
    for (let i = j; i <= depth; i++) {
      if (i > j + 1) middle = times(denseAt(W, i - 1), middle)
      const outer = times(transposed(denseAt(above, i)), denseAt(above, j))
      const inner = times(denseAt(seen, i - 1), before)
      const place = hessian + row * across + (column << 3)
      if (i === j) writeFirst(place, across, outer, inner)
      else writeBoth(place, across, outer, inner, middle, transposed(times(through, denseAt(above, i))))
      row += <usize>denseAt(W, i).rows * denseAt(W, i).columns
    }
    column += <usize>denseAt(W, j).rows * denseAt(W, j).columns
  }
  return tridiagonalizePadded(n, hessian, diagonal, off)
}

/** Entry (p, q), (s, t) of a block: outer[p,s] inner[q,t]. */
function writeFirst(to: usize, across: usize, outer: Dense, inner: Dense): void {
  const bytes = <usize>inner.columns << 3
  for (let p = 0; p < outer.rows; p++) {
    for (let q = 0; q < inner.rows; q++, to += across) {
      let entry = to
      for (let s: usize = 0; s < <usize>outer.columns << 3; s += 8, entry += bytes) {
        const left = v128.load64_splat(outer.row(p) + s)
        const right = inner.row(q)
        let t: usize = 0
        for (; t + 8 < bytes; t += 16) v128.store(entry + t, f64x2.mul(left, v128.load(right + t)))
        if (t < bytes) v128.store64_lane(entry + t, f64x2.mul(left, v128.load(right + t)), 0)
      }
    }
  }
}

/** The same, and + middle[q,s] slope[p,t]. */
function writeBoth(to: usize, across: usize, outer: Dense, inner: Dense, middle: Dense, slope: Dense): void {
  const bytes = <usize>inner.columns << 3
  for (let p = 0; p < outer.rows; p++) {
    for (let q = 0; q < inner.rows; q++, to += across) {
      let entry = to
      for (let s: usize = 0; s < <usize>outer.columns << 3; s += 8, entry += bytes) {
        const left = v128.load64_splat(outer.row(p) + s)
        const between = v128.load64_splat(middle.row(q) + s)
        const right = inner.row(q)
        const down = slope.row(p)
        let t: usize = 0
        for (; t + 8 < bytes; t += 16) v128.store(entry + t, sumOfProducts(left, right + t, between, down + t))
        if (t < bytes) v128.store64_lane(entry + t, sumOfProducts(left, right + t, between, down + t), 0)
      }
    }
  }
}

@inline
function sumOfProducts(left: v128, right: usize, between: v128, down: usize): v128 {
  return f64x2.add(f64x2.mul(left, v128.load(right)), f64x2.mul(between, v128.load(down)))
}
