// Gradient descent on a deep linear network: the bits of src/linalg/reference/train.ts.

import { take } from "./arena"
import { Batches, batchesOf, draw } from "./batches"
import { matrix, pad, stride, transpose, unpad } from "./matrix"
import { isFinite, padded, product, startUpdate, update, updateByProduct } from "./product"

/** Buffers of a forward and backward pass: of a batch, or of the identity, through which the full loss is seen. */
@unmanaged
class Pass {
  columns: i32
  /** Tables of addresses, index l: H_l, d_l × columns (H_1 is W_1 itself where H_0 is the identity) … */
  activations: usize
  /** … H_lᵀ, columns × d_l, l = 0 … L − 1 … */
  transposed: usize
  /** … and Δ_l = ∂ℓ/∂H_l, d_l × columns, l = 1 … L. */
  deltas: usize
}

let widths: usize = 0
let depth: i32 = 0
/** Table of W_l, l = 1 … L. */
let layers: usize = 0
let target: usize = 0
let xx: usize = 0
let difference: usize = 0
/** D ∘ Δ_L without padding. */
let terms: usize = 0
/** The batch's labels, d_L × B and B × d_L. */
let labels: usize = 0
let labelRows: usize = 0

@inline
function width(l: i32): i32 {
  return load<i32>(widths + (<usize>l << 2))
}

@inline
function at(table: usize, l: i32): usize {
  return load<usize>(table + (<usize>l << 2))
}

@inline
function put(table: usize, l: i32, address: usize): void {
  store<usize>(table + (<usize>l << 2), address)
}

/**
 * Takes steps from `weights`, the state after `from` of them; writes the excess losses that are due to `losses`.
 * Returns the number of steps after which a weight, or a loss that is due, was first not finite, else −1.
 * `numbers` are those of src/linalg/compiled/abi.ts; matrices are row-major without padding.
 */
export function train(
  numbers: usize, widthTable: usize, layerCount: i32,
  xxData: usize, targetData: usize, x: usize, y: usize, weights: usize, losses: usize
): f64 {
  const learningRate = load<f64>(numbers)
  const from = <i64>load<f64>(numbers, 8)
  const end = from + <i64>load<f64>(numbers, 16)
  const lossEvery = <i64>load<f64>(numbers, 24)
  widths = widthTable
  depth = layerCount
  const input = width(0)
  const output = width(depth)
  if (!readWeights(weights)) return <f64>from
  xx = matrix(input, input)
  pad(xxData, input, input, xx)
  target = matrix(output, input)
  pad(targetData, output, input, target)
  difference = matrix(output, input)
  terms = take(<usize>(output * input + 6) << 3)
  const size = <i32>load<f64>(numbers, 40)
  const full = passOf(input, size === 0, true)
  const batches = size > 0 ? batchesOf(numbers, x, y, input, output) : changetype<Batches>(0)
  const batch = size > 0 ? passOf(size, true, false) : full
  labels = matrix(output, size)
  labelRows = matrix(size, output)

  let divergedAt: i64 = -1
  for (let step = from; step < end && divergedAt < 0; step++) {
    const isDue = step % lossEvery === 0
    const loss = isDue || size === 0 ? fullLoss(full) : 0
    if (isDue && !(loss - loss === 0)) {
      divergedAt = step
      break
    }
    if (isDue) {
      store<f64>(losses, loss)
      losses += 8
    }
    startUpdate(learningRate)
    if (size === 0) descend(full)
    else descendByBatch(batch, batches, step)
    if (!isFinite()) divergedAt = step + 1
  }
  writeWeights(weights)
  return <f64>divergedAt
}

/** Lays W_1, …, W_L out; false where a weight is not finite. */
function readWeights(weights: usize): bool {
  layers = take(<usize>(depth + 1) << 2)
  let finite = true
  for (let l = 1; l <= depth; l++) {
    const count = <usize>(width(l) * width(l - 1)) << 3
    for (let k: usize = 0; k < count; k += 8) finite = finite && load<f64>(weights + k) - load<f64>(weights + k) === 0
    put(layers, l, matrix(width(l), width(l - 1)))
    pad(weights, width(l), width(l - 1), at(layers, l))
    weights += count
  }
  return finite
}

function writeWeights(weights: usize): void {
  for (let l = 1; l <= depth; l++) {
    unpad(at(layers, l), width(l), width(l - 1), weights)
    weights += <usize>(width(l) * width(l - 1)) << 3
  }
}

