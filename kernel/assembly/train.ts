// Gradient descent on a deep linear network: the bits of src/linalg/reference/train.ts.

import { Batches, batchesOf, draw } from "./batches"
import { backward, ColumnPass, columnPass, descendByColumns, forward } from "./columnPass"
import { at, depth, readLayers, width, writeLayers } from "./layers"
import { innerProduct, matrix, pad, stride } from "./matrix"
import { isFinite, padded, product, startUpdate } from "./product"
import { descendByRow, RowPass, rowPass } from "./rowPass"

let target: usize = 0
let xx: usize = 0
let difference: usize = 0

/**
 * Takes steps from `weights`, the state after `from` of them; writes the excess losses that are due to `losses`.
 * Returns the number of steps after which a weight, or a loss that is due, was first not finite, else −1.
 * `numbers` are those of src/linalg/compiled/abi.ts; matrices are row-major without padding.
 */
export function train(
  numbers: usize, widths: usize, layers: i32,
  xxData: usize, targetData: usize, x: usize, y: usize, weights: usize, losses: usize
): f64 {
  const learningRate = load<f64>(numbers)
  const from = <i64>load<f64>(numbers, 8)
  const end = from + <i64>load<f64>(numbers, 16)
  const lossEvery = <i64>load<f64>(numbers, 24)
  if (!readLayers(widths, layers, weights)) return <f64>from
  const size = <i32>load<f64>(numbers, 40)
  const full = readLoss(xxData, targetData, size === 0)
  const batches = size > 0 ? batchesOf(numbers, x, y, width(0), width(depth)) : changetype<Batches>(0)
  const columns = size > 1 ? columnPass(size, false, true) : changetype<ColumnPass>(0)
  const row = size === 1 ? rowPass() : changetype<RowPass>(0)

  let divergedAt: i64 = -1
  let untilDue = (lossEvery - from % lossEvery) % lossEvery
  for (let step = from; step < end && divergedAt < 0; step++) {
    const isDue = untilDue === 0
    untilDue = (isDue ? lossEvery : untilDue) - 1
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
    if (size > 0) draw(batches, step)
    if (size === 0) backward(full, true)
    else if (size === 1) descendByRow(row, batches)
    else descendByColumns(columns, batches)
    if (!isFinite()) divergedAt = step + 1
  }
  writeLayers(weights)
  return <f64>divergedAt
}

/** Writes the gradient of the full loss, flat like the weights; returns the excess loss. */
export function gradient(
  widths: usize, layers: i32, weights: usize, xxData: usize, targetData: usize, gradient: usize
): f64 {
  readLayers(widths, layers, weights)
  const full = readLoss(xxData, targetData, true)
  const loss = fullLoss(full)
  backward(full, false)
  writeLayers(gradient)
  return loss
}

/** Lays out what the full loss needs; `descends`: there will be a backward pass. */
function readLoss(xxData: usize, targetData: usize, descends: bool): ColumnPass {
  const input = width(0)
  const output = width(depth)
  xx = matrix(input, input)
  pad(xxData, input, input, xx)
  target = matrix(output, input)
  pad(targetData, output, input, target)
  const full = columnPass(input, true, descends)
  // In the place of H_L, which nothing else needs: the fewer buffers, the more of them stay in the cache.
  difference = depth > 1 ? at(full.activations, depth) : matrix(output, input)
  return full
}

/** ℓ − ℓ_min; leaves Δ_L = (W − A) Σ_xx in the full pass. */
function fullLoss(full: ColumnPass): f64 {
  forward(full)
  const input = width(0)
  const output = width(depth)
  const row = stride(input)
  const endToEnd = at(full.activations, depth)
  const delta = at(full.deltas, depth)
  const bytes = <usize>output * row
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(difference + i, f64x2.sub(v128.load(endToEnd + i), v128.load(target + i)))
  }
  product(output, padded(input), input, difference, row, 8, xx, row, delta, row)
  return 0.5 * innerProduct(difference, delta, output, input)
}
