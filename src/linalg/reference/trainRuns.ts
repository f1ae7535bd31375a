// Training of many runs, each as if it were alone: what one of them does, and where it ends, changes no other.
import { type Course, type Losses, lossesOf, stateCount, type Training } from "../Training.ts"
import { train } from "./train.ts"

/**
 * `train` of each training from its own weights, `weights[k]` of trainings[k], which become its last ones. Runs of equal
 * shape on the same data go side by side in the compiled kernels, and cost less than one by one.
 */
export type TrainRuns = (
  trainings: ReadonlyArray<Training>,
  weights: ReadonlyArray<Float64Array>,
  from: number,
  steps: number,
  lossEvery: number,
  stateEvery?: number
) => ReadonlyArray<Course>

/** Runs one after another, in pieces from state to state. */
export const oneByOne = (trainOne: typeof train): TrainRuns =>
  (trainings, weights, from, steps, lossEvery, stateEvery = 0) => trainings.map((training, run) => {
    const flat = weights[run]!
    const end = from + steps
    const states = new Float64Array(stateCount(from, steps, stateEvery) * flat.length)
    const parts: Array<Losses> = []
    let step = from
    do {
      const isDue = stateEvery > 0 && step < end && step % stateEvery === 0
      if (isDue) states.set(flat, stateCount(from, step - from, stateEvery) * flat.length)
      const next = stateEvery === 0 ? end : Math.min(end, (Math.floor(step / stateEvery) + 1) * stateEvery)
      parts.push(trainOne(training, flat, step, next - step, lossEvery))
      step = next
    } while (step < end && parts.at(-1)!.divergedAt === undefined)
    const values = Float64Array.from(parts.flatMap((part) => [...part.values]))
    return courseOf(from, steps, lossEvery, stateEvery, values, states, parts.at(-1)!.divergedAt)
  })

/** What was due before the run diverged, if it did. */
export const courseOf = (
  from: number,
  steps: number,
  lossEvery: number,
  stateEvery: number,
  values: Float64Array,
  states: Float64Array,
  divergedAt: number | undefined
): Course => {
  const size = states.length / Math.max(1, stateCount(from, steps, stateEvery))
  const count = stateCount(from, (divergedAt ?? from + steps) - from, stateEvery)
  return { ...lossesOf(from, lossEvery, values, divergedAt), states: states.subarray(0, count * size) }
}

export const trainRuns: TrainRuns = oneByOne(train)
