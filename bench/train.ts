// Gradient descent by each backend and by what a user would write instead: microseconds a step of one run.

import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { type Contestant, startAll } from "./Contestant.ts"
import { interleaved, median, ratio } from "./interleaved.ts"
import { peaks } from "./peak.ts"
import { figure, table } from "./table.ts"
import { type Cell, kernel, kernelTogether, nameOf, operations, peers, prepare, together, warmUp } from "./trainingCell.ts"
import { twoCores } from "./twoCores.ts"

const help = `Usage: npm run bench -- train [OPTIONS]

Microseconds a step of one run, of those that the process was given; × is how many times as fast as the fastest peer, the
better of one run and 16 at once of ours as of theirs, % the share of what the registers can do. Two cores at the end: two
runs at once against one, by the clock on the wall.

  --all          the loss at every step as well, and TypeScript beside the compiled kernels
  --width D      this width alone; may be given several times
  --batch B      this batch alone, 0 for the full one; may be given several times
  --rounds N     turns of each contestant (5)
  --core N       the core that all are pinned to (the last)
  --alone        no peers, one core
  --least        the least of all turns in place of their median, for a machine that others use
`

const { values: options } = parseArgs({
  options: {
    help: { type: "boolean", short: "h", default: false },
    all: { type: "boolean", default: false },
    width: { type: "string", multiple: true, default: ["5", "10", "20", "32", "50", "64", "100"] },
    batch: { type: "string", multiple: true, default: ["1", "8", "32", "0"] },
    rounds: { type: "string", default: "5" },
    core: { type: "string", default: String(availableParallelism() - 1) },
    alone: { type: "boolean", default: false },
    least: { type: "boolean", default: false }
  }
})

if (options.help) {
  process.stdout.write(help)
  process.exit()
}

const cells: ReadonlyArray<Cell> = options.width.flatMap((d) =>
  options.batch.flatMap((batch) =>
    // Gradient descent has its loss at every step; the experiments take that of 8 rows at every step too.
    (batch === "0" ? [1] : options.all || batch === "8" ? [100, 1] : [100]).map((lossEvery) =>
      ({ d: Number(d), batch: Number(batch), lossEvery }))))

const compiled = ["wasm", "native"] as const
const backends = options.all ? ["js", ...compiled] as const : compiled

/** Times as fast as the fastest peer that a backend is to be, and its share of the peak; undefined where nothing is set. */
const goalOf = ({ d, batch }: Cell, backend: (typeof compiled)[number]): number | undefined => {
  if (backend === "wasm") return d <= 10 ? 2 : d <= 20 ? 1 : undefined
  return d <= 20 ? 2 : batch > 0 && d <= 64 ? 1.4 : 1
}
const shareGoalOf = ({ d, batch }: Cell): number | undefined =>
  d >= 50 ? (batch === 32 ? 0.65 : undefined) : d >= 20 && batch >= 8 ? 0.5 : undefined

const typical = (times: ReadonlyArray<number>): number => options.least ? Math.min(...times) : median(times)
const lead = (theirs: ReadonlyArray<number>, ours: ReadonlyArray<number>): number =>
  options.least ? typical(theirs) / typical(ours) : ratio(theirs, ours)

interface Measured {
  readonly cell: Cell
  /** Seconds a step in each round, by name. */
  readonly times: ReadonlyMap<string, ReadonlyArray<number>>
  readonly fastest: string | undefined
}

const measure = async (cell: Cell, contestants: ReadonlyArray<Contestant>, folder: string): Promise<Measured> => {
  const present = await prepare(cell, contestants, folder)
  const turns = { rounds: Number(options.rounds), seconds: 0.04 }
  const measured = await interleaved(present.map((one) => [one]), turns)
  const times = new Map(present.map(({ name }, index) => [name, measured[index]!]))
  const rivals = peers.map(({ name }) => name).filter((name) => times.has(name))
  return { cell, times, fastest: rivals.toSorted((a, b) => typical(times.get(a)!) - typical(times.get(b)!))[0] }
}

const folder = mkdtempSync(join(tmpdir(), "bench-"))
const peak = await peaks()
const ours = [...backends.map((name) => kernel(name)), ...compiled.map(kernelTogether)]
const contestants = await startAll([...ours, ...(options.alone ? [] : peers)], options.core)
const names = contestants.map(({ name }) => name)
await warmUp(contestants.filter(({ name }) => ours.some((entry) => entry.name === name)), folder)
const missed: Array<string> = []

/** A figure, noted where it is below its goal. */
const judged = (what: string, value: number, goal: number | undefined): string => {
  if (goal !== undefined && value < goal) missed.push(`${what}: ${figure(value)} of ${goal}`)
  return figure(value)
}

const rows: Array<ReadonlyArray<string>> = []
const fastestAt = new Map<Cell, string | undefined>()
for (const cell of cells) {
  const { times, fastest } = await measure(cell, contestants, folder)
  fastestAt.set(cell, fastest)
  const present = compiled.filter((name) => times.has(name))
  /** Of a run alone or of one among many, as of the peers. */
  const best = (name: string): ReadonlyArray<number> =>
    [name, together(name)].flatMap((one) => times.has(one) ? [times.get(one)!] : [])
      .toSorted((a, b) => typical(a) - typical(b))[0]!
  const ratios = present.map((name) => fastest === undefined ? "" :
    judged(`${name}, ${nameOf(cell)}, ×`, lead(times.get(fastest)!, best(name)), goalOf(cell, name)))
  const shares = present.map((name) => {
    const share = operations(cell) / typical(best(name)) / peak[name]
    judged(`${name}, ${nameOf(cell)}, share of the peak`, share, shareGoalOf(cell))
    return (100 * share).toFixed(0)
  })
  rows.push([
    nameOf(cell),
    ...names.map((name) => times.has(name) ? figure(1e6 * typical(times.get(name)!)) : ""),
    fastest ?? "",
    ...ratios,
    ...shares
  ])
  process.stderr.write(`${nameOf(cell)}\n`)
}
const head = compiled.filter((name) => names.includes(name))
const columns = ["µs a step", ...names, "fastest peer", ...head.map((name) => `${name} ×`), ...head.map((name) => `${name} %`)]
process.stdout.write(`${table(columns, [
  ...rows,
  ["most memory, MiB", ...contestants.map(({ memory }) => (memory() / 2 ** 20).toFixed(0))]
])}\n
Peak of a core, multiply and add: WebAssembly ${figure(peak.wasm / 1e9)}, native ${figure(peak.native / 1e9)} Gflop/s.
${missed.length === 0 ? "All goals are reached." : `Goals missed:\n  ${missed.join("\n  ")}`}
`)
contestants.forEach(({ stop }) => stop())
if (!options.alone && availableParallelism() > 1) {
  const duels = cells.filter(({ batch, lossEvery }) => batch === 8 && lossEvery === 100).filter((_, index) => index % 2 === 0)
    .map((cell) => ({ cell, rival: peers.find(({ name }) => name === fastestAt.get(cell)) }))
  process.stdout.write(`\n${await twoCores(duels, 5, folder)}`)
}
rmSync(folder, { recursive: true })
