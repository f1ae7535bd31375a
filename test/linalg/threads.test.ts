import { Worker } from "node:worker_threads"
import { describe, expect, it } from "vitest"
import { load } from "../../src/linalg/compiled/Backend.ts"
import { training, weights } from "./problems.ts"
import { type Segment, type Trained, trainSegment } from "./trainInThread.ts"

/** Runs of every kind: full-batch, one example, few, many, noisy labels. */
const segments: ReadonlyArray<Segment> = [
  { widths: [10, 12, 10], sgd: undefined },
  { widths: [7, 9, 5], sgd: { n: 20, size: 1, sampler: "replacement", labelNoise: 0 } },
  { widths: [33, 20], sgd: { n: 20, size: 3, sampler: "shuffle", labelNoise: 0.2 } },
  { widths: [10, 32, 32, 10], sgd: { n: 64, size: 8, sampler: "shuffle", labelNoise: 0 } }
].map(({ widths, sgd }, label) => ({
  training: training(widths, label, sgd as Parameters<typeof training>[2]),
  weights: weights(widths, label),
  from: 0,
  steps: 500
}))

/** What each thread answers, segments dealt out in turns. */
const trainInThreads = async (name: string, threads: number, given: ReadonlyArray<Segment>): Promise<Array<Trained>> => {
  const workers = Array.from({ length: threads }, () =>
    new Worker(new URL("./trainInThread.ts", import.meta.url), { workerData: name, execArgv: [] }))
  const answers = await Promise.all(workers.map(async (worker, thread) => {
    const trained: Array<readonly [number, Trained]> = []
    for (let index = thread; index < given.length; index += threads) {
      worker.postMessage(given[index])
      trained.push([index, await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject))])
    }
    return trained
  }))
  await Promise.all(workers.map((worker) => worker.terminate()))
  return answers.flat().toSorted(([a], [b]) => a - b).map(([, trained]) => trained)
}

describe.each(["js", "wasm", "native"] as const)("%s", (name) => {
  const backend = load(name)

  it.skipIf(backend === undefined)("gives the same bits in one thread, in two, and in this one", async () => {
    const here = segments.map((segment) => trainSegment(backend!, segment))
    expect(await trainInThreads(name, 1, segments)).toEqual(here)
    expect(await trainInThreads(name, 2, segments)).toEqual(here)
  })

  it.skipIf(backend === undefined)("gives the same bits where another thread goes on with a run", async () => {
    const here = segments.map((segment) => trainSegment(backend!, segment))
    const cut = 241
    const begun = await trainInThreads(name, 2, segments.map((segment) => ({ ...segment, steps: cut })))
    const rest = segments.map((segment, index) =>
      ({ ...segment, weights: begun[index]!.weights, from: cut, steps: segment.steps - cut }))
    const ended = (await trainInThreads(name, 2, rest.toReversed())).toReversed()
    expect(ended.map((trained) => trained.weights)).toEqual(here.map((trained) => trained.weights))
    expect(ended.map((trained, index) => Float64Array.of(...begun[index]!.losses, ...trained.losses)))
      .toEqual(here.map((trained) => trained.losses))
  })
})
