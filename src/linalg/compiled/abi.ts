// What a compiled kernel exports, and how a training is told to it: numbers in one array, matrices as they lie.

import type { Stream } from "../Random.ts"
import type { Training } from "../Training.ts"
import type { Native } from "./native.ts"

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

/** Of WebAssembly too. */
const exported: Readonly<Record<keyof Native, true>> = {
  train: true, trainRuns: true, multiply: true,
  gradient: true, hessianVectorProduct: true, hessianTridiagonal: true, growHessianKrylov: true,
  singularValues: true, productSpectra: true, arcSpectra: true, qFactors: true,
  tridiagonalize: true, countsBelow: true, eigenvaluesAt: true,
  resampledMeans: true, resampledDistances: true,
  fillUniforms: true, fillNormals: true, fillIntegers: true, fillPermutation: true
}

/** Throws an error where a kernel was built before it had all that is called. */
export const checkAge = (kernel: object): void => {
  const lacking = Object.keys(exported).find((name) => !(name in kernel))
  if (lacking !== undefined) throw new Error(`it is older than this version and lacks ${lacking}`)
}
