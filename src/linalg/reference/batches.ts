// The batches of SGD: which rows a step draws, and the noise on their labels. Step s is the same whoever asks.

import type { Batches } from "../Training.ts"
import { fillIntegers, fillNormals, fillPermutation } from "./draws.ts"

/** Fills `inputs` (d_0 × B) and `labels` (d_L × B) with the batch of step s, a column for each drawn row. */
export type Draw = (step: number, inputs: Float64Array, labels: Float64Array) => void

export const drawer = (batches: Batches): Draw => {
  const { x, y, size, stream, labelNoise } = batches
  const rows = rowDrawer(batches)
  const noise = new Float64Array(size * y.columns)
  return (step, inputs, labels) => {
    const drawn = rows(step)
    if (labelNoise > 0) fillNormals(stream, step * noise.length, noise)
    for (let b = 0; b < size; b++) {
      const row = drawn[b]!
      for (let k = 0; k < x.columns; k++) inputs[k * size + b] = x.data[row * x.columns + k]!
      for (let k = 0; k < y.columns; k++) {
        const label = y.data[row * y.columns + k]!
        labels[k * size + b] = labelNoise > 0 ? label + labelNoise * noise[b * y.columns + k]! : label
      }
    }
  }
}

/** The B rows of step s, counted from 0; valid until the next call. */
export const rowDrawer = ({ x, size, sampler, stream }: Batches): ((step: number) => Int32Array) => {
  if (sampler === "replacement") {
    const rows = new Int32Array(size)
    return (step) => {
      fillIntegers(stream, step * size, x.rows, rows)
      return rows
    }
  }
  const batchesAnEpoch = Math.floor(x.rows / size)
  const permutation = new Int32Array(x.rows)
  const slices = Array.from({ length: batchesAnEpoch }, (_, i) => permutation.subarray(i * size, (i + 1) * size))
  let epoch = -1
  return (step) => {
    const place = step % batchesAnEpoch
    if (epoch !== (step - place) / batchesAnEpoch) {
      epoch = (step - place) / batchesAnEpoch
      fillPermutation(stream, epoch, permutation)
    }
    return slices[place]!
  }
}
