/** Several processes on one store, and processes that are killed. */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"
import * as Key from "../../src/engine/Key.ts"
import { Store } from "../../src/engine/Store.ts"
import { key, tableOf } from "./storeWorker.ts"

const folders: Array<string> = []
const newFolder = () => {
  folders.push(mkdtempSync(join(tmpdir(), "dln-race-")))
  return folders.at(-1)!
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

interface How {
  readonly leased: boolean
  readonly killAfter?: number
}

/** Runs a process and gives the actions that it said were finished; kills it after so many, where it is told to. */
const work = async (folder: string, count: number, how: How): Promise<ReadonlyArray<number>> => {
  const program = fileURLToPath(new URL("storeWorker.ts", import.meta.url))
  const given = [program, folder, String(count), how.leased ? "leased" : "free"]
  const child = spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] })
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve))
  const said: Array<number> = []
  for await (const line of createInterface(child.stdout)) {
    said.push(Number(line))
    if (said.length === how.killAfter) child.kill("SIGKILL")
  }
  expect(await closed).toBe(how.killAfter === undefined ? 0 : null)
  return said
}

/** The actions that are finished, after everything they speak of was read. */
const finished = (folder: string) => Effect.runPromise(Effect.provide(
  Effect.gen(function*() {
    const store = yield* Store
    const { damaged, traces } = yield* store.snapshot
    expect(damaged).toEqual([])
    const actions: Array<number> = []
    for (const { action, outputs, params } of traces()) {
      expect(action).toBe(key(`action ${params["action"]}`))
      const table = yield* store.table(outputs["output"]!.address)
      expect(Key.tableAddress(table)).toBe(Key.tableAddress(tableOf(params["action"] as number)))
      actions.push(params["action"] as number)
    }
    return actions.toSorted((a, b) => a - b)
  }),
  Store.layerDisk(folder)
))

const all = (count: number) => Array.from({ length: count }, (_, action) => action)

it("two processes that race for every action write one sound store", async () => {
  const folder = newFolder()
  const said = await Promise.all([work(folder, 30, { leased: false }), work(folder, 30, { leased: false })])
  expect(said).toEqual([all(30), all(30)])
  expect(await finished(folder)).toEqual(all(30))
  expect(readdirSync(join(folder, "tmp"))).toEqual([])
}, 60_000)

it("two processes that take leases do each action once", async () => {
  const folder = newFolder()
  const [a, b] = await Promise.all([work(folder, 30, { leased: true }), work(folder, 30, { leased: true })])
  expect([...a, ...b].toSorted((a, b) => a - b)).toEqual(all(30))
  expect(readdirSync(join(folder, "leases"))).toEqual([])
}, 60_000)

it("a process that is killed leaves what it has finished, and its leases to the next one", async () => {
  for (const killAfter of [1, 3, 6]) {
    const folder = newFolder()
    const said = await work(folder, 400, { leased: true, killAfter })
    const kept = await finished(folder)
    expect(kept).toEqual(expect.arrayContaining([...said]))
    expect(kept.length).toBeLessThan(400)
    await work(folder, kept.length + 3, { leased: true })
    expect(await finished(folder)).toEqual(all(kept.length + 3))
  }
}, 60_000)
