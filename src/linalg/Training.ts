// A run of gradient descent on a deep linear network, as data: what GD or SGD is given, and what comes out.
// Loss ℓ(W) = (1/2n) Σ_k ‖W x_k − y_k‖², W = W_L … W_1; weights are one flat array W_1|W_2|…|W_L, each W_l row-major
// d_l × d_{l−1}. `Kernel.train` does the steps.

import type { Matrix } from "./Matrix.ts"
import type { Stream } from "./Random.ts"

/** What the full loss depends on: ℓ − ℓ_min = ½ tr((W − A) Σ_xx (W − A)ᵀ). */
export interface Statistics {
  /** Σ_xx = (1/n) Σ x xᵀ: d_0 × d_0, symmetric. */
  readonly xx: Matrix
  /** A = Σ_yx Σ_xx⁻¹, the minimizer: d_L × d_0. */
  readonly target: Matrix
}

/** Where SGD takes its batches of `size` = B rows from. Rows and noise depend on the stream and the step alone. */
export interface Batches {
  /** n × d_0, a row for each example. */
  readonly x: Matrix
  /** n × d_L. */
  readonly y: Matrix
  /** B, 1 ≤ B ≤ n. */
  readonly size: number
  /**
   * `shuffle`: ⌊n/B⌋ steps an epoch, which take consecutive slices of B of the stream's permutation of that epoch;
   * the n mod B rows left over sit that epoch out. `replacement`: step s takes draws sB … sB + B − 1 of 0 … n − 1.
   */
  readonly sampler: "shuffle" | "replacement"
  readonly stream: Stream
  /** σ ≥ 0: the drawn labels get σ·z, z the stream's normals sBd_L … (s + 1)Bd_L − 1 in step s, row after row. */
  readonly labelNoise: number
}

export interface Training {
  /** d_0, …, d_L; L ≥ 1. */
  readonly widths: ReadonlyArray<number>
  /** η ≥ 0: every step is W_l ← W_l − η g_l, all g_l taken before the step. */
  readonly learningRate: number
  readonly statistics: Statistics
  /** SGD on these batches; GD on the full loss where absent. */
  readonly batches?: Batches
}

/** The curve of the excess loss ℓ − ℓ_min over a run's steps. */
export interface Losses {
  /** The steps s, multiples of `lossEvery`; the loss is that of the weights after s steps from the very start. */
  readonly steps: Int32Array
  /** ℓ − ℓ_min at each of them, from the statistics, for GD and SGD alike; finite. */
  readonly values: Float64Array
  /** The number of steps after which a weight, or a loss that is due, was first not finite; the weights stay there. */
  readonly divergedAt: number | undefined
}

/** A run among several: its losses, and its weights now and then. */
export interface Course extends Losses {
  /**
   * The weights before every step that `stateEvery` divides, one state after another, as far as the run got; none where
   * that is 0.
   */
  readonly states: Float64Array
}

/** How many losses are due in the steps from … from + steps − 1. */
export const lossCount = (from: number, steps: number, lossEvery: number): number =>
  Math.ceil((from + steps) / lossEvery) - Math.ceil(from / lossEvery)

/** The same of states. */
export const stateCount = (from: number, steps: number, stateEvery: number): number =>
  stateEvery === 0 ? 0 : lossCount(from, steps, stateEvery)

/** The curve of `values`, those of them that were due before the run diverged, if it did. */
export const lossesOf = (
  from: number,
  lossEvery: number,
  values: Float64Array,
  divergedAt: number | undefined
): Losses => {
  const count = divergedAt === undefined ? values.length : lossCount(from, divergedAt - from, lossEvery)
  // By a loop: `Int32Array.from` takes as long for an entry as a step of a small run.
  const steps = new Int32Array(count)
  for (let i = 0, step = Math.ceil(from / lossEvery) * lossEvery; i < count; i++, step += lossEvery) steps[i] = step
  return { steps, values: values.slice(0, count), divergedAt }
}

/** Throws an error that says what to mend unless shapes and numbers agree. */
export const check = (
  { widths, learningRate, statistics, batches }: Training,
  weights: Float64Array,
  from: number,
  steps: number,
  lossEvery: number
): void => {
  checkShapes(widths, weights, statistics)
  need(learningRate >= 0 && learningRate < Infinity, `A learning rate is finite and 0 or more, not ${learningRate}.`)
  need(isCount(from) && isCount(steps) && from + steps <= LAST_STEP, "Give steps as whole numbers, below 2^31 in all.")
  need(isCount(lossEvery) && lossEvery >= 1, `Take the loss every 1, 2, 3, … steps, not every ${lossEvery}.`)
  if (batches !== undefined) checkBatches(widths, batches, from + steps)
}

/** Throws an error that says what to mend unless the shapes agree. */
export const checkShapes = (widths: ReadonlyArray<number>, weights: Float64Array, { xx, target }: Statistics): void => {
  const list = widths.join(", ")
  const areWidths = widths.length >= 2 && widths.every((d) => isCount(d) && d >= 1)
  need(areWidths, `Widths are two or more numbers ≥ 1, not [${list}].`)
  const size = widths.reduce((sum, width, l) => (l === 0 ? 0 : sum + width * widths[l - 1]!), 0)
  const input = widths[0]!
  const output = widths[widths.length - 1]!
  need(weights.length === size, `Widths [${list}] take ${size} weights, not ${weights.length}.`)
  needShape("Σ_xx", xx, input, input)
  needShape("A", target, output, input)
}

const checkBatches = (widths: ReadonlyArray<number>, batches: Batches, end: number): void => {
  const { x, y, size, sampler, labelNoise } = batches
  const input = widths[0]!
  const output = widths[widths.length - 1]!
  const n = x.rows
  needShape("x", x, n, input)
  needShape("y", y, n, output)
  need(isCount(size) && size >= 1 && size <= n, `A batch has 1 to n = ${n} rows, not ${size}.`)
  need(sampler === "shuffle" || sampler === "replacement", `A sampler is "shuffle" or "replacement", not "${sampler}".`)
  need(labelNoise >= 0 && labelNoise < Infinity, `Label noise is a finite σ from 0 on, not ${labelNoise}.`)
  need(end * size * output <= Number.MAX_SAFE_INTEGER, "So many steps draw more than 2^53 labels: take fewer.")
  const epochs = sampler === "shuffle" ? end / Math.floor(n / size) : 0
  need(epochs <= LAST_EPOCH, "So many steps take more than 2^28 epochs: take fewer.")
}

const LAST_STEP = 2147483647
const LAST_EPOCH = 268435456

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** The length is that of what compiled kernels read. */
const needShape = (name: string, { rows, columns, data }: Matrix, r: number, c: number): void => {
  need(rows === r && columns === c && data.length === r * c, `${name} is ${r} × ${c}, not ${rows} × ${columns}.`)
}

const need = (holds: boolean, message: string): void => {
  if (!holds) throw new Error(message)
}
