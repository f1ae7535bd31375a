/**
 * Every fault that we know of, at every place where it can happen. Two numbers count: how often something wrong was served,
 * and how often something finished was lost. The table of what was tried is printed.
 */
import { spawn } from "node:child_process"
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { afterAll, afterEach, expect, it, vi } from "vitest"
import { table as tableText } from "../../bench/table.ts"
import type { Files } from "../../src/engine/Files.ts"
import { inMemory } from "../../src/engine/Files.ts"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import * as Key from "../../src/engine/Key.ts"
import { machine, repaired } from "./mortalFileSystem.ts"
import { flipped, key, objectPath, table, traceOf, tracePath, using } from "./places.ts"
import { newFolder } from "./storeOnDisk.ts"
import { tableOf } from "./storeWorker.ts"

vi.mock("node:fs", async (original) => (await import("./mortalFileSystem.ts")).mortal(await original()))
afterEach(() => {
  repaired()
  vi.useRealTimers()
})

interface Count {
  cases: number
  wrong: number
  lost: number
}
const counts = new Map<string, Count>()
afterAll(() => {
  const rows = [...counts].map(([fault, { cases, lost, wrong }]) => [fault, String(cases), String(wrong), String(lost)])
  process.stdout.write(`${tableText(["fault", "tried", "wrong served", "finished lost"], rows)}\n${rows.length} kinds of faults\n`)
})

/** What the right result of each action is. */
const truth = new Map<string, string>()
for (const name of ["a", "b"]) truth.set(key(name), Key.tableAddress(table(name.charCodeAt(0))))
for (let action = 0; action < 40; action++) truth.set(key(`action ${action}`), Key.tableAddress(tableOf(action)))

const action = (files: Files, name: string) =>
  using(files, (store) => Effect.scoped(Effect.gen(function*() {
    if ((yield* store.lease(key(name))) === "theirs") return
    yield* store.record(traceOf(name, { output: yield* store.putTable(table(name.charCodeAt(0))) }))
  })))

/** Opens the store as a process that has just started, reads all of it, and counts what is wrong and what is missing. */
const judged = async (fault: string, files: Files, finished: ReadonlyArray<string>): Promise<Count> => {
  const found = await using(files, (store) => Effect.gen(function*() {
    const { traces } = yield* store.snapshot
    const read = new Map<string, boolean>()
    for (const { action, outputs } of traces()) {
      const exit = yield* Effect.exit(store.table(outputs["output"]!.address))
      if (Exit.isSuccess(exit)) read.set(action, Key.tableAddress(exit.value) === truth.get(action))
    }
    return read
  }))
  const count = counts.get(fault) ?? { cases: 0, wrong: 0, lost: 0 }
  count.cases++
  count.wrong += [...found.values()].filter((right) => !right).length
  count.lost += finished.filter((action) => !found.has(action)).length
  counts.set(fault, count)
  return count
}

const survived = (...faults: ReadonlyArray<string>) => {
  for (const fault of faults) expect([fault, counts.get(fault)]).toEqual([fault, { cases: expect.any(Number), wrong: 0, lost: 0 }])
}

it("both numbers see a fault that was planted", async () => {
  const files = inMemory()
  await action(files, "a")
  await using(files, (store) => Effect.flatMap(store.putTable(table(7)), (output) => store.record(traceOf("b", { output }))))
  expect(await judged("planted", files, [key("a"), key("b")])).toEqual({ cases: 1, wrong: 1, lost: 0 })
  files.remove(tracePath("a"))
  expect(await judged("planted", files, [key("a"), key("b")])).toEqual({ cases: 2, wrong: 2, lost: 1 })
  counts.delete("planted")
})