function passOf(columns: i32, descends: bool, isFull: bool): Pass {
  const pass = changetype<Pass>(take(offsetof<Pass>()))
  const size = <usize>(depth + 1) << 2
  pass.columns = columns
  pass.activations = take(size)
  pass.transposed = take(size)
  pass.deltas = take(size)
  for (let l = 0; l <= depth; l++) {
    if (isFull && l === 1) put(pass.activations, 1, at(layers, 1))
    else if (!isFull || l > 1) put(pass.activations, l, matrix(width(l), columns))
    if (descends && l < depth) put(pass.transposed, l, matrix(columns, width(l)))
    if (l > 0 && (descends || l === depth)) put(pass.deltas, l, matrix(width(l), columns))
  }
  return pass
}

/** ℓ − ℓ_min; leaves Δ_L = (W − A) Σ_xx in the full pass. */
function fullLoss(full: Pass): f64 {
  forward(full, 2)
  const input = width(0)
  const output = width(depth)
  const row = stride(input)
  const endToEnd = at(full.activations, depth)
  const delta = at(full.deltas, depth)
  const bytes = <usize>padded(output) * row
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(difference + i, f64x2.sub(v128.load(endToEnd + i), v128.load(target + i)))
  }
  product(padded(output), padded(input), input, difference, row, 8, xx, row, delta, row)
  // The terms without padding, since they are summed by their index mod 4; a row covers the padding of the one before.
  let d = difference
  let g = delta
  let t = terms
  for (let i = 0; i < output; i++) {
    for (let j: usize = 0; j < row; j += 16) v128.store(t + j, f64x2.mul(v128.load(d + j), v128.load(g + j)))
    d += row
    g += row
    t += <usize>input << 3
  }
  v128.store(t, f64x2.splat(0))
  v128.store(t, f64x2.splat(0), 16)
  let s01 = f64x2.splat(0)
  let s23 = f64x2.splat(0)
  for (let p = terms; p < t; p += 32) {
    s01 = f64x2.add(s01, v128.load(p))
    s23 = f64x2.add(s23, v128.load(p, 16))
  }
  return 0.5 * ((f64x2.extract_lane(s01, 0) + f64x2.extract_lane(s01, 1)) +
    (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1)))
}

/** W_l ← W_l − η g_l by the full loss, after `fullLoss`. */
function descend(full: Pass): void {
  backward(full, 2)
  const weights = at(layers, 1)
  const gradient = at(full.deltas, 1)
  const bytes = <usize>padded(width(1)) * stride(width(0))
  for (let i: usize = 0; i < bytes; i += 16) update(weights + i, v128.load(gradient + i))
}

/** The same by the batch of a step. */
function descendByBatch(batch: Pass, batches: Batches, step: i64): void {
  const input = width(0)
  const output = width(depth)
  const size = batch.columns
  const inputs = at(batch.transposed, 0)
  draw(batches, step, inputs, stride(input), labelRows, stride(output))
  transpose(inputs, size, input, at(batch.activations, 0))
  transpose(labelRows, size, output, labels)
  forward(batch, 1)
  const outputs = at(batch.activations, depth)
  const delta = at(batch.deltas, depth)
  const share = f64x2.splat(1 / <f64>size)
  const bytes = <usize>padded(output) * stride(size)
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(delta + i, f64x2.mul(f64x2.sub(v128.load(outputs + i), v128.load(labels + i)), share))
  }
  backward(batch, 1)
}

/** H_l = W_l H_{l−1}, from layer `first` on. */
function forward(pass: Pass, first: i32): void {
  const columns = padded(pass.columns)
  const row = stride(columns)
  for (let l = first; l <= depth; l++) {
    product(padded(width(l)), columns, width(l - 1), at(layers, l), stride(width(l - 1)), 8,
      at(pass.activations, l - 1), row, at(pass.activations, l), row)
  }
}

/** From Δ_L: Δ_{l−1} = W_lᵀ Δ_l, then the update of W_l by g_l = Δ_l H_{l−1}ᵀ; W_l is not needed any more by then. */
function backward(pass: Pass, first: i32): void {
  const columns = padded(pass.columns)
  const row = stride(columns)
  for (let l = depth; l >= first; l--) {
    const inner = width(l - 1)
    const layer = at(layers, l)
    const delta = at(pass.deltas, l)
    const below = at(pass.transposed, l - 1)
    if (l > 1) {
      product(padded(inner), columns, width(l), layer, 8, stride(inner), delta, row, at(pass.deltas, l - 1), row)
      transpose(at(pass.activations, l - 1), inner, pass.columns, below)
    }
    updateByProduct(padded(width(l)), padded(inner), pass.columns, delta, row, 8,
      below, stride(inner), layer, stride(inner))
  }
}
