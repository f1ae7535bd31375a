// Two runs of one shape that go in step, a lane each: every vector holds the same entry of both, so that small networks
// fill vectors too. Examples are rows, of a batch, or of the identity, through which the full loss is seen. Each lane sums
// as src/linalg/reference/train.ts does.

import { take } from "./arena"
import { Batches, batchesOf, draw, labelOf, rowOf } from "./batches"
import { ENTRY, less, productBy, productByTranspose, ROW, updateByProduct, updateByRow } from "./lockstepProduct"
import { at, put } from "./layers"
import { plus } from "./product"

/** L, d_0, d_L, and the rows of a pass: B, or d_0 for GD. */
let depth: i32 = 0
let input: i32 = 0
let output: i32 = 0
let examples: i32 = 0
/** Table of d_0, …, d_L. */
let widths: usize = 0
let isStochastic = false
let first: Batches = changetype<Batches>(0)
let second: Batches = changetype<Batches>(0)
let rates: v128 = f64x2.splat(0)
let share: v128 = f64x2.splat(0)
/** Tables, index l: W_l, but W_1ᵀ for GD; H_l and Δ_l = ∂ℓ/∂H_l, rows of d_l, of a batch and of the full loss in turn. */
let layers: usize = 0
let activations: usize = 0
let deltas: usize = 0
/** (W − A)ᵀ, in the place of H_L where nothing else needs that; Σ_xxᵀ and Aᵀ. */
let difference: usize = 0
let xx: usize = 0
let target: usize = 0

@inline
function width(l: i32): i32 {
  return load<i32>(widths + (<usize>l << 2))
}

@inline
function entry(matrix: usize, i: i32, j: i32): usize {
  return matrix + <usize>i * ROW + <usize>j * ENTRY
}

function matrix(rows: i32): usize {
  return take(<usize>rows * ROW)
}

function tableOf(): usize {
  return take(<usize>(depth + 1) << 2)
}

/** Two numbers as the lanes of an entry. */
@inline
function pair(one: usize, other: usize): v128 {
  return v128.load64_lane(other, v128.load64_zero(one), 1)
}

/** The transpose of rows × columns numbers, the same in both lanes. */
function spread(numbers: usize, rows: i32, columns: i32): usize {
  const to = matrix(columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, numbers += 8) v128.store(entry(to, j, i), v128.load64_splat(numbers))
  }
  return to
}

/** W_l, row i, column k. */
@inline
function weightOf(l: i32, i: i32, k: i32): usize {
  return l === 1 && !isStochastic ? entry(at(layers, l), k, i) : entry(at(layers, l), i, k)
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
  examples = isStochastic ? batch : input
  share = f64x2.splat(1 / <f64>examples)
  if (isStochastic) {
    first = batchesOf(one, x, y, input, output)
    second = batchesOf(other, x, y, input, output)
  }
  rates = f64x2.replace_lane(v128.load64_splat(one), 1, load<f64>(other))
  layers = tableOf()
  activations = tableOf()
  deltas = tableOf()
  for (let l = 0; l <= depth; l++) {
    if (l > 0) put(layers, l, matrix(max(width(l), width(l - 1))))
    // Through the identity H_1 is W_1ᵀ itself.
    put(activations, l, l === 1 && !isStochastic ? at(layers, 1) : matrix(max(examples, input)))
    put(deltas, l, matrix(max(examples, input)))
  }
  for (let l = 1; l <= depth; l++) {
    for (let i = 0; i < width(l); i++) {
      for (let k = 0; k < width(l - 1); k++, weights += 8, otherWeights += 8) {
        v128.store(weightOf(l, i, k), pair(weights, otherWeights))
      }
    }
  }
  difference = depth > 1 || isStochastic ? at(activations, depth) : matrix(input)
  xx = spread(xxData, input, input)
  target = spread(targetData, output, input)
}

/** ℓ − ℓ_min of both; leaves Δ_L = Σ_xx (W − A)ᵀ. */
export function losses(): v128 {
  if (isStochastic) transpose(at(layers, 1), width(1), input, at(activations, 1))
  for (let l = 2; l <= depth; l++) forward(l, input)
  const slope = at(deltas, depth)
  subtract(at(activations, depth), target, input, output, difference)
  productBy(output, input, input, difference, xx, slope)
  // The sums of the next four indices.
  let s0 = f64x2.splat(0)
  let s1 = f64x2.splat(0)
  let s2 = f64x2.splat(0)
  let s3 = f64x2.splat(0)
  for (let i = 0; i < output; i++) {
    let a = entry(difference, 0, i)
    let b = entry(slope, 0, i)
    let left = input
    for (; left > 3; left -= 4, a += 4 * ROW, b += 4 * ROW) {
      s0 = plus(s0, v128.load(a), v128.load(b))
      s1 = plus(s1, v128.load(a, ROW), v128.load(b, ROW))
      s2 = plus(s2, v128.load(a, 2 * ROW), v128.load(b, 2 * ROW))
      s3 = plus(s3, v128.load(a, 3 * ROW), v128.load(b, 3 * ROW))
    }
    for (; left > 0; left--, a += ROW, b += ROW) {
      const sum = plus(s0, v128.load(a), v128.load(b))
      s0 = s1
      s1 = s2
      s2 = s3
      s3 = sum
    }
  }
  for (let left = (output * input) & 3; left > 0 && left < 4; left++) {
    const next = s0
    s0 = s1
    s1 = s2
    s2 = s3
    s3 = next
  }
  return f64x2.mul(f64x2.splat(0.5), f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)))
}

