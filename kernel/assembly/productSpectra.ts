// Singular values of products of matrices by a chain of pivoted QR: the bits of src/linalg/reference/productSpectra.ts.

import { take } from "./arena"
import { copy, Dense, dense, multiply } from "./Dense"
import { dot } from "./dot"
import { orthogonalizeRows } from "./jacobi"
import { largestEntry } from "./largestEntry"
import { columnOf, factorize, R, reservePivotedQr, writeQ } from "./pivotedQr"
import { exponent, hypotenuse, scaleByPowerOfTwo } from "./powers"
import { addMatrix, finishSingularValues, reserveSingularValues } from "./singularValues"

/** 2^power·Q D X, see the reference. */
@unmanaged
class Split {
  Q: Dense
  D: usize
  X: Dense
  power: i32
}

let widths: usize = 0
let depth: i32 = 0
/** Tables of the splits of W_l, and of X_l Q_(l−1), from l = 1 on. */
let factors: usize = 0
let joints: usize = 0
/** The product so far and its next middle; Q of a product is that of its middle. */
let product: Split = changetype<Split>(0)
let middle: Split = changetype<Split>(0)
let extended: Dense = changetype<Dense>(0)
let graded: Dense = changetype<Dense>(0)
let squares: usize = 0
let failed = false

@inline
function width(l: i32): i32 {
  return load<i32>(widths + (<usize>l << 2))
}

@inline
function factor(l: i32): Split {
  return changetype<Split>(load<usize>(factors + (<usize>l << 2)))
}

@inline
function joint(l: i32): Dense {
  return changetype<Dense>(load<usize>(joints + (<usize>l << 2)))
}

/**
 * `count` networks of `layers` layers, W_1|W_2|…|W_L one after another; min(d_j, d_(i−1)) values of each P_ij in the
 * order (1,1), (1,2), …, (1,L), (2,2), …, (L,L), or of P_1L alone. False where an entry is not finite or sweeps do not
 * converge.
 */
export function productSpectra(
  widthTable: usize, layers: i32, count: i32, weights: usize, all: bool, values: usize
): bool {
  reserve(widthTable, layers)
  for (let k = 0; k < count; k++) {
    for (let l = 1; l <= depth; l++) {
      const size = width(l) * width(l - 1)
      const largest = largestEntry(weights, size)
      if (largest !== largest) return false
      splitFactor(weights, l, largest)
      weights += <usize>size << 3
      if (l > 1) multiply(factor(l).X, factor(l - 1).Q, joint(l))
    }
    if (all) for (let i = 1; i <= depth; i++) values = writeProducts(i, i, values)
    else values = writeProducts(1, depth, values)
  }
  return finishSingularValues() && !failed
}

function reserve(widthTable: usize, layers: i32): void {
  widths = widthTable
  depth = layers
  let most = 1
  for (let l = 0; l <= depth; l++) most = max(most, width(l))
  reservePivotedQr(most)
  reserveSingularValues(most)
  factors = take(<usize>(depth + 1) << 2)
  joints = take(<usize>(depth + 1) << 2)
  for (let l = 1; l <= depth; l++) {
    store<usize>(factors + (<usize>l << 2), changetype<usize>(split(width(l), width(l - 1))))
    store<usize>(joints + (<usize>l << 2), changetype<usize>(dense(width(l), width(l - 1))))
  }
  product = split(most, most)
  middle = split(most, most)
  extended = dense(most, most)
  graded = dense(most, most)
  squares = take(<usize>most << 3)
  failed = false
}

function split(rows: i32, columns: i32): Split {
  const split = changetype<Split>(take(offsetof<Split>()))
  const most = min(rows, columns)
  split.Q = dense(rows, most)
  split.D = take(<usize>(most + 4) << 3)
  split.X = dense(most, columns)
  return split
}

function splitFactor(weights: usize, l: i32, largest: f64): void {
  const result = factor(l)
  const power = largest === 0 ? 0 : exponent(largest)
  result.power = power
  graded.shape(width(l), width(l - 1))
  const bytes = <usize>graded.columns << 3
  for (let i = 0; i < graded.rows; i++) {
    const row = graded.row(i)
    let c: usize = 0
    for (; c < bytes; c += 8) store<f64>(row + c, load<f64>(weights + c))
    if (power !== 0) for (c = 0; c < bytes; c += 8) store<f64>(row + c, scaleByPowerOfTwo(load<f64>(row + c), -power))
    for (; c < graded.stride; c += 8) store<f64>(row + c, 0)
    weights += bytes
  }
  splitGraded(result)
}

