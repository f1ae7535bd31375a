// The network that is trained: its widths, and its weights in the arena.

import { take } from "./arena"
import { matrix, pad, unpad } from "./matrix"

/** L. */
export let depth: i32 = 0
/** Table of d_0, …, d_L. */
let widths: usize = 0
/** Table of W_l, l = 1 … L. */
let layers: usize = 0

/** d_l. */
@inline
export function width(l: i32): i32 {
  return load<i32>(widths + (<usize>l << 2))
}

/** W_l. */
@inline
export function layer(l: i32): usize {
  return at(layers, l)
}

/** A table of L + 1 addresses. */
export function table(): usize {
  return take(<usize>(depth + 1) << 2)
}

@inline
export function at(table: usize, l: i32): usize {
  return load<usize>(table + (<usize>l << 2))
}

@inline
export function put(table: usize, l: i32, address: usize): void {
  store<usize>(table + (<usize>l << 2), address)
}

/** Lays W_1, …, W_L out; false where a weight is not finite. */
export function readLayers(widthTable: usize, layerCount: i32, weights: usize): bool {
  widths = widthTable
  depth = layerCount
  layers = table()
  let finite = true
  for (let l = 1; l <= depth; l++) {
    const count = <usize>(width(l) * width(l - 1)) << 3
    for (let k: usize = 0; k < count; k += 8) finite = finite && load<f64>(weights + k) - load<f64>(weights + k) === 0
    put(layers, l, matrix(width(l), width(l - 1)))
    pad(weights, width(l), width(l - 1), layer(l))
    weights += count
  }
  return finite
}

export function writeLayers(weights: usize): void {
  for (let l = 1; l <= depth; l++) {
    unpad(layer(l), width(l), width(l - 1), weights)
    weights += <usize>(width(l) * width(l - 1)) << 3
  }
}
