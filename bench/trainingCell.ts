// One cell of the bench of training: a shape, a batch, and how often the loss is taken; and who takes part in it.

import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Contestant, Entry } from "./Contestant.ts"
import { interleaved } from "./interleaved.ts"
import { writeProblem } from "./trainingProblem.ts"

export interface Cell {
  /** Every width of the network. */
  readonly d: number
  /** B, or 0 for full-batch gradient descent. */
  readonly batch: number
  readonly lossEvery: number
}

export const DEPTH = 3
const SAMPLES = 2000

export const nameOf = ({ d, batch, lossEvery }: Cell): string =>
  batch === 0 ? `d ${d}, GD` : `d ${d}, B ${batch}, loss every ${lossEvery === 1 ? "step" : lossEvery}`

/** Runs that go side by side. */
const TOGETHER = 16

/** Multiplications and additions of a step. */
export const operations = ({ d, batch, lossEvery }: Cell): number => {
  const updates = 2 * DEPTH * d * d
  const loss = DEPTH * 2 * d ** 3
  return batch === 0
    ? updates + loss + (2 * DEPTH - 2) * 2 * d ** 3
    : updates + loss / lossEvery + (3 * DEPTH - 1) * 2 * d * d * batch
}

const here = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url))
const python = (script: string, name: string, runs = 1): Entry =>
  ({ name, runs, command: ["python3", here(`${script}.py`), name] })

export const kernel = (backend: "js" | "wasm" | "native", threads = 1): Entry => ({
  name: backend,
  runs: threads,
  command: [process.execPath, here("kernel.ts"), backend, String(threads)]
})

/** Many small runs at once. */
export const kernelTogether = (backend: "wasm" | "native"): Entry => ({
  name: together(backend),
  runs: TOGETHER,
  command: [process.execPath, here("kernel.ts"), backend, "1", String(TOGETHER)]
})

export const together = (name: string): string => `${name} × ${TOGETHER}`

export const peers: ReadonlyArray<Entry> = [
  python("train_numpy", "NumPy"),
  python("train_numpy", together("NumPy"), TOGETHER),
  python("train_numba", "Numba, loops"),
  python("train_numba", "Numba, BLAS"),
  python("train_torch", "PyTorch"),
  python("train_torch", together("PyTorch"), TOGETHER),
  python("train_jax", "JAX"),
  python("train_jax", together("JAX"), TOGETHER)
]

/** Gives a cell's problem to the contestants; those that take part in it, having checked that all do the same work. */
export const prepare = async (
  cell: Cell,
  contestants: ReadonlyArray<Contestant>,
  folder: string
): Promise<ReadonlyArray<Contestant>> => {
  const { d, batch, lossEvery } = cell
  const file = join(folder, `${d}`)
  writeProblem(file, { d, depth: DEPTH, samples: SAMPLES })
  const problem = { file, d, depth: DEPTH, samples: SAMPLES, batch, lossEvery, learningRate: 0.05 / d }
  const present: Array<Contestant> = []
  let expected = NaN
  for (const contestant of contestants) {
    const { loss, absent } = await contestant.ask({ prepare: problem, warm: WARM })
    if (absent === true) continue
    present.push(contestant)
    if (Number.isNaN(expected)) expected = loss!
    // Full-batch runs agree to round-off; those by batches in the order of the data do not.
    const tolerance = batch === 0 ? 1e-9 : 0.5
    if (!(Math.abs(loss! / expected - 1) < tolerance)) {
      process.stderr.write(`${contestant.name} does other work at ${nameOf(cell)}: its loss is ${loss}, not ${expected}\n`)
    }
  }
  return present
}

/** Trains by every part of the kernels until V8 has compiled them well, which it does with what it has seen often. */
export const warmUp = async (contestants: ReadonlyArray<Contestant>, folder: string): Promise<void> => {
  for (const batch of [1, 8, 0]) {
    await prepare({ d: 10, batch, lossEvery: 1 }, contestants, folder)
    await interleaved(contestants.map((one) => [one]), { rounds: 4, seconds: 0.05 })
  }
}

/** Steps after which losses are compared; the last loss that is due is that of step 100. */
const WARM = 101