function splitGraded(result: Split): void {
  factorize(graded)
  const rank = R.rows
  writeQ(result.Q)
  result.X.shape(rank, graded.columns)
  memory.fill(result.X.entries, 0, <usize>rank * result.X.stride)
  memory.fill(result.D + (<usize>rank << 3), 0, 32)
  for (let k = 0; k < rank; k++) {
    const from = R.row(k)
    const to = result.X.row(k)
    const D = abs(load<f64>(from + (<usize>k << 3)))
    store<f64>(result.D + (<usize>k << 3), D)
    for (let c = k; c < graded.columns; c++) {
      store<f64>(to + (<usize>columnOf(c) << 3), load<f64>(from + (<usize>c << 3)) / D)
    }
  }
}

/** Writes the values of P_ij for j from `from`, or i, on; returns their end. */
function writeProducts(i: i32, from: i32, values: usize): usize {
  const first = factor(i)
  copy(first.X, product.X)
  memory.copy(product.D, first.D, <usize>(first.X.rows + 4) << 3)
  product.power = first.power
  for (let j = i; j <= depth; j++) {
    if (j > i) extend(j, j === i + 1)
    if (j < from) continue
    const count = min(width(j), width(i - 1))
    writeSpectrum(count, values)
    values += <usize>count << 3
  }
  return values
}

/** The product times factor j on its left. The Q of a single factor, which is left out, counts as the identity. */
function extend(j: i32, isSecond: bool): void {
  const next = factor(j)
  if (isSecond) copy(joint(j), graded)
  else multiply(joint(j), product.Q, graded)
  for (let r = 0; r < graded.rows; r++) {
    const row = graded.row(r)
    const left = v128.load64_splat(next.D + (<usize>r << 3))
    for (let c: usize = 0; c < graded.stride; c += 16) {
      v128.store(row + c, f64x2.mul(f64x2.mul(left, v128.load(row + c)), v128.load(product.D + c)))
    }
  }
  splitGraded(middle)
  const rank = middle.X.rows
  const power = rank === 0 ? 0 : exponent(load<f64>(middle.D))
  for (let k: usize = 0; k < <usize>(rank + 4) << 3; k += 8) {
    store<f64>(product.D + k, scaleByPowerOfTwo(load<f64>(middle.D + k), -power))
  }
  multiply(middle.X, product.X, extended)
  const oldX = product.X
  product.X = extended
  extended = oldX
  const oldQ = product.Q
  product.Q = middle.Q
  middle.Q = oldQ
  product.power += next.power + power
}

function writeSpectrum(count: i32, values: usize): void {
  const X = product.X
  graded.shape(X.columns, X.rows)
  const stride = graded.stride
  memory.fill(graded.entries, 0, <usize>graded.rows * stride)
  for (let r = 0; r < X.rows; r++) {
    const D = load<f64>(product.D + (<usize>r << 3))
    const from = X.row(r)
    let to = graded.entries + (<usize>r << 3)
    for (let c: usize = 0; c < <usize>X.columns << 3; c += 8, to += stride) store<f64>(to, D * load<f64>(from + c))
  }
  factorize(graded)
  const rank = R.rows
  memory.fill(values, 0, <usize>count << 3)
  if (rank === 0) return
  const power = max(-4000, min(4000, product.power))
  const smallest = abs(load<f64>(R.row(rank - 1) + (<usize>(rank - 1) << 3)))
  if (abs(load<f64>(R.entries)) > 65536 * smallest) writeRowLengths(power, values)
  else addMatrix(R.entries, rank, R.columns, stride, largestEntry(R.entries, rank * <i32>(stride >> 3)), power, values)
}

/** The singular values of R, whose rows are used up. */
function writeRowLengths(power: i32, values: usize): void {
  if (!orthogonalizeRows(R, squares)) failed = true
  for (let k = 0; k < R.rows; k++) {
    const length = lengthOf(R.row(k), R.columns)
    let to = values + (<usize>k << 3)
    for (; to > values && load<f64>(to - 8) < length; to -= 8) store<f64>(to, load<f64>(to - 8))
    store<f64>(to, length)
  }
  for (let k = 0; k < R.rows; k++) {
    const at = values + (<usize>k << 3)
    store<f64>(at, scaleByPowerOfTwo(load<f64>(at), power))
  }
}

function lengthOf(row: usize, columns: i32): f64 {
  const square = dot(row, row, columns)
  if (square > 1e-280) return sqrt(square)
  let length: f64 = 0
  for (let c: usize = 0; c < <usize>columns << 3; c += 8) length = hypotenuse(length, load<f64>(row + c))
  return length
}
