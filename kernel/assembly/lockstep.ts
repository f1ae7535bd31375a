// Two runs of one shape that go in step, a lane each: every vector holds the same entry of both, so that small networks
// fill vectors too. Each lane sums as src/linalg/reference/train.ts does.

import { take } from "./arena"
import { Batches, batchesOf, draw, labelOf, rowOf } from "./batches"
import { ENTRY, lockstepProduct, lockstepUpdate, lostLanes, startUpdates, updateEach } from "./lockstepProduct"
import { at, put } from "./layers"

/** L, d_0, d_L, and the columns of a pass: B, or d_0 for GD. */
let depth: i32 = 0
let input: i32 = 0
let output: i32 = 0
let columns: i32 = 0
/** Table of d_0, …, d_L. */
let widths: usize = 0
let isStochastic = false
let first: Batches = changetype<Batches>(0)
let second: Batches = changetype<Batches>(0)
let rates: v128 = f64x2.splat(0)
let share: v128 = f64x2.splat(0)
/** W_1|W_2|…|W_L and its number of entries. */
let flat: usize = 0
let size: i32 = 0
/** Tables, index l: W_l, P_1l, H_l (d_l × columns; of GD those of the full loss), Δ_l = ∂ℓ/∂H_l. */
let layers: usize = 0
let full: usize = 0
let activations: usize = 0
let deltas: usize = 0
let difference: usize = 0
let slope: usize = 0
let xx: usize = 0
let target: usize = 0

@inline
function width(l: i32): i32 {
  return load<i32>(widths + (<usize>l << 2))
}

function entries(count: i32): usize {
  return take(<usize>count * ENTRY)
}

/** The same number in both lanes. */
function spread(numbers: usize, count: i32): usize {
  const to = entries(count)
  for (let i = 0; i < count; i++) v128.store(to + <usize>i * ENTRY, v128.load64_splat(numbers + (<usize>i << 3)))
  return to
}

/** `one` and `other`: numbers of src/linalg/compiled/abi.ts; `weights` and `otherWeights`: flat. */
export function lockstep(
  one: usize, other: usize, widthTable: usize, layerCount: i32,
  xxData: usize, targetData: usize, x: usize, y: usize, weights: usize, otherWeights: usize
): void {
  widths = widthTable
  depth = layerCount
  input = width(0)
  output = width(depth)
  const batch = <i32>load<f64>(one, 40)
  isStochastic = batch > 0
  columns = isStochastic ? batch : input
  share = f64x2.splat(1 / <f64>columns)
  if (isStochastic) {
    first = batchesOf(one, x, y, input, output)
    second = batchesOf(other, x, y, input, output)
  }
  rates = f64x2.replace_lane(v128.load64_splat(one), 1, load<f64>(other))
  size = 0
  for (let l = 1; l <= depth; l++) size += width(l) * width(l - 1)
  flat = entries(size)
  for (let i = 0; i < size; i++) {
    const k = <usize>i << 3
    v128.store(flat + 2 * k, v128.load64_lane(otherWeights + k, v128.load64_zero(weights + k), 1))
  }
  layers = tableOf()
  full = tableOf()
  activations = tableOf()
  deltas = tableOf()
  let layer = flat
  for (let l = 0; l <= depth; l++) {
    put(layers, l, layer)
    put(full, l, l < 2 ? flat : entries(width(l) * input)) // H_1 is W_1 itself
    put(activations, l, isStochastic ? entries(width(l) * columns) : at(full, l))
    put(deltas, l, entries(width(l) * columns))
    if (l > 0) layer += <usize>(width(l) * width(l - 1)) * ENTRY
  }
  difference = entries(output * input)
  slope = isStochastic ? entries(output * input) : at(deltas, depth)
  xx = spread(xxData, input * input)
  target = spread(targetData, output * input)
}

function tableOf(): usize {
  return take(<usize>(depth + 1) << 2)
}

