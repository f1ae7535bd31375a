// The batches of SGD: the draws of src/linalg/reference/batches.ts.

import { take } from "./arena"
import { fillIntegers, fillNormals, fillPermutation, useStream } from "./draws"

/** Where the rows come from; matrices without padding. */
@unmanaged
export class Batches {
  x: usize
  y: usize
  /** Entries of a row of x and of y. */
  inputs: i32
  outputs: i32
  n: i32
  size: i32
  shuffle: bool
  /** The stream's words. */
  key0: u32
  key1: u32
  counter2: u32
  counter3: u32
  labelNoise: f64
  /** Draws come by many: those of `ahead` steps from `first` on are made in one go. */
  ahead: i32
  first: i64
  /** The rows of those steps, or of the epoch's permutation. */
  rows: usize
  noise: usize
  /** The rows and the noise of the step that was drawn last, the step after it, and its place in its epoch. */
  drawn: usize
  drawnNoise: usize
  next: i64
  place: i32
  epochLength: i32
  /** A row of zeros, which stands for those beyond the batch's end. */
  zeros: usize
}

/** `numbers`: see src/linalg/compiled/abi.ts. */
export function batchesOf(numbers: usize, x: usize, y: usize, inputs: i32, outputs: i32): Batches {
  const batches = changetype<Batches>(take(offsetof<Batches>()))
  batches.x = x
  batches.y = y
  batches.inputs = inputs
  batches.outputs = outputs
  batches.n = <i32>load<f64>(numbers, 32)
  batches.size = <i32>load<f64>(numbers, 40)
  batches.shuffle = load<f64>(numbers, 48) !== 0
  batches.labelNoise = load<f64>(numbers, 56)
  const labels = batches.size * outputs
  batches.ahead = AT_ONCE / (labels + 1) + 1
  batches.first = i64.MIN_VALUE / 2
  batches.rows = take(<usize>(batches.shuffle ? batches.n : batches.ahead * batches.size) << 2)
  // With room for the numbers of other steps that `fillNormals` writes on either side.
  batches.noise = batches.labelNoise > 0 ? take(<usize>(batches.ahead * labels + 16) << 3) + 8 : 0
  batches.next = -1
  batches.epochLength = batches.n / batches.size
  batches.zeros = take(<usize>max(inputs, outputs) << 3)
  batches.key0 = <u32>load<f64>(numbers, 64)
  batches.key1 = <u32>load<f64>(numbers, 72)
  batches.counter2 = <u32>load<f64>(numbers, 80)
  batches.counter3 = <u32>load<f64>(numbers, 88)
  return batches
}

const AT_ONCE = 64

function useStreamOf(batches: Batches): void {
  useStream(batches.key0, batches.key1, batches.counter2, batches.counter3)
}

/** Draws the batch of a step, which the functions below take. */
export function draw(batches: Batches, step: i64): void {
  const size = batches.size
  const isBeyond = step < batches.first || step >= batches.first + <i64>batches.ahead
  if (isBeyond) batches.first = step
  const place = <i32>(step - batches.first)
  if (batches.labelNoise > 0) {
    const count = size * batches.outputs
    if (isBeyond) {
      useStreamOf(batches)
      fillNormals(<u64>step * <u64>count, batches.noise, batches.ahead * count)
    }
    batches.drawnNoise = batches.noise + (<usize>(place * count) << 3)
  }
  batches.drawn = batches.rows
  if (!batches.shuffle) {
    if (isBeyond) {
      useStreamOf(batches)
      fillIntegers(step * <i64>size, batches.n, batches.rows, batches.ahead * size)
    }
    batches.drawn += <usize>(place * size) << 2
    return
  }
  if (step !== batches.next || batches.place === batches.epochLength) {
    const epoch = step / <i64>batches.epochLength
    batches.place = <i32>(step - epoch * <i64>batches.epochLength)
    useStreamOf(batches)
    fillPermutation(<u32>epoch, batches.rows, batches.n)
  }
  batches.drawn += <usize>(batches.place * size) << 2
  batches.place++
  batches.next = step + 1
}

/** Row b of x or y, of `columns` entries. */
@inline
export function rowOf(batches: Batches, data: usize, columns: i32, b: i32): usize {
  return b < batches.size
    ? data + <usize>load<i32>(batches.drawn + (<usize>b << 2)) * (<usize>columns << 3)
    : batches.zeros
}

/** Writes the drawn rows of x, one after another with the stride `row`, and the same transposed. */
export function readColumns(batches: Batches, rows: usize, row: usize, columns: usize, column: usize): void {
  const bytes = <usize>batches.inputs << 3
  for (let b = 0; b < batches.size; b += 2) {
    const first = rowOf(batches, batches.x, batches.inputs, b)
    const second = rowOf(batches, batches.x, batches.inputs, b + 1)
    let to = columns + (<usize>b << 3)
    let k: usize = 0
    for (; k + 8 < bytes; k += 16) {
      const p = v128.load(first + k)
      const q = v128.load(second + k)
      v128.store(rows + k, p)
      v128.store(rows + row + k, q)
      v128.store(to, v128.shuffle<f64>(p, q, 0, 2))
      v128.store(to + column, v128.shuffle<f64>(p, q, 1, 3))
      to += column << 1
    }
    if (k < bytes) {
      const p = v128.load64_zero(first + k)
      const q = v128.load64_zero(second + k)
      v128.store(rows + k, p)
      v128.store(rows + row + k, q)
      v128.store(to, v128.shuffle<f64>(p, q, 0, 2))
    }
    rows += row << 1
  }
}

/** delta = share·(output − y), y the drawn rows as columns, noise added; all rows are `row` bytes long. */
export function compareColumns(batches: Batches, output: usize, delta: usize, row: usize, share: f64): void {
  const bytes = <usize>batches.outputs << 3
  const shares = f64x2.splat(share)
  for (let b = 0; b < batches.size; b += 2) {
    const first = labelOf(batches, b)
    const second = labelOf(batches, b + 1)
    let at = <usize>b << 3
    for (let k: usize = 0; k < bytes; k += 8) {
      const label = v128.load64_lane(second + k, v128.load64_zero(first + k), 1)
      v128.store(delta + at, f64x2.mul(f64x2.sub(v128.load(output + at), label), shares))
      at += row
    }
  }
}

/** Row b of y, noise added. */
@inline
export function labelOf(batches: Batches, b: i32): usize {
  const label = rowOf(batches, batches.y, batches.outputs, b)
  const sigma = batches.labelNoise
  if (sigma === 0 || b >= batches.size) return label
  const bytes = <usize>batches.outputs << 3
  const noise = batches.drawnNoise + <usize>b * bytes
  for (let k: usize = 0; k < bytes; k += 8) store<f64>(noise + k, load<f64>(label + k) + sigma * load<f64>(noise + k))
  return noise
}

/** Copies the drawn row of x, of a batch of one. */
export function readRow(batches: Batches, to: usize): void {
  copyRow(to, rowOf(batches, batches.x, batches.inputs, 0), <usize>batches.inputs << 3)
}

/** delta = output − y, y the drawn row, noise added, of a batch of one. */
export function compareRow(batches: Batches, output: usize, delta: usize): void {
  const label = labelOf(batches, 0)
  for (let k: usize = 0; k < <usize>batches.outputs << 3; k += 8) {
    store<f64>(delta + k, load<f64>(output + k) - load<f64>(label + k))
  }
}

/** A loop: `memory.copy` is a call, dearer than a short row. */
@inline
function copyRow(target: usize, source: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<f64>(target + k, load<f64>(source + k))
}
