/**
 * Whole runs of the command that are killed, interrupted or race each other: what the next run serves is right, and
 * what was finished is not done again. The table of what was tried is printed.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { hash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, it } from "vitest"
import { table } from "../../bench/table.ts"
import { home } from "../../src/engine/code/Home.ts"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import * as Index from "../../src/engine/Index.ts"
import { dln } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln faults "))
const pipeline = join(folder, "chains.ts")
writeFileSync(pipeline, `import { Claim, Effect, Grid, Pipeline, Report, Schema, Stage } from "dln-lab"

const Row = Schema.Struct({ value: Schema.Finite })
export const Start = Stage.make(import.meta.url, "start", {
  params: { value: Schema.Finite }, inputs: {}, outputs: Row, run: ({ value }) => Effect.succeed([{ value }])
})
export const Next = Stage.make(import.meta.url, "next", {
  params: {}, inputs: { from: Row }, outputs: Row,
  run: (_, { from }) => Effect.as(Effect.sleep(5), from.rows.map(({ value }) => ({ value: value / 3 })))
})
export default Pipeline.make("chains", { about: "chains", params: { cells: Schema.Int }, defaults: { cells: 5 }, presets: {} }, ({ cells }) => {
  const values = Grid.map(Grid.range("cell", 1, cells), ({ cell }) => Next({ from: Next({ from: Start({ value: cell }) }) }))
  return { tables: { values }, report: Report\`\${Claim.every("it falls", values, { holds: ({ cell, value }) => value < cell })}\` }
})
`)
/** Three a cell, and the page. */
const calls = 16

interface Place {
  readonly cache: string
  readonly reports: string
}
const newPlace = (): Place => {
  const place = mkdtempSync(join(folder, "run "))
  return { cache: join(place, "cache"), reports: join(place, "reports") }
}
const argvOf = ({ cache, reports }: Place) => ["run", pipeline, "--cache", cache, "--reports", reports, "--quiet"]

const start = (place: Place, env: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(join(home, "bin/dln"), argvOf(place), { cwd: folder, stdio: "ignore", env: { ...process.env, ...env } })
const ended = (run: ChildProcess) => new Promise<number | null>((resolve) => run.once("exit", resolve))

const reportOf = ({ reports }: Place) => hash("sha256", readFileSync(join(reports, "chains/index.html")))
/** The actions of which the cache has a trace. */
const finished = ({ cache }: Place): ReadonlyArray<string> =>
  existsSync(join(cache, "format.json")) ? [...Index.snapshot(filesOnDisk(cache)).traces()].map(({ action }) => action) : []
/** The actions that runs say they have built, run by run. */
const built = ({ cache }: Place): ReadonlyArray<string> =>
  readdirSync(join(cache, "runs")).toSorted().flatMap((name) =>
    readFileSync(join(cache, "runs", name), "utf8").split("\n").flatMap((line) => /^\{"_tag":"built".*"action":"(\w+)"/.exec(line)?.[1] ?? []))

let right = ""
beforeAll(() => {
  const place = newPlace()
  expect(dln(argvOf(place), { cwd: folder }).code).toBe(0)
  expect(finished(place)).toHaveLength(calls)
  right = reportOf(place)
})

const counts = new Map<string, { cases: number; wrong: number; lost: number }>()
/** Runs again, and counts what is not as it should be. */
const judge = (fault: string, place: Place) => {
  const before = finished(place)
  const log = existsSync(join(place.cache, "runs")) ? built(place).length : 0
  const { code } = dln(argvOf(place), { cwd: folder })
  const count = counts.get(fault) ?? { cases: 0, wrong: 0, lost: 0 }
  const again = built(place).slice(log)
  count.cases++
  count.wrong += Number(code !== 0 || reportOf(place) !== right || dln(["cache", "verify", "--cache", place.cache]).code !== 0)
  count.lost += before.filter((action) => again.includes(action)).length + Number(finished(place).length !== calls)
  counts.set(fault, count)
  expect(readdirSync(join(place.cache, "leases"))).toEqual([])
}
const survived = (fault: string, least: number) => {
  const { cases, lost, wrong } = counts.get(fault)!
  expect({ fault, lost, wrong }).toEqual({ fault, lost: 0, wrong: 0 })
  expect(cases).toBeGreaterThanOrEqual(least)
}
afterAll(() => {
  const rows = [...counts].map(([fault, { cases, lost, wrong }]) => [fault, String(cases), String(wrong), String(lost)])
  process.stdout.write(`${table(["fault of a whole run", "tried", "wrong served", "finished lost"], rows)}\n`)
  rmSync(folder, { recursive: true, force: true })
})

it("SIGKILL at write points all along a run, in every thread", async () => {
  const hook = `--import "${join(home, "test/engine/killAt.mjs")}"`
  for (let after = 0, killed = true; killed; after += after < 40 ? 5 : 17) {
    const place = newPlace()
    killed = (await ended(start(place, { NODE_OPTIONS: hook, KILL_AFTER: String(after) }))) !== 0
    judge("SIGKILL at a write point", place)
  }
  survived("SIGKILL at a write point", 8)
}, 600_000)

it.each(["SIGKILL", "SIGINT"] as const)("%s at any moment", async (signal) => {
  const fault = `${signal} at a moment`
  for (let moment = 0; moment < 8; moment++) {
    const place = newPlace()
    const run = start(place)
    // Moments of the work, however slow the machine: so many results are there.
    while (run.exitCode === null && finished(place).length < 2 * moment) await sleep(2)
    const over = ended(run)
    if (run.exitCode === null) {
      run.kill(signal)
      await over
    }
    if (signal === "SIGINT" && existsSync(join(place.cache, "leases"))) expect(readdirSync(join(place.cache, "leases"))).toEqual([])
    judge(fault, place)
  }
  survived(fault, 8)
}, 600_000)

it.each([2, 4])("%i runs on one cold cache", async (runs) => {
  const place = newPlace()
  mkdirSync(place.cache)
  // Nobody has made the program, either.
  writeFileSync(pipeline, `${readFileSync(pipeline, "utf8")}export const processes${runs} = ${runs}\n`)
  const codes = await Promise.all(Array.from({ length: runs }, () => ended(start(place))))
  expect(codes).toEqual(Array.from({ length: runs }, () => 0))
  expect(built(place).toSorted(), "each result is built once").toEqual(finished(place).toSorted())
  judge(`${runs} runs on one cold cache`, place)
  survived(`${runs} runs on one cold cache`, 1)
}, 600_000)

it("both numbers see a fault that was planted", () => {
  const place = newPlace()
  expect(dln(argvOf(place), { cwd: folder }).code).toBe(0)
  for (const name of ["actions", "index.jsonl"]) rmSync(join(place.cache, name), { recursive: true, force: true })
  const [lost] = finished(place)
  expect(lost).toBe(undefined)
  writeFileSync(join(place.cache, "format.json"), `{"format":1}`)
  const before = right
  right = "another report"
  judge("planted", place)
  right = before
  expect(counts.get("planted")!.wrong).toBe(1)
  counts.delete("planted")
}, 60_000)
