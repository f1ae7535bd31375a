// A contestant: one backend of the kernels, on one thread or on several. Speaks as peer.py does.

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
const contestant = (backend: Backend, thread: number): ((question: Question) => { loss?: number }) => {
  let steps = (_: number): number => NaN
  return ({ prepare, warm, steps: count }) => {
    if (prepare !== undefined) {
      steps = trainer(backend, prepare, thread)
      return { loss: steps(warm!) }
    }
    steps(count!)
    return {}
  }
}

/** Takes steps one after another; gives the last loss that was due. */
const trainer = (backend: Backend, preparation: Preparation, thread: number): ((count: number) => number) => {
  const { file, d, depth, samples, batch, lossEvery, learningRate } = preparation
  const bytes = readFileSync(file)
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  let at = 0
  const take = (rows: number, columns: number): Matrix.Matrix =>
    Matrix.make(rows, columns, numbers.slice(at, at += rows * columns))
  const statistics = { xx: take(d, d), target: take(d, d) }
  const weights = take(depth * d, d).data
  const [x, y] = [take(samples, d), take(samples, d)]
  const stream = Random.stream(1, "batches", thread)
  const training: Training = {
    widths: Array.from({ length: depth + 1 }, () => d),
    learningRate,
    statistics,
    ...(batch > 0 && { batches: { x, y, size: batch, sampler: "shuffle", stream, labelNoise: 0 } })
  }
  let step = 0
  let loss = NaN
  return (count) => {
    const { values, divergedAt } = backend.train(training, weights, step, count, lossEvery)
    if (divergedAt !== undefined) throw new Error(`The run diverged at step ${divergedAt}.`)
    step += count
    loss = values.at(-1) ?? loss
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
  const [name, threads = "1"] = process.argv.slice(2)
  const workers = threads === "1" ? [] : Array.from({ length: Number(threads) }, (_, thread) =>
    new Worker(new URL(import.meta.url), { workerData: { name, thread } }))
  const alone = contestant(backendOf(name), 0)
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
