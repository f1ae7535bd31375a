// A contestant: one backend of the kernels, on one thread or on several, with one run or with many at once. Speaks as
// peer.py does.

import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { type Backend, load } from "../../src/linalg/compiled/Backend.ts"
import * as Matrix from "../../src/linalg/Matrix.ts"
import * as Random from "../../src/linalg/Random.ts"
import type { Training } from "../../src/linalg/Training.ts"

interface Preparation {
  readonly file: string
  readonly d: number
  readonly depth: number
  readonly samples: number
  readonly batch: number
  readonly lossEvery: number
  readonly learningRate: number
}
interface Question {
  readonly prepare?: Preparation
  readonly warm?: number
  readonly steps?: number
}

/** Answers one question with the loss or nothing. */
const contestant = (backend: Backend, thread: number, runs = 1): ((question: Question) => object) => {
  let steps = (_: number): number => NaN
  return ({ prepare, warm, steps: count }) => {
    if (prepare !== undefined) {
      // Wider runs go one by one.
      if (runs > 1 && prepare.d > WIDEST_TOGETHER) return { absent: true }
      steps = trainer(backend, prepare, thread, runs)
      return { loss: steps(warm!) }
    }
    steps(count!)
    return {}
  }
}

const WIDEST_TOGETHER = 24

/** Takes steps one after another; gives the last loss of the first run that was due. */
const trainer = (
  backend: Backend, preparation: Preparation, thread: number, runs: number
): ((count: number) => number) => {
  const { file, d, depth, samples, batch, lossEvery, learningRate } = preparation
  const bytes = readFileSync(file)
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  let at = 0
  const take = (rows: number, columns: number): Matrix.Matrix =>
    Matrix.make(rows, columns, numbers.slice(at, at += rows * columns))
  const statistics = { xx: take(d, d), target: take(d, d) }
  const weights = take(depth * d, d).data
  const [x, y] = [take(samples, d), take(samples, d)]
  const trainings = Array.from({ length: runs }, (_, run): Training => {
    const stream = Random.stream(1, "batches", thread + run)
    return {
      widths: Array.from({ length: depth + 1 }, () => d),
      learningRate,
      statistics,
      ...(batch > 0 && { batches: { x, y, size: batch, sampler: "shuffle", stream, labelNoise: 0 } })
    }
  })
  const starts = trainings.map((_, run) => weights.map((weight) => (1 + 0.001 * run) * weight))
  let step = 0
  let loss = NaN
  return (count) => {
    const courses = runs === 1
      ? [backend.train(trainings[0]!, starts[0]!, step, count, lossEvery)]
      : backend.trainRuns(trainings, starts, step, count, lossEvery)
    const lost = courses.find(({ divergedAt }) => divergedAt !== undefined)
    if (lost !== undefined) throw new Error(`A run diverged at step ${lost.divergedAt}.`)
    step += count
    loss = courses[0]!.values.at(-1) ?? loss
    return loss
  }
}

const say = (answer: object): void => {
  process.stdout.write(`${JSON.stringify({ ...answer, bytes: process.resourceUsage().maxRSS * 1024 })}\n`)
}

const backendOf = (name: string | undefined): Backend => {
  const backend = name === "js" || name === "wasm" || name === "native" ? load(name) : undefined
  if (backend === undefined) throw new Error(`the ${name} kernel is not built, or not for this processor`)
  return backend
}

if (isMainThread) {
  const [name, threads = "1", runs = "1"] = process.argv.slice(2)
  const workers = threads === "1" ? [] : Array.from({ length: Number(threads) }, (_, thread) =>
    new Worker(new URL(import.meta.url), { workerData: { name, thread } }))
  const alone = contestant(backendOf(name), 0, Number(runs))
  const answer = async (question: Question): Promise<object> => {
    if (workers.length === 0) return alone(question)
    const answers = await Promise.all(workers.map((worker) => {
      worker.postMessage(question)
      return new Promise<object>((resolve, reject) => worker.once("message", resolve).once("error", reject))
    }))
    return answers[0]!
  }
  say({})
  for await (const line of createInterface({ input: process.stdin })) {
    const begun = performance.now()
    const before = process.cpuUsage()
    const found = await answer(JSON.parse(line) as Question)
    const { user, system } = process.cpuUsage(before)
    say({ ...found, seconds: (performance.now() - begun) / 1e3, busy: (user + system) / 1e6 })
  }
  workers.forEach((worker) => void worker.terminate())
} else {
  const { name, thread } = workerData as { readonly name: string; readonly thread: number }
  const ask = contestant(backendOf(name), thread)
  parentPort!.on("message", (question: Question) => parentPort!.postMessage(ask(question)))
}
