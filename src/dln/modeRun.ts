// A run of training as its modes see it: what is read of the network every so many steps. For ensembles of small
// networks, of which nobody wants the weights.
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"
import type { Training } from "../linalg/Training.ts"
import { coefficients } from "./modes.ts"
import * as Network from "./Network.ts"

export interface Run<A> {
  /** At steps 0, every, 2·every, … up to `steps`, as far as the run got. */
  readonly readings: ReadonlyArray<{ readonly step: number; readonly read: A }>
  /** The step at which it left the numbers, if it did. */
  readonly divergedAt: number | undefined
}

/** Trains from `start`, flat weights, which are not changed; `read` must not change what it is given either. */
export const modeRun = <A>(
  training: Training,
  start: Float64Array,
  { steps, every }: { readonly steps: number; readonly every: number },
  read: (weights: Float64Array, step: number) => A
): Run<A> => {
  const weights = start.slice()
  const readings: Array<{ readonly step: number; readonly read: A }> = []
  for (let step = 0; ; step += every) {
    readings.push({ step, read: read(weights, step) })
    if (step + every > steps) return { readings, divergedAt: undefined }
    const { divergedAt } = Kernel.train(training, weights, step, every, NO_LOSS)
    if (divergedAt !== undefined) return { readings, divergedAt }
  }
}

/** The modes: U is d_L × k, V is d_0 × k. */
export interface Frame {
  readonly U: Matrix.Matrix
  readonly V: Matrix.Matrix
}

/** w_ab = u_aᵀ W v_b. */
export const modesOf = (widths: ReadonlyArray<number>, { U, V }: Frame, weights: Float64Array): Matrix.Matrix =>
  coefficients(Network.endToEnd(widths, weights), U, V)

/** w_aa for every mode. */
export const strengthsOf = (widths: ReadonlyArray<number>, frame: Frame, weights: Float64Array): Float64Array => {
  const w = modesOf(widths, frame, weights)
  return Float64Array.from({ length: w.rows }, (_, a) => Matrix.at(w, a, a))
}

/** What step `step` of SGD adds to every w_aa beyond what a step of full-batch GD from the same weights would. */
export const stepNoise = (training: Training, frame: Frame, weights: Float64Array, step: number): Float64Array => {
  const { batches: _, ...full } = training
  const after = (one: Training): Float64Array => {
    const moved = weights.slice()
    Kernel.train(one, moved, step, 1, NO_LOSS)
    return strengthsOf(full.widths, frame, moved)
  }
  const expected = after(full)
  return after(training).map((strength, a) => strength - expected[a]!)
}

/** No loss is due after step 0. */
const NO_LOSS = 2_147_483_647
