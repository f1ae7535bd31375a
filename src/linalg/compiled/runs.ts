// Runs side by side in a compiled kernel: those of one shape on the same data, where they are small.

import { check, type Course, lossCount, stateCount, type Training } from "../Training.ts"
import { courseOf, oneByOne, type TrainRuns } from "../reference/trainRuns.ts"
import { dataOf, numbersOf } from "./abi.ts"
import type { Backend } from "./Backend.ts"

/** What a kernel offers: `numbers` of abi.ts and weights run after run, losses and states moment after moment. */
export type CompiledRuns = (
  numbers: Float64Array,
  widths: Int32Array,
  xx: Float64Array,
  target: Float64Array,
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  losses: Float64Array,
  states: Float64Array,
  stateEvery: number,
  /** −1 where a run goes on; those that have ended stay as they are. */
  divergedAt: Float64Array
) => void

export const runsOf = (
  compiled: CompiledRuns,
  train: Backend["train"],
  /** The widest layer that gains by lanes of runs. */
  widest: number,
  /** Steps a call for one run. */
  sliceOf: (training: Training, weights: number) => number
): TrainRuns => {
  const alone = oneByOne(train)

  /** Runs of one shape on the same data. */
  const together: TrainRuns = (trainings, weights, from, steps, lossEvery, stateEvery = 0) => {
    const [training] = trainings as readonly [Training]
    const [count, size, end] = [trainings.length, weights[0]!.length, from + steps]
    const { xx, target } = training.statistics
    const flat = new Float64Array(count * size)
    weights.forEach((own, run) => flat.set(own, run * size))
    const losses = new Float64Array(lossCount(from, steps, lossEvery) * count)
    const states = new Float64Array(stateCount(from, steps, stateEvery) * count * size)
    const divergedAt = new Float64Array(count).fill(-1)
    const slice = Math.ceil(sliceOf(training, size) / count)
    for (let start = from; start < end || start === from; start += slice) {
      const these = Math.min(slice, end - start)
      const numbers = Float64Array.from(trainings.flatMap((one) => [...numbersOf(one, start, these, lossEvery)]))
      compiled(
        numbers, Int32Array.from(training.widths), xx.data, target.data, ...dataOf(training), flat,
        losses.subarray(lossCount(from, start - from, lossEvery) * count),
        states.subarray(stateCount(from, start - from, stateEvery) * count * size), stateEvery, divergedAt
      )
    }
    const [ownLosses, ownStates] = [apart(losses, count, 1), apart(states, count, size)]
    return trainings.map((_, run) => {
      weights[run]!.set(flat.subarray(run * size, (run + 1) * size))
      const ended = divergedAt[run]! < 0 ? undefined : divergedAt[run]!
      return courseOf(from, steps, lossEvery, stateEvery, ownLosses[run]!, ownStates[run]!, ended)
    })
  }

  return (trainings, weights, from, steps, lossEvery, stateEvery = 0) => {
    const courses = new Array<Course>(trainings.length)
    for (const runs of alike(trainings)) {
      runs.forEach((run) => check(trainings[run]!, weights[run]!, from, steps, lossEvery))
      const go = runs.length > 1 && Math.max(...trainings[runs[0]!]!.widths) <= widest ? together : alone
      const own = runs.map((run) => trainings[run]!)
      go(own, runs.map((run) => weights[run]!), from, steps, lossEvery, stateEvery)
        .forEach((course, k) => { courses[runs[k]!] = course })
    }
    return courses
  }
}

/** The indices of trainings that differ in learning rate, stream, sampler and noise alone. */
const alike = (trainings: ReadonlyArray<Training>): ReadonlyArray<ReadonlyArray<number>> => {
  const groups: Array<Array<number>> = []
  trainings.forEach((training, run) => {
    const known = groups.find(([first]) => areAlike(trainings[first!]!, training))
    if (known === undefined) groups.push([run])
    else known.push(run)
  })
  return groups
}

const areAlike = (a: Training, b: Training): boolean =>
  a.widths.join() === b.widths.join() &&
  a.statistics.xx.data === b.statistics.xx.data && a.statistics.target.data === b.statistics.target.data &&
  a.batches?.x.data === b.batches?.x.data && a.batches?.y.data === b.batches?.y.data &&
  a.batches?.size === b.batches?.size

/** Pieces of `length` numbers, dealt out to `count` hands; as many of each at a time as stay in the cache. */
const apart = (numbers: Float64Array, count: number, length: number): ReadonlyArray<Float64Array> => {
  const each = numbers.length / count
  const hands = Array.from({ length: count }, () => new Float64Array(each))
  const most = Math.ceil(128 / length) * length
  for (let start = 0; start < each; start += most) {
    const end = Math.min(start + most, each)
    hands.forEach((hand, index) => {
      for (let to = start, from = start * count + index * length; to < end; to += length, from += count * length) {
        for (let k = 0; k < length; k++) hand[to + k] = numbers[from + k]!
      }
    })
  }
  return hands
}
