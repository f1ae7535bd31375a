// A thread that trains by one backend whatever it is sent, and answers with the weights and the losses.
import { parentPort, workerData } from "node:worker_threads"
import { type Backend, load } from "../../src/linalg/compiled/Backend.ts"
import type { Training } from "../../src/linalg/Training.ts"

export interface Segment {
  readonly training: Training
  readonly weights: Float64Array
  readonly from: number
  readonly steps: number
}

export interface Trained {
  readonly weights: Float64Array
  readonly losses: Float64Array
}

export const trainSegment = (backend: Backend, { training, weights, from, steps }: Segment): Trained => {
  const flat = weights.slice()
  const { values } = backend.train(training, flat, from, steps, 3)
  return { weights: flat, losses: values }
}

parentPort?.on("message", (segment: Segment) =>
  parentPort!.postMessage(trainSegment(load(workerData as Backend["name"])!, segment)))
