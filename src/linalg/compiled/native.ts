// The kernels in C++ (kernel/native), as a Node-API module.

import { createRequire } from "node:module"
import { check, lossCount, lossesOf, type Training } from "../Training.ts"
import { dataOf, numbersOf, wordsOf } from "./abi.ts"
import type { Backend } from "./Backend.ts"
import { type CompiledDerivatives, derivativesOf } from "./derivatives.ts"
import { type CompiledProducts, productsOf } from "./products.ts"
import { type CompiledResampling, resamplingOf } from "./resampling.ts"
import { type CompiledRuns, runsOf } from "./runs.ts"
import { type CompiledSpectra, spectraOf } from "./spectra.ts"

/** What the module exports; nothing where the processor lacks AVX2. */
interface Native extends CompiledDerivatives, CompiledProducts, CompiledResampling, CompiledSpectra {
  readonly trainRuns: CompiledRuns
  readonly train: (
    numbers: Float64Array,
    widths: Int32Array,
    xx: Float64Array,
    target: Float64Array,
    x: Float64Array,
    y: Float64Array,
    weights: Float64Array,
    losses: Float64Array
  ) => number
  readonly fillUniforms: Fill<[from: number, out: Float64Array]>
  readonly fillNormals: Fill<[from: number, out: Float64Array]>
  readonly fillIntegers: Fill<[from: number, below: number, out: Int32Array]>
  readonly fillPermutation: Fill<[index: number, out: Int32Array]>
}
type Fill<Arguments extends ReadonlyArray<unknown>> =
  (key0: number, key1: number, counter2: number, counter3: number, ...rest: Arguments) => void

export const loadNative = (file: string): Backend | undefined => {
  const native: Native = createRequire(import.meta.url)(file)
  return "train" in native ? backendOf(native) : undefined
}

const backendOf = (native: Native): Backend => {
  const train: Backend["train"] = (training, weights, from, steps, lossEvery) => {
    check(training, weights, from, steps, lossEvery)
    const widths = Int32Array.from(training.widths)
    const { xx, target } = training.statistics
    const [x, y] = dataOf(training)
    const values = new Float64Array(lossCount(from, steps, lossEvery))
    const end = from + steps
    const slice = sliceOf(training, weights.length)
    let divergedAt = -1
    for (let start = from; divergedAt < 0 && (start < end || start === from); start += slice) {
      const numbers = numbersOf(training, start, Math.min(slice, end - start), lossEvery)
      const losses = values.subarray(lossCount(from, start - from, lossEvery))
      divergedAt = native.train(numbers, widths, xx.data, target.data, x, y, weights, losses)
    }
    return lossesOf(from, lossEvery, values, divergedAt < 0 ? undefined : divergedAt)
  }
  return {
    name: "native",
    train,
    trainRuns: runsOf(native.trainRuns, train, WIDEST, sliceOf),
    ...derivativesOf(native),
    ...spectraOf(native),
    ...productsOf(native),
    ...resamplingOf(native),
    fillUniforms: (stream, from, out) => native.fillUniforms(...wordsOf(stream), from, out),
    fillNormals: (stream, from, out) => native.fillNormals(...wordsOf(stream), from, out),
    fillIntegers: (stream, from, below, out) => native.fillIntegers(...wordsOf(stream), from, below, out),
    fillPermutation: (stream, index, out) => native.fillPermutation(...wordsOf(stream), index, out)
  }
}

/** Wider networks fill vectors by themselves. */
const WIDEST = 12

/** Steps a call. A thread can be stopped between calls of native code only: each takes well below a second. */
const sliceOf = ({ widths, batches }: Training, weights: number): number => {
  const columns = (batches?.size ?? 0) + widths[0]!
  return Math.ceil(WORK_A_CALL / (6 * weights * columns))
}

/** Multiplications and additions, some 50 ms of them. */
const WORK_A_CALL = 1e9
