// A process that is measured: it answers questions, one line of JSON each, and is pinned to processor cores.

import { spawn, spawnSync } from "node:child_process"
import { createInterface } from "node:readline"

export interface Answer {
  readonly seconds?: number
  /** Those of them in which the process ran, which others on the same machine do not lengthen. */
  readonly busy?: number
  /** The most memory that the process has held. */
  readonly bytes: number
  /** The last loss, of a training that was made ready. */
  readonly loss?: number
  /** The sum of all singular values of a batch, or of the least eigenvalues of some saddles. */
  readonly sum?: number
  /** The share of the time that is spent in kernels, of a contestant under a profiler. */
  readonly share?: number
  /** The mean of a step's numbers, of random ones. */
  readonly mean?: number
  /** True where the contestant takes no part in a problem. */
  readonly absent?: boolean
}

export interface Contestant {
  readonly name: string
  /** Runs that it does at once: a step is one of each. */
  readonly runs: number
  readonly ask: (question: object) => Promise<Answer>
  /** The most memory that it has told of, in bytes. */
  readonly memory: () => number
  readonly stop: () => void
}

export interface Entry {
  readonly name: string
  readonly runs: number
  readonly command: ReadonlyArray<string>
}

const canPin = spawnSync("taskset", ["--version"]).status === 0

/** Libraries get one thread each, and whichever kernels they have for this very processor. */
const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...inherited } = process.env
const environment = {
  ...inherited,
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OMP_NUM_THREADS: "1",
  NUMBA_NUM_THREADS: "1",
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
}

/** Starts processes on these cores: those that can take part. */
export const startAll = async (entries: ReadonlyArray<Entry>, cores: string): Promise<ReadonlyArray<Contestant>> => {
  const started = await Promise.all(entries.map((entry) => start(entry, cores)))
  return started.filter((contestant) => contestant !== undefined)
}

/** Starts a process on these cores; says why and gives nothing where it cannot. */
const start = async ({ name, runs, command }: Entry, cores: string): Promise<Contestant | undefined> => {
  const [program, ...rest] = canPin ? ["taskset", "-c", cores, ...command] : command
  const child = spawn(program!, rest, { env: environment, stdio: ["pipe", "pipe", "pipe"] })
  let errors = ""
  child.stderr.on("data", (chunk: Buffer) => errors += chunk.toString())
  child.stdin.on("error", () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<never>((_, reject) => {
    child.on("error", reject)
    child.on("close", () => reject(new Error(errors.trim().split("\n").at(-1) ?? "")))
  })
  let memory = 0
  const answer = async (): Promise<Answer> => {
    const { value, done } = await lines.next()
    if (done === true) return ended
    const found = JSON.parse(value) as Answer
    memory = found.bytes
    return found
  }
  try {
    await answer()
  } catch (error) {
    process.stderr.write(`${name} takes no part: ${error instanceof Error ? error.message : error}\n`)
    return undefined
  }
  ended.catch(() => undefined)
  return {
    name,
    runs,
    ask: (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      return answer()
    },
    memory: () => memory,
    stop: () => child.stdin.end()
  }
}
