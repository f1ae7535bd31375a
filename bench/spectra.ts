// Spectra by each backend and by LAPACK through NumPy, in batches: microseconds a matrix, or a network with all its
// partial products.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Random from "../src/linalg/Random.ts"
import { type Entry, startAll } from "./Contestant.ts"
import { interleaved, median, ratio } from "./interleaved.ts"
import { kernelOptions } from "./kernelOptions.ts"
import { figure, table } from "./table.ts"

const about = `Microseconds a Gaussian matrix, or a network with the spectra of all W_j … W_i; × is how many times as fast as LAPACK.
NumPy forms the products and finds noise for their small values; the kernels do not, and find them to eleven digits.`

const { backends, core, rounds } = kernelOptions("spectra", about)

/** A batch of networks, of one layer where it is of matrices. */
interface Cell {
  readonly widths: ReadonlyArray<number>
  readonly count: number
}

const cells: ReadonlyArray<Cell> = [
  ...[5, 10, 20, 32, 50, 64, 100].map((d) => [d, d]),
  ...[5, 10, 32, 64].map((d) => [d, d, d, d]),
  [10, 32, 32, 10]
].map((widths) => ({ widths, count: Math.max(16, Math.ceil(40_000 / widths[0]! ** 2)) }))

const nameOf = ({ widths, count }: Cell): string =>
  `${widths.length === 2 ? `${widths[1]} × ${widths[0]}` : widths.join("–")}, ${count} at once`

/** Times as fast as LAPACK that the native kernel is to be; undefined where nothing is set. */
const goalOf = ({ widths }: Cell): number | undefined =>
  widths.length > 2 ? undefined : widths[0]! <= 10 ? 2.5 : widths[0]! <= 32 ? 1.4 : 1

/** Gaussian layers of singular values up to about 2. */
const writeNetworks = (file: string, { widths, count }: Cell): void => {
  const networks = Array.from({ length: count }, (_, k) =>
    widths.slice(1).map((rows, l) => {
      const columns = widths[l]!
      const stream = Random.stream(1, "bench", "spectra", k, l, rows, columns)
      return Random.normals(stream, 0, rows * columns).map((x) => x / Math.sqrt(columns))
    }))
  writeFileSync(file, Buffer.concat(networks.flat().map(({ buffer }) => Buffer.from(buffer))))
}

const peer = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url))
const LAPACK = "NumPy (LAPACK)"
const entries: ReadonlyArray<Entry> = [
  ...backends.map((name) => ({ name, runs: 1, command: [process.execPath, peer("spectra.ts"), name] })),
  { name: LAPACK, runs: 1, command: ["python3", peer("spectra.py")] }
]
const contestants = await startAll(entries, core)
const names = contestants.map(({ name }) => name)
const folder = mkdtempSync(join(tmpdir(), "bench-"))
const missed: Array<string> = []

const rowOf = async (cell: Cell): Promise<ReadonlyArray<string>> => {
  const file = join(folder, "networks")
  writeNetworks(file, cell)
  let expected = NaN
  for (const { name, ask } of contestants) {
    const { sum = NaN } = await ask({ prepare: { file, widths: cell.widths } })
    if (Number.isNaN(expected)) expected = sum
    if (!(Math.abs(sum / expected - 1) < 1e-12)) {
      process.stderr.write(`${name} does other work at ${nameOf(cell)}: values sum to ${sum}, not ${expected}\n`)
    }
  }
  const times = await interleaved(contestants.map((one) => [one]), { rounds: rounds, seconds: 0.02 })
  const lapack = times[names.indexOf(LAPACK)]
  const ratios = backends.map((name) => {
    const ours = times[names.indexOf(name)]
    if (lapack === undefined || ours === undefined) return ""
    const found = ratio(lapack, ours)
    const goal = name === "native" ? goalOf(cell) : undefined
    if (goal !== undefined && found < goal) missed.push(`native, ${nameOf(cell)}: × ${figure(found)} of ${goal}`)
    return figure(found)
  })
  process.stderr.write(`${nameOf(cell)}\n`)
  return [nameOf(cell), ...times.map((seconds) => figure(1e6 * median(seconds) / cell.count)), ...ratios]
}

try {
  const rows: Array<ReadonlyArray<string>> = []
  for (const cell of cells) rows.push(await rowOf(cell))
  const memory = await Promise.all(contestants.map(({ ask }) => ask({ steps: 1 })))
  process.stdout.write(`${table(["µs a matrix or network", ...names, ...backends.map((name) => `${name} ×`)], [
    ...rows,
    ["most memory, MiB", ...memory.map(({ bytes }) => (bytes / 2 ** 20).toFixed(0))]
  ])}\n
${names.includes(LAPACK) ? (missed.length === 0 ? "All goals are reached." : `Goals missed:\n  ${missed.join("\n  ")}`) : ""}
`)
} finally {
  contestants.forEach(({ stop }) => stop())
  rmSync(folder, { recursive: true })
}
