// Runs of training as their modes see them: what is read of the network every so many steps. For ensembles of small
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

/**
 * Trains each from `start`, flat weights, which are not changed; `read` must not change what it is given either. Runs of
 * one shape go side by side in the kernel; that one diverges changes no other.
 */
export const modeRuns = <A>(
  trainings: ReadonlyArray<Training>,
  start: Float64Array,
  { steps, every }: { readonly steps: number; readonly every: number },
  read: (weights: Float64Array, step: number) => A
): ReadonlyArray<Run<A>> => {
  const last = Math.floor(steps / every) * every
  const size = start.length
  const atOnce = Math.max(LEAST_AT_ONCE, Math.floor(MOST_NUMBERS / ((last / every + 1) * size)))
  const runs: Array<Run<A>> = []
  for (let from = 0; from < trainings.length; from += atOnce) {
    const these = trainings.slice(from, from + atOnce)
    const ends = these.map(() => start.slice())
    const courses = Kernel.trainRuns(these, ends, 0, last, NO_LOSS, every)
    courses.forEach(({ states, divergedAt }, run) => {
      const passed = Array.from({ length: states.length / size }, (_, k) => states.subarray(k * size, (k + 1) * size))
      if (divergedAt === undefined) passed.push(ends[run]!)
      const readings = passed.map((weights, k) => ({ step: k * every, read: read(weights, k * every) }))
      runs.push({ divergedAt, readings })
    })
  }
  return runs
}

/** How many runs are trained at once: a few, and as many as leave so many numbers to read. */
const LEAST_AT_ONCE = 8
const MOST_NUMBERS = 2_000_000

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

/**
 * What step `step` of SGD adds to every w_aa beyond what a step of full-batch GD from the same weights would, for each of
 * several runs.
 */
export const stepNoises = (
  trainings: ReadonlyArray<Training>, frame: Frame, weights: ReadonlyArray<Float64Array>, step: number
): ReadonlyArray<Float64Array> => {
  const after = (these: ReadonlyArray<Training>): ReadonlyArray<Float64Array> => {
    const moved = weights.map((own) => own.slice())
    Kernel.trainRuns(these, moved, step, 1, NO_LOSS)
    return moved.map((own, run) => strengthsOf(these[run]!.widths, frame, own))
  }
  const expected = after(trainings.map(({ batches: _, ...full }) => full))
  return after(trainings).map((strengths, run) => strengths.map((strength, a) => strength - expected[run]![a]!))
}

/** No loss is due after step 0. */
const NO_LOSS = 2_147_483_647
