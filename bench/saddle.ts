// Certified saddles of a network of four layers of width 8 by each backend, and the signs of their spectra by NumPy.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { landscape, weightsOf, widths } from "./certifiedSaddles.ts"
import { type Entry, startAll } from "./Contestant.ts"
import { interleaved, median, ratio } from "./interleaved.ts"
import { kernelOptions } from "./kernelOptions.ts"
import { figure, table } from "./table.ts"

const about = `Milliseconds of one core a saddle at L = 4, d = 8: constructed, moved, and certified by the spectrum of its Hessian and by
its ranks, a hundred at a time; × is how many times as fast as NumPy, which is given the saddles and finds the Hessian by the same
formula, its eigenvalues by LAPACK, and the ranks. The share in kernels is of all time of a profile, garbage collection
included: the median of three.`

const { backends, core, rounds } = kernelOptions("saddle", about)

/** Saddles a minute on two cores that the native kernel is to reach. */
const GOAL = 10_000
const COUNT = 40

const peer = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url))
const NUMPY = "NumPy (LAPACK)"
const entries: ReadonlyArray<Entry> = [
  ...backends.map((name) => ({ name, runs: 1, command: [process.execPath, peer("saddle.ts"), name] })),
  { name: NUMPY, runs: 1, command: ["python3", peer("saddle.py")] }
]
const contestants = await startAll(entries, core)
const names = contestants.map(({ name }) => name)
const folder = mkdtempSync(join(tmpdir(), "bench-"))

try {
  const file = join(folder, "saddles")
  const numbers = [landscape.target.data, ...Array.from({ length: COUNT }, (_, k) => weightsOf(k))]
  writeFileSync(file, Buffer.concat(numbers.map(({ buffer }) => Buffer.from(buffer))))
  let expected = NaN
  for (const { name, ask } of contestants) {
    const { sum = NaN } = await ask({ prepare: { file, count: COUNT, d: widths[0], depth: widths.length - 1 } })
    if (Number.isNaN(expected)) expected = sum
    if (!(Math.abs(sum / expected - 1) < 1e-10)) {
      process.stderr.write(`${name} does other work: least eigenvalues sum to ${sum}, not ${expected}\n`)
    }
  }
  const times = await interleaved(contestants.map((one) => [one]), { rounds: rounds, seconds: 0.3 })
  const theirs = times[names.indexOf(NUMPY)]
  const rows: Array<ReadonlyArray<string>> = []
  let reached = NaN
  for (const [index, { name, ask, memory }] of contestants.entries()) {
    const seconds = times[index]!
    const aMinute = 120 / median(seconds)
    if (name === "native") reached = aMinute
    const shares: Array<number> = []
    if (name === "wasm" || name === "native") {
      for (let k = 0; k < 3; k++) shares.push((await ask({ profiled: 2000 })).share ?? NaN)
    }
    rows.push([
      name,
      figure(1e3 * median(seconds)),
      aMinute.toFixed(0),
      theirs === undefined ? "" : figure(ratio(theirs, seconds)),
      shares.length === 0 ? "" : `${(100 * median(shares)).toFixed(0)} %`,
      (memory() / 2 ** 20).toFixed(0)
    ])
  }
  process.stdout.write(`${table(["", "ms a saddle", "a minute on two cores", "×", "in kernels", "most memory, MiB"], rows)}\n
${Number.isNaN(reached) ? "" : reached >= GOAL ? "The goal is reached." : `Goal missed: ${reached.toFixed(0)} of ${GOAL} a minute`}
`)
} finally {
  contestants.forEach(({ stop }) => stop())
  rmSync(folder, { recursive: true })
}