/** c = W_l·b, b: d_{l−1} × count. */
function throughLayer(l: i32, count: i32, b: usize, c: usize): void {
  lockstepProduct(width(l), count, width(l - 1), at(layers, l), <usize>width(l - 1) * ENTRY, ENTRY, b, c)
}

/** ℓ − ℓ_min of both; leaves (W − A) Σ_xx in `slope`. */
export function losses(): v128 {
  for (let l = 2; l <= depth; l++) throughLayer(l, input, at(full, l - 1), at(full, l))
  const count = output * input
  const endToEnd = at(full, depth)
  for (let i: usize = 0; i < <usize>count * ENTRY; i += ENTRY) {
    v128.store(difference + i, f64x2.sub(v128.load(endToEnd + i), v128.load(target + i)))
  }
  const row = <usize>input * ENTRY
  lockstepProduct(output, input, input, difference, row, ENTRY, xx, slope)
  // Four sums by index mod 4, which trade places.
  let s0 = f64x2.splat(0)
  let s1 = f64x2.splat(0)
  let s2 = f64x2.splat(0)
  let s3 = f64x2.splat(0)
  for (let i: usize = 0; i < <usize>count * ENTRY; i += ENTRY) {
    const sum = f64x2.add(s0, f64x2.mul(v128.load(difference + i), v128.load(slope + i)))
    s0 = s1
    s1 = s2
    s2 = s3
    s3 = sum
  }
  for (let left = count & 3; left > 0 && left < 4; left++) {
    const next = s0
    s0 = s1
    s1 = s2
    s2 = s3
    s3 = next
  }
  return f64x2.mul(f64x2.splat(0.5), f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)))
}

/** A step, by the batches or after `losses`; not zero in lanes where a weight is not finite then. */
export function descend(step: i64): v128 {
  startUpdates(rates)
  if (isStochastic) {
    draw(first, step)
    draw(second, step)
    read()
    for (let l = 1; l <= depth; l++) throughLayer(l, columns, at(activations, l - 1), at(activations, l))
    compare()
  }
  for (let l = depth; l >= 1; l--) {
    const inner = width(l - 1)
    const delta = at(deltas, l)
    const row = <usize>inner * ENTRY
    if (l > 1) lockstepProduct(inner, columns, width(l), at(layers, l), ENTRY, row, delta, at(deltas, l - 1))
    if (l > 1 || isStochastic) lockstepUpdate(width(l), inner, columns, delta, at(activations, l - 1), at(layers, l))
    else updateEach(flat, delta, width(1) * input) // of the identity g_1 is Δ_1
  }
  return lostLanes()
}

/** Two numbers as the lanes of an entry. */
@inline
function pair(one: usize, other: usize): v128 {
  return v128.load64_lane(other, v128.load64_zero(one), 1)
}

/** H_0 = Xᵀ. */
function read(): void {
  const across = <usize>columns * ENTRY
  let to = at(activations, 0)
  for (let b = 0; b < columns; b++, to += ENTRY) {
    const one = rowOf(first, first.x, input, b)
    const other = rowOf(second, second.x, input, b)
    for (let k: usize = 0, p = to; k < <usize>input << 3; k += 8, p += across) v128.store(p, pair(one + k, other + k))
  }
}

/** Δ_L = (1/B)(H_L − Y), 1/B rounded. */
function compare(): void {
  const across = <usize>columns * ENTRY
  const outputs = at(activations, depth)
  const delta = at(deltas, depth)
  let from: usize = 0
  for (let b = 0; b < columns; b++, from += ENTRY) {
    const one = labelOf(first, b)
    const other = labelOf(second, b)
    for (let k: usize = 0, i = from; k < <usize>output << 3; k += 8, i += across) {
      v128.store(delta + i, f64x2.mul(f64x2.sub(v128.load(outputs + i), pair(one + k, other + k)), share))
    }
  }
}

/** Copies the weights of a lane. */
export function copyWeights(lane: i32, weights: usize): void {
  const from = flat + (<usize>lane << 3)
  for (let i = 0; i < size; i++) store<f64>(weights + (<usize>i << 3), load<f64>(from + <usize>i * ENTRY))
}
