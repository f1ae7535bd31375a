// A forward and backward pass whose examples are columns: a batch, or the identity, through which the full loss is seen.

import { take } from "./arena"
import { Batches, compareColumns, readColumns } from "./batches"
import { at, depth, layer, put, table, width } from "./layers"
import { matrix, stride, transpose } from "./matrix"
import { padded, product, productOfTranspose, updateAll, updateByProduct } from "./product"

@unmanaged
export class ColumnPass {
  columns: i32
  /** H_0 is the identity and never formed; H_1 is W_1 itself. */
  isFull: bool
  /** Tables, index l: H_l, d_l × columns … */
  activations: usize
  /** … and Δ_l = ∂ℓ/∂H_l, d_l × columns, l = 1 … L. */
  deltas: usize
  /** H_0ᵀ: columns × d_0, but where H_0 is the identity. */
  inputs: usize
  /** H_lᵀ: columns × d_l, of one layer after another. */
  turned: usize
}

/** `descends`: there will be a backward pass. */
export function columnPass(columns: i32, isFull: bool, descends: bool): ColumnPass {
  const pass = changetype<ColumnPass>(take(offsetof<ColumnPass>()))
  pass.columns = columns
  pass.isFull = isFull
  pass.activations = table()
  pass.deltas = table()
  let widest = 0
  for (let l = 0; l <= depth; l++) {
    if (isFull && l === 1) put(pass.activations, 1, layer(1))
    else if (!isFull || l > 1) put(pass.activations, l, matrix(width(l), columns))
    if (l > 0 && (descends || l === depth)) put(pass.deltas, l, matrix(width(l), columns))
    widest = max(widest, width(l))
  }
  if (!isFull) pass.inputs = matrix(columns, width(0))
  if (descends) pass.turned = matrix(columns, widest)
  return pass
}

/** H_l = W_l H_{l−1}. */
export function forward(pass: ColumnPass): void {
  const columns = padded(pass.columns)
  const row = stride(columns)
  for (let l = pass.isFull ? 2 : 1; l <= depth; l++) {
    product(width(l), columns, width(l - 1), layer(l), stride(width(l - 1)), 8,
      at(pass.activations, l - 1), row, at(pass.activations, l), row)
  }
}

/**
 * From Δ_L: Δ_{l−1} = W_lᵀ Δ_l, then g_l = Δ_l H_{l−1}ᵀ, which takes the place of W_l or updates it; W_l is not needed any
 * more by then.
 */
export function backward(pass: ColumnPass, updates: bool): void {
  const columns = padded(pass.columns)
  const row = stride(columns)
  for (let l = depth; l >= 1; l--) {
    const inner = width(l - 1)
    const across = stride(inner)
    const delta = at(pass.deltas, l)
    const below = l > 1 ? pass.turned : pass.inputs
    if (l > 1) {
      productOfTranspose(inner, columns, width(l), layer(l), across, delta, row, at(pass.deltas, l - 1), row)
      transpose(at(pass.activations, l - 1), inner, pass.columns, below)
    }
    if (l === 1 && pass.isFull) { // of the identity g_1 is Δ_1
      const bytes = <usize>width(1) * across
      if (updates) updateAll(layer(1), delta, bytes)
      else memory.copy(layer(1), delta, bytes)
    } else if (updates) {
      updateByProduct(width(l), padded(inner), pass.columns, delta, row, 8, below, across, layer(l), across)
    } else product(width(l), padded(inner), pass.columns, delta, row, 8, below, across, layer(l), across)
  }
}

/** A step by the batch that was drawn: Δ_L = (1/B)(H_L − Y), 1/B rounded. */
export function descendByColumns(pass: ColumnPass, batches: Batches): void {
  const row = stride(pass.columns)
  readColumns(batches, pass.inputs, stride(width(0)), at(pass.activations, 0), row)
  forward(pass)
  compareColumns(batches, at(pass.activations, depth), at(pass.deltas, depth), row, 1 / <f64>pass.columns)
  backward(pass, true)
}
