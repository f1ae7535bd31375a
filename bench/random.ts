// Random numbers by each backend and by NumPy's generators: nanoseconds a number.

import { fileURLToPath } from "node:url"
import { type Entry, startAll } from "./Contestant.ts"
import { interleaved, median, ratio } from "./interleaved.ts"
import { kernelOptions } from "./kernelOptions.ts"
import { figure, table } from "./table.ts"

const about = `Nanoseconds a number; × is how many times as fast as NumPy's PCG64, its default. The kernels' numbers are counter-based,
as NumPy's Philox is: any one is had without those before it.`

const { backends, core, rounds } = kernelOptions("random", about)

interface Cell {
  readonly kind: string
  readonly count: number
  readonly below: number
  readonly mean: number
}

const cells: ReadonlyArray<Cell> = [
  { kind: "normals", count: 100_000, below: 1, mean: 0 },
  { kind: "uniforms", count: 100_000, below: 1, mean: 0.5 },
  { kind: "integers", count: 100_000, below: 2000, mean: 999.5 },
  { kind: "permutation", count: 2000, below: 1, mean: 999.5 }
]

/** Times as fast as PCG64 that the native kernel is to be at normals. */
const NORMALS_GOAL = 1.15

const peer = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url))
const DEFAULT = "NumPy PCG64"
const entries: ReadonlyArray<Entry> = [
  ...backends.map((name) => ({ name, runs: 1, command: [process.execPath, peer("random.ts"), name] })),
  ...["PCG64", "SFC64", "Philox"].map((name) =>
    ({ name: `NumPy ${name}`, runs: 1, command: ["python3", peer("random_numpy.py"), name] }))
]
const contestants = await startAll(entries, core)
const names = contestants.map(({ name }) => name)
let missed = ""

const rowOf = async ({ kind, count, below, mean }: Cell): Promise<ReadonlyArray<string>> => {
  for (const { name, ask } of contestants) {
    const { mean: found = NaN } = await ask({ prepare: { kind, count, below } })
    // A standard deviation of the mean of a step is below 2 (integers), else below 0.004.
    const tolerance = below > 1 ? 12 : 0.02
    if (!(Math.abs(found - mean) < tolerance)) process.stderr.write(`${name} draws other ${kind}: their mean is ${found}\n`)
  }
  const times = await interleaved(contestants.map((one) => [one]), { rounds: rounds, seconds: 0.02 })
  const theirs = times[names.indexOf(DEFAULT)]
  const ratios = backends.map((name) => {
    const ours = times[names.indexOf(name)]
    if (theirs === undefined || ours === undefined) return ""
    const found = ratio(theirs, ours)
    if (kind === "normals" && name === "native" && found < NORMALS_GOAL) missed = `× ${figure(found)} of ${NORMALS_GOAL}`
    return figure(found)
  })
  return [kind, ...times.map((seconds) => figure(1e9 * median(seconds) / count)), ...ratios]
}

try {
  const rows: Array<ReadonlyArray<string>> = []
  for (const cell of cells) rows.push(await rowOf(cell))
  process.stdout.write(`${table(["ns a number", ...names, ...backends.map((name) => `${name} ×`)], rows)}\n
${names.includes(DEFAULT) ? (missed === "" ? "The goal for normals is reached." : `Goal missed: native normals, ${missed}`) : ""}
`)
} finally {
  contestants.forEach(({ stop }) => stop())
}
