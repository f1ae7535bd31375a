// Random training problems of any shape, for the tests of training.
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import type { Batches, Statistics, Training } from "../../src/linalg/Training.ts"

export const gaussian = (rows: number, columns: number, ...labels: ReadonlyArray<number | string>): Matrix.Matrix =>
  Matrix.make(rows, columns, Random.normals(Random.stream("problem", ...labels), 0, rows * columns))

/** Σ_xx and A of data that need not be whitened. */
export const statistics = (widths: ReadonlyArray<number>, label: number): Statistics => {
  const input = widths[0]!
  const root = gaussian(input, input, "root", label)
  return {
    xx: Matrix.scale(Matrix.multiply(root, Matrix.transpose(root)), 1 / input),
    target: gaussian(widths.at(-1)!, input, "target", label)
  }
}

/** Gaussian weights of variance 1/d_{l−1}: the product neither vanishes nor grows. */
export const weights = (widths: ReadonlyArray<number>, label: number): Float64Array =>
  Float64Array.from(widths.slice(1).flatMap((width, l) =>
    [...Matrix.scale(gaussian(width, widths[l]!, "weights", label, l), 1 / Math.sqrt(widths[l]!)).data]))

export const batches = (
  widths: ReadonlyArray<number>,
  n: number,
  label: number,
  options: Pick<Batches, "size" | "sampler" | "labelNoise">
): Batches => ({
  x: gaussian(n, widths[0]!, "x", label),
  y: gaussian(n, widths.at(-1)!, "y", label),
  stream: Random.stream("batches", label),
  size: options.size,
  sampler: options.sampler,
  labelNoise: options.labelNoise
})

export const training = (
  widths: ReadonlyArray<number>,
  label: number,
  sgd?: { readonly n: number } & Pick<Batches, "size" | "sampler" | "labelNoise">
): Training => ({
  widths,
  learningRate: 0.02,
  statistics: statistics(widths, label),
  ...(sgd && { batches: batches(widths, sgd.n, label, sgd) })
})

/** Shapes of depth 1 to 5, rectangular most of them. */
export const shapes: ReadonlyArray<ReadonlyArray<number>> = [
  [1, 1],
  [3, 2],
  [2, 5, 3],
  [4, 4, 4],
  [5, 1, 4],
  [3, 6, 2, 5],
  [6, 5, 4, 3, 2],
  [2, 3, 4, 4, 3, 7]
]