/** H_l = H_{l−1} W_lᵀ. */
function forward(l: i32, rows: i32): void {
  productByTranspose(width(l), rows, width(l - 1), at(layers, l), at(activations, l - 1), at(activations, l))
}

/** The forward pass of the batch of a step; not zero in lanes where an output is not finite. */
export function forwardBatch(step: i64): v128 {
  draw(first, step)
  draw(second, step)
  read()
  for (let l = 1; l <= depth; l++) forward(l, examples)
  compare()
  // What is not finite in any W_l reaches every example.
  let lost = f64x2.splat(0)
  const outputs = at(activations, depth)
  for (let p = outputs, end = outputs + <usize>output * ENTRY; p < end; p += ENTRY) lost = gather(lost, p)
  return lost
}

/** Not zero in lanes where a weight is not finite. */
export function lostLanes(): v128 {
  let lost = f64x2.splat(0)
  for (let l = 1; l <= depth; l++) {
    for (let i = 0; i < width(l); i++) {
      for (let k = 0; k < width(l - 1); k++) lost = gather(lost, weightOf(l, i, k))
    }
  }
  return lost
}

/** The bits of x − x, more and more of them, which are zero where x is finite. */
@inline
function gather(bits: v128, x: usize): v128 {
  return v128.or(bits, f64x2.sub(v128.load(x), v128.load(x)))
}

/** A step after the forward pass, of the batch or of the full loss. */
export function descend(): void {
  for (let l = depth; l >= 1; l--) {
    const outer = width(l)
    const inner = width(l - 1)
    const layer = at(layers, l)
    const delta = at(deltas, l)
    const below = at(deltas, l - 1)
    if (examples === 1 && isStochastic) {
      updateByRow(outer, inner, delta, at(activations, l - 1), layer, rates, below)
      continue
    }
    if (l > 1) productBy(inner, examples, outer, layer, delta, below)
    if (l > 1 || isStochastic) updateByProduct(outer, inner, examples, delta, at(activations, l - 1), layer, rates)
    else update(input, outer, delta, layer) // of the identity g_1 is Δ_1
  }
}

/** c ← c − η g. By two: what an odd entry has beside it nobody reads, here and below. */
function update(rows: i32, columns: i32, gradient: usize, c: usize): void {
  const eta = rates
  for (; rows > 0; rows--, gradient += ROW, c += ROW) {
    for (let k: usize = 0; k < <usize>columns * ENTRY; k += 2 * ENTRY) {
      v128.store(c + k, less(v128.load(c + k), eta, v128.load(gradient + k)))
      v128.store(c + k, less(v128.load(c + k, ENTRY), eta, v128.load(gradient + k, ENTRY)), ENTRY)
    }
  }
}

/** H_0 = X. */
function read(): void {
  let to = at(activations, 0)
  for (let b = 0; b < examples; b++, to += ROW) {
    const one = rowOf(first, first.x, input, b)
    const other = rowOf(second, second.x, input, b)
    for (let k: usize = 0, t = to; k < <usize>input << 3; k += 16, t += 2 * ENTRY) {
      const p = v128.load(one + k)
      const q = v128.load(other + k)
      v128.store(t, v128.shuffle<f64>(p, q, 0, 2))
      v128.store(t, v128.shuffle<f64>(p, q, 1, 3), ENTRY)
    }
  }
}

/** Δ_L = (1/B)(H_L − Y), 1/B rounded. */
function compare(): void {
  const factor = share
  let outputs = at(activations, depth)
  let delta = at(deltas, depth)
  for (let b = 0; b < examples; b++, outputs += ROW, delta += ROW) {
    const one = labelOf(first, b)
    const other = labelOf(second, b)
    let from = outputs
    let to = delta
    for (let k: usize = 0; k < <usize>output << 3; k += 16, from += 2 * ENTRY, to += 2 * ENTRY) {
      const p = v128.load(one + k)
      const q = v128.load(other + k)
      v128.store(to, f64x2.mul(f64x2.sub(v128.load(from), v128.shuffle<f64>(p, q, 0, 2)), factor))
      v128.store(to, f64x2.mul(f64x2.sub(v128.load(from, ENTRY), v128.shuffle<f64>(p, q, 1, 3)), factor), ENTRY)
    }
  }
}

/** target = sourceᵀ. */
function transpose(source: usize, rows: i32, columns: i32, target: usize): void {
  for (; rows > 0; rows--, source += ROW, target += ENTRY) {
    for (let s = source, t = target, end = source + <usize>columns * ENTRY; s < end; s += ENTRY, t += ROW) {
      v128.store(t, v128.load(s))
    }
  }
}

/** c = a − b. */
function subtract(a: usize, b: usize, rows: i32, columns: i32, c: usize): void {
  for (; rows > 0; rows--, a += ROW, b += ROW, c += ROW) {
    for (let k: usize = 0; k < <usize>columns * ENTRY; k += 2 * ENTRY) {
      v128.store(c + k, f64x2.sub(v128.load(a + k), v128.load(b + k)))
      v128.store(c + k, f64x2.sub(v128.load(a + k, ENTRY), v128.load(b + k, ENTRY)), ENTRY)
    }
  }
}

/** Copies the weights of a lane. */
export function copyWeights(lane: i32, weights: usize): void {
  for (let l = 1; l <= depth; l++) {
    for (let i = 0; i < width(l); i++) {
      for (let k = 0; k < width(l - 1); k++, weights += 8) {
        store<f64>(weights, load<f64>(weightOf(l, i, k) + (<usize>lane << 3)))
      }
    }
  }
}