it("every byte of an object and of a trace, changed or the last", async () => {
  const files = inMemory()
  await action(files, "a")
  await action(files, "b")
  const paths = { object: objectPath(truth.get(key("a"))!), trace: tracePath("a"), index: "index.jsonl" }
  const kept = new Map(Object.values(paths).map((path) => [path, files.read(path)!.slice()]))
  for (const [what, path] of Object.entries(paths)) {
    const whole = kept.get(path)!
    for (let at = 0; at < whole.length; at++) {
      for (const [how, bytes] of [["changed", flipped(whole, at)], ["cut off", whole.slice(0, at)]] as const) {
        for (const [path, bytes] of kept) files.write(path, bytes)
        files.write(path, bytes)
        // The index has a copy of the trace; without it, the trace itself is what is read.
        if (what === "trace") files.remove("index.jsonl")
        await judged(`a byte of the ${what} ${how}`, files, what === "index" ? [key("a"), key("b")] : [key("b")])
      }
    }
  }
  survived(...counts.keys())
}, 120_000)

it.each(["ENOSPC", "EACCES", "EMFILE", "EIO"])("%s at any call", async (code) => {
  for (let after = 0, refused = true; refused; after++) {
    const folder = newFolder()
    const files = filesOnDisk(folder)
    await action(files, "a")
    machine.calls = []
    machine.refusal = { after, code }
    const built = await action(files, "b").then(() => true, () => false)
    refused = machine.calls.length > after
    repaired()
    await judged(code, files, [key("a"), ...(built ? [key("b")] : [])])
    // As if this process were gone.
    rmSync(join(folder, "leases"), { recursive: true, force: true })
    await action(filesOnDisk(folder), "b")
    await judged(code, filesOnDisk(folder), [key("a"), key("b")])
  }
  survived(code)
}, 60_000)

it("a clock that jumps", async () => {
  for (const years of [-20, -1, 1, 20]) {
    const files = filesOnDisk(newFolder())
    await action(files, "a")
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + years * 365.25 * 86_400_000 })
    await action(files, "b")
    vi.useRealTimers()
    await judged("a clock that jumps", files, [key("a"), key("b")])
    expect(readdirSync(join(files.folder, "leases"))).toEqual([])
  }
  survived("a clock that jumps")
})

/** A process that builds so many actions; gives those that it says are finished, and whether it came to its end. */
const worker = async (folder: string, count: number, killAfter?: number) => {
  const program = fileURLToPath(new URL("storeWorker.ts", import.meta.url))
  const hook = killAfter === undefined ? [] : ["--import", new URL("killAt.mjs", import.meta.url).href]
  const child = spawn(process.execPath, [...hook, program, folder, String(count), "leased"], {
    stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, KILL_AFTER: String(killAfter) }
  })
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve))
  const said: Array<string> = []
  for await (const line of createInterface(child.stdout)) said.push(line)
  return { said, ended: (await closed) === 0 }
}

it("SIGKILL at every write point, and what the next process finds", async () => {
  for (let after = 0, killed = true; killed; after++) {
    const folder = newFolder()
    const { ended, said } = await worker(folder, 2, after)
    killed = !ended
    await judged("SIGKILL at a write point", filesOnDisk(folder), said.map((number) => key(`action ${number}`)))
    // The lease of the process that was killed is taken over.
    if (after % 8 !== 0) continue
    expect((await worker(folder, 2)).ended).toBe(true)
    await judged("the next process after a SIGKILL", filesOnDisk(folder), [key("action 0"), key("action 1")])
    expect(readdirSync(join(folder, "leases"))).toEqual([])
  }
  expect(counts.get("SIGKILL at a write point")!.cases).toBeGreaterThan(20)
  survived("SIGKILL at a write point", "the next process after a SIGKILL")
}, 300_000)

it.each([2, 4])("%i processes on one cold cache", async (processes) => {
  const folder = newFolder()
  const all = Array.from({ length: 12 }, (_, number) => String(number))
  const runs = await Promise.all(Array.from({ length: processes }, () => worker(folder, all.length)))
  expect(runs.flatMap(({ said }) => said).toSorted()).toEqual(all.toSorted())
  expect(["leases", "tmp"].map((name) => readdirSync(join(folder, name)))).toEqual([[], []])
  await judged(`${processes} processes on one cold cache`, filesOnDisk(folder), all.map((number) => key(`action ${number}`)))
  survived(`${processes} processes on one cold cache`)
}, 120_000)
