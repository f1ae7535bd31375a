// How compiled kernels are called; a training as numbers in one array and matrices as they lie.

import type { Stream } from "../Random.ts"
import type { Training } from "../Training.ts"

/**
 * Raised where a kernel exports more or takes other arguments. Part of its name, so that one that was built before, which would
 * read what it is given as something else, is not found.
 */
export const abi = 2

const none = new Float64Array(0)

/** The data of x and y, empty for GD. */
export const dataOf = ({ batches }: Training): readonly [x: Float64Array, y: Float64Array] =>
  batches === undefined ? [none, none] : [batches.x.data, batches.y.data]

/** [η, from, steps, lossEvery, n, B (0 for GD), 1 to shuffle, σ, four words of the stream]. */
export const numbersOf = (
  { learningRate, batches }: Training,
  from: number,
  steps: number,
  lossEvery: number
): Float64Array => {
  const numbers = [learningRate, from, steps, lossEvery]
  if (batches === undefined) return Float64Array.of(...numbers, 0, 0, 0, 0, 0, 0, 0, 0)
  const { x, size, sampler, labelNoise, stream } = batches
  return Float64Array.of(...numbers, x.rows, size, sampler === "shuffle" ? 1 : 0, labelNoise, ...wordsOf(stream))
}

export const wordsOf = ({ key0, key1, counter2, counter3 }: Stream): readonly [number, number, number, number] =>
  [key0, key1, counter2, counter3]
