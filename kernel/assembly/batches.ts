// The batches of SGD: the draws of src/linalg/reference/batches.ts.

import { take } from "./arena"
import { fillIntegers, fillNormals, fillPermutation, useStream } from "./draws"

/** Where the rows come from; matrices without padding. */
@unmanaged
export class Batches {
  x: usize
  y: usize
  /** Bytes of a row of x and of y. */
  input: usize
  output: usize
  n: i32
  size: i32
  shuffle: bool
  labelNoise: f64
  /** The rows of the step, or of the epoch's permutation. */
  rows: usize
  noise: usize
  epoch: i64
}

/** `numbers`: see src/linalg/compiled/abi.ts. */
export function batchesOf(numbers: usize, x: usize, y: usize, input: i32, output: i32): Batches {
  const batches = changetype<Batches>(take(offsetof<Batches>()))
  batches.x = x
  batches.y = y
  batches.input = <usize>input << 3
  batches.output = <usize>output << 3
  batches.n = <i32>load<f64>(numbers, 32)
  batches.size = <i32>load<f64>(numbers, 40)
  batches.shuffle = load<f64>(numbers, 48) !== 0
  batches.labelNoise = load<f64>(numbers, 56)
  batches.rows = take(<usize>(batches.shuffle ? batches.n : batches.size) << 2)
  // With room for the numbers of other steps that `fillNormals` writes on either side.
  batches.noise = batches.labelNoise > 0 ? take(<usize>(batches.size * output + 4) << 3) + 8 : 0
  batches.epoch = -1
  useStream(
    <u32>load<f64>(numbers, 64), <u32>load<f64>(numbers, 72), <u32>load<f64>(numbers, 80), <u32>load<f64>(numbers, 88)
  )
  return batches
}

/** Writes the drawn rows of x and of y, noise added, one after another with these strides. */
export function draw(
  batches: Batches, step: i64,
  inputs: usize, inputStride: usize, labels: usize, labelStride: usize
): void {
  let row = rowsOf(batches, step)
  const sigma = batches.labelNoise
  const output = batches.output
  let noise = batches.noise
  if (sigma > 0) {
    const count = batches.size * <i32>(output >> 3)
    fillNormals(<u64>step * <u64>count, noise, count)
  }
  for (let b = batches.size; b > 0; b--) {
    const drawn = <usize>load<i32>(row)
    copyRow(inputs, batches.x + drawn * batches.input, batches.input)
    const label = batches.y + drawn * output
    if (sigma > 0) {
      for (let k: usize = 0; k < output; k += 8) {
        store<f64>(labels + k, load<f64>(label + k) + sigma * load<f64>(noise + k))
      }
      noise += output
    } else copyRow(labels, label, output)
    row += 4
    inputs += inputStride
    labels += labelStride
  }
}

/** A loop: `memory.copy` is a call, dearer than a short row. */
@inline
function copyRow(target: usize, source: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<f64>(target + k, load<f64>(source + k))
}

function rowsOf(batches: Batches, step: i64): usize {
  const size = <i64>batches.size
  if (!batches.shuffle) {
    fillIntegers(step * size, batches.n, batches.rows, batches.size)
    return batches.rows
  }
  const epochLength = <i64>batches.n / size
  const epoch = step / epochLength
  if (batches.epoch !== epoch) {
    batches.epoch = epoch
    fillPermutation(<u32>epoch, batches.rows, batches.n)
  }
  return batches.rows + (<usize>((step - epoch * epochLength) * size) << 2)
}
