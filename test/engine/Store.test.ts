/** What every store must do, wherever it keeps its files; and what none may ever do. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import fc from "fast-check"
import { spawnSync } from "node:child_process"
import { hash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import * as Key from "../../src/engine/Key.ts"
import type { Manifest } from "../../src/engine/Manifest.ts"
import { over, Store, type Trace } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"
import { tables } from "./tables.ts"

type Opened = Store["Service"]

const folders: Array<string> = []
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), "dln-store-")))
  return folders.at(-1)!
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

/** Opens a store on these files as a process would that has just started. */
const using = <A>(files: Files, f: (store: Opened) => Effect.Effect<A, any, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(over(files), f)))

/** The failure of an effect. */
const failing = (files: Files, f: (store: Opened) => Effect.Effect<unknown, any, Scope.Scope>) => 
  Effect.runPromise(Effect.scoped(Effect.flip(Effect.flatMap(over(files), f))))

const types = [{ name: "step", kind: "int32", nullable: false }, { name: "loss", kind: "float64", nullable: true }, { name: "name", kind: "string", nullable: false }] as const
const table = (seed = 0) => Table.make<any>(types, Array.from({ length: 3 }, (_, step) => ({ step, loss: step === 1 ? null : seed / (step + 1), name: `run ${step % 2}` })))
const key = (text: string) => hash("sha256", text)
const traceOf = (action: string, outputs: Trace["outputs"] = {}): Trace => ({
  action: key(action), recipe: key("recipe"), stage: "train", fingerprint: key("code"), params: { rate: NaN, zero: -0, name: "λ" },
  inputs: { problem: key("problem"), runs: [key("a"), key("b")] }, outputs, seconds: 0.25, host: "here", node: "v26.10.0", backend: "js",
  finished: "2026-01-01T00:00:00.000Z"
})
const objectPath = (address: string, extension = "parquet") => `objects/${address.slice(0, 2)}/${address}.${extension}`
const tracePath = (action: string) => `actions/${key(action).slice(0, 2)}/${key(action)}.json`
const flipped = (bytes: Uint8Array, index: number) => bytes.map((byte, at) => at === index ? byte ^ 1 << index % 8 : byte)

describe.each([
  { where: "in memory", make: inMemory },
  { where: "on a disk", make: () => filesOnDisk(folder()) }
])("a store $where", ({ make, where }) => {
  it("gives a table back, under the address of what it holds", async () => {
    const files = make()
    const stored = await using(files, (store) => store.putTable(table()))
    expect(stored.address).toBe(Key.tableAddress(table()))
    const file = files.read(objectPath(stored.address))!
    expect(stored).toEqual({ address: stored.address, bytes: file.length, sha256: hash("sha256", file) })
    expect((await using(files, (store) => store.table(stored.address))).columns).toEqual(table().columns)
  })

  it("gives any table back", async () => {
    const files = make()
    await fc.assert(fc.asyncProperty(tables, async (table) => {
      const back = await using(files, (store) => Effect.flatMap(store.putTable(table), ({ address }) => store.table(address)))
      expect(back.columns).toEqual(table.columns)
    }), { numRuns: where === "in memory" ? 100 : 15 })
  })

  it("gives bytes back", async () => {
    const bytes = Uint8Array.of(0, 1, 255)
    const files = make()
    const { address } = await using(files, (store) => store.putBytes(bytes))
    expect(address).toBe(Key.bytesAddress(bytes))
    expect(Array.from(await using(files, (store) => store.bytes(address)))).toEqual([0, 1, 255])
  })

  it("puts a gathered table together from its parts, the axes in their order", async () => {
    const files = make()
    const gathered = await using(files, (store) => Effect.gen(function*() {
      const [a, b] = [yield* store.putTable(table(1)), yield* store.putTable(table(2))]
      const seeds: Manifest = { columns: [{ name: "seed", kind: "int32", nullable: false }, ...types], cells: [{ seed: 2 }, { seed: 1 }, { seed: 3 }], parts: [b.address, a.address, b.address] }
      const inner = yield* store.putManifest(seeds)
      const outer = yield* store.putManifest({
        columns: [{ name: "z", kind: "string", nullable: false }, { name: "a", kind: "float64", nullable: false }, ...seeds.columns],
        cells: [{ z: "one", a: NaN }, { z: "two", a: -0 }],
        parts: [inner.address, inner.address]
      })
      expect(inner.address).toBe(Key.manifestAddress(seeds))
      return outer.address
    }))
    const { columns, rows } = await using(files, (store) => store.table(gathered))
    expect(columns.map(({ name }) => name)).toEqual(["z", "a", "seed", "step", "loss", "name"])
    const inner = [[2, table(2)], [1, table(1)], [3, table(2)]].flatMap(([seed, table]) => (table as Table.Table<any>).rows.map((row) => ({ seed, ...row })))
    expect(rows).toEqual([...inner.map((row) => ({ z: "one", a: NaN, ...row })), ...inner.map((row) => ({ z: "two", a: -0, ...row }))])
  })

  it("says of what is not there that it is missing", async () => {
    const files = make()
    const { address } = await using(files, (store) => store.putBytes(Uint8Array.of(1)))
    expect(await failing(files, (store) => store.table(address))).toMatchObject({ _tag: "Missing", address })
    const lost = await using(files, (store) => store.putManifest({ columns: types, cells: [{}], parts: [key("lost")] }))
    expect(await failing(files, (store) => store.table(lost.address))).toMatchObject({ _tag: "Missing", address: key("lost") })
  })

  it("remembers a trace exactly, also after it was closed", async () => {
    const files = make()
    const trace = await using(files, (store) => Effect.gen(function*() {
      const trace = traceOf("train", { curve: yield* store.putTable(table()) })
      yield* store.record(trace)
      expect((yield* store.snapshot).trace(trace.action)).toEqual(trace)
      return trace
    }))
    await using(files, (store) => Effect.gen(function*() {
      const snapshot = yield* store.snapshot
      expect(snapshot.trace(trace.action)).toEqual(trace)
      expect([...snapshot.traces()]).toEqual([trace])
      expect(snapshot.has(trace.outputs["curve"]!.address)).toBe(true)
      expect(snapshot.has(key("other"))).toBe(false)
      expect(snapshot.trace(key("other"))).toBeUndefined()
      expect(yield* store.trace(trace.action)).toEqual(trace)
      expect(yield* store.trace(key("other"))).toBeUndefined()
    }))
  })

  it("looks at one moment: what comes later is in the next snapshot", () => using(make(), (store) => Effect.gen(function*() {
    const before = yield* store.snapshot
    yield* store.record(traceOf("later"))
    expect(before.trace(key("later"))).toBeUndefined()
    expect((yield* store.snapshot).trace(key("later"))).toEqual(traceOf("later"))
  })))

  it("keeps the last trace of an action that was done again", async () => {
    const files = make()
    const again = { ...traceOf("train"), seconds: 7 }
    await using(files, (store) => Effect.andThen(store.record(traceOf("train")), store.record(again)))
    expect([...(await using(files, (store) => store.snapshot)).traces()]).toEqual([again])
  })

  it("logs events line by line", async () => {
    const files = make()
    await using(files, (store) => Effect.andThen(store.log("2026-01-01", { built: "train" }), store.log("2026-01-01", { hit: "λ" })))
    expect(Buffer.from(files.read("runs/2026-01-01.jsonl")!).toString()).toBe(`{"built":"train"}\n{"hit":"λ"}\n`)
  })

  it("never leaves its folder, whatever the name", async () => {
    const files = make()
    for (const name of ["../x", "/etc/passwd", "a/../../x", "..", "", "a\0b", `${key("x")}/../../x`, key("x").toUpperCase()]) {
      for (const use of [
        (store: Opened) => store.table(name), (store: Opened) => store.bytes(name), (store: Opened) => store.trace(name),
        (store: Opened) => store.record({ ...traceOf("x"), action: name })
      ]) expect(await failing(files, use)).toMatchObject({ _tag: "WrongName", name: expect.any(String) })
    }
    for (const name of ["../x", "/x", "..", "", "a/b"]) {
      expect(await failing(files, (store) => store.log(name, 1))).toMatchObject({ _tag: "WrongName" })
      expect(await failing(files, (store) => store.lease(name))).toMatchObject({ _tag: "WrongName" })
    }
  })

  describe("leases an action", () => {
    it("to one at a time, until the scope ends", () => using(make(), (store) => Effect.gen(function*() {
      const action = key("train")
      yield* Effect.scoped(Effect.gen(function*() {
        expect(yield* store.lease(action)).toBe("mine")
        expect(yield* Effect.scoped(store.lease(action))).toBe("theirs")
        expect(yield* store.lease(action)).toBe("theirs")
        expect(yield* store.lease(key("other"))).toBe("mine")
      }))
      expect(yield* store.lease(action)).toBe("mine")
    })))

    const leased = async (owner: object | string, old = false) => {
      const files = make()
      const path = `leases/${key("train")}.json`
      files.create(path, typeof owner === "string" ? owner : JSON.stringify(owner))
      return using({ ...files, age: (file) => old && file === path ? 121 : files.age(file) }, (store) => store.lease(key("train")))
    }
    const gone = spawnSync(process.execPath, ["--version"]).pid

    it("of a process that is gone, by taking it over", async () => {
      expect(await leased({ host: hostname(), pid: gone, token: "a" })).toBe("mine")
    })
    it("that nobody has refreshed for two minutes, wherever its owner runs", async () => {
      expect(await leased({ host: "elsewhere", pid: 1, token: "a" }, true)).toBe("mine")
      expect(await leased("torn", true)).toBe("mine")
    })
    it("but not one whose owner may be at work", async () => {
      expect(await leased({ host: hostname(), pid: process.ppid, token: "a" })).toBe("theirs")
      expect(await leased({ host: "elsewhere", pid: gone, token: "a" })).toBe("theirs")
      expect(await leased("torn")).toBe("theirs")
    })
    it("and leaves a lease alone that was taken over from it", async () => {
      const files = make()
      const path = `leases/${key("train")}.json`
      await using(files, (store) => Effect.map(store.lease(key("train")), () => files.write(path, "another's")))
      expect(Buffer.from(files.read(path)!).toString()).toBe("another's")
    })
  })

  describe("believes its index only where it is whole, and mends it:", () => {
    const traces = ["a", "b", "c"].map((name) => traceOf(name))
    const filled = async () => {
      const files = make()
      await using(files, (store) => Effect.forEach(traces, store.record))
      return files
    }
    const seen = async (files: Files) => {
      const { damaged, trace, traces } = await using(files, (store) => store.snapshot)
      expect(damaged).toEqual([])
      expect(Array.from(traces()).map(({ action }) => trace(action)).toSorted((a, b) => a!.action < b!.action ? -1 : 1))
        .toEqual(Array.from(traces()).toSorted((a, b) => a.action < b.action ? -1 : 1))
      return Array.from(traces()).toSorted((a, b) => a.action < b.action ? -1 : 1)
    }
    const expected = traces.toSorted((a, b) => a.action < b.action ? -1 : 1)
    const lines = (files: Files) => Buffer.from(files.read("index.jsonl") ?? []).toString().split("\n")

    it.each<readonly [string, (index: Uint8Array) => Uint8Array]>([
      ["empty", () => new Uint8Array(0)],
      ["without its last line", (index) => index.slice(0, index.lastIndexOf(10, index.length - 2) + 1)],
      ["torn in its last line", (index) => index.slice(0, -20)],
      ["full of zeros", (index) => new Uint8Array(index.length)],
      ["not text", (index) => index.map((byte) => byte ^ 0x80)],
      ["twice itself", (index) => Buffer.concat([index, index])],
      ["four times itself", (index) => Buffer.concat([index, index, index, index])]
    ])("one that is %s", async (_, change) => {
      const files = await filled()
      files.write("index.jsonl", change(files.read("index.jsonl")!))
      expect(await seen(files)).toEqual(expected)
      expect(await seen(files)).toEqual(expected)
      expect(lines(files).filter((line) => line.includes(key("a"))).length).toBeGreaterThan(0)
    })

    it("one that is gone", async () => {
      const files = await filled()
      files.remove("index.jsonl")
      expect(await seen(files)).toEqual(expected)
      expect(lines(files).length).toBe(4)
      expect(await seen(files)).toEqual(expected)
    })

    it("one with any byte changed", async () => {
      const files = await filled()
      const index = files.read("index.jsonl")!.slice()
      for (let at = 0; at < index.length; at += where === "in memory" ? 1 : 41) {
        files.write("index.jsonl", flipped(index, at))
        expect(await seen(files)).toEqual(expected)
      }
    })

    it("one that still speaks of a trace that is gone", async () => {
      const files = await filled()
      files.remove(tracePath("b"))
      expect(await seen(files)).toEqual(expected.filter(({ action }) => action !== key("b")))
    })
  })

  describe("never serves what was damaged:", () => {
    const step = where === "in memory" ? 3 : 29
    const apart = (files: Files) => files.list("quarantine").length

    it("an object with any byte changed or cut off is set apart, and can be put again", async () => {
      for (const [extension, put, get] of [
        ["parquet", (store: Opened) => store.putTable(table(3)), (store: Opened, address: string) => store.table(address)],
        ["bin", (store: Opened) => store.putBytes(Buffer.from("a figure")), (store: Opened, address: string) => store.bytes(address)],
        ["json", (store: Opened) => store.putManifest({ columns: types, cells: [{}], parts: [key("part")] }), (store: Opened, address: string) => store.table(address)]
      ] as const) {
        const files = make()
        const { address } = await using(files, put)
        const path = objectPath(address, extension)
        const whole = files.read(path)!.slice()
        for (let at = 0; at < whole.length; at += step) {
          for (const bytes of [flipped(whole, at), whole.slice(0, at)]) {
            files.write(path, bytes)
            const before = apart(files)
            const failure = await failing(files, (store) => get(store, address))
            expect(failure).toMatchObject({ _tag: "Damaged", file: expect.stringContaining(address), apart: expect.stringContaining("quarantine") })
            expect(apart(files)).toBe(before + 1)
            expect(await failing(files, (store) => get(store, address))).toMatchObject({ _tag: "Missing" })
          }
        }
        await using(files, put)
        expect(files.read(path)).toEqual(whole)
      }
    })

    it("an object under the address of another", async () => {
      const files = make()
      const [a, b] = await using(files, (store) => Effect.all([store.putTable(table(1)), store.putTable(table(2))]))
      files.write(objectPath(a.address), files.read(objectPath(b.address))!)
      expect(await failing(files, (store) => store.table(a.address))).toMatchObject({ _tag: "Damaged", what: "it holds something else" })
    })

    it("a damaged object is replaced when it is put again", async () => {
      const files = make()
      const { address } = await using(files, (store) => store.putTable(table()))
      const whole = files.read(objectPath(address))!.slice()
      files.write(objectPath(address), flipped(whole, 40))
      await using(files, (store) => store.putTable(table()))
      expect(files.read(objectPath(address))).toEqual(whole)
      expect(apart(files)).toBe(1)
    })

    it("a trace with any byte changed or cut off is set apart and said", async () => {
      const files = make()
      await using(files, (store) => store.record(traceOf("train")))
      const whole = files.read(tracePath("train"))!.slice()
      for (let at = 0; at < whole.length; at += step) {
        for (const bytes of [flipped(whole, at), whole.slice(0, at)]) {
          files.write(tracePath("train"), bytes)
          files.remove("index.jsonl")
          const snapshot = await using(files, (store) => store.snapshot)
          expect(snapshot.trace(key("train"))).toBeUndefined()
          expect([...snapshot.traces()]).toEqual([])
          expect(snapshot.damaged).toMatchObject([{ _tag: "Damaged", file: expect.stringContaining(key("train")) }])
          expect((await using(files, (store) => store.snapshot)).damaged).toEqual([])
        }
      }
      files.write(tracePath("train"), flipped(whole, 100))
      expect(await failing(files, (store) => store.trace(key("train")))).toMatchObject({ _tag: "Damaged" })
      await using(files, (store) => store.record(traceOf("train")))
      expect(await using(files, (store) => store.trace(key("train")))).toEqual(traceOf("train"))
    })

    it("a trace in the place of another", async () => {
      const files = make()
      await using(files, (store) => Effect.andThen(store.record(traceOf("a")), store.record(traceOf("b"))))
      files.write(tracePath("a"), files.read(tracePath("b"))!)
      files.remove("index.jsonl")
      const { damaged, trace } = await using(files, (store) => store.snapshot)
      expect(trace(key("a"))).toBeUndefined()
      expect(damaged).toHaveLength(1)
    })
  })

  it("writes nothing where what is put is there already", async () => {
    const files = make()
    const first = await using(files, (store) => Effect.all([store.putTable(table()), store.putBytes(Uint8Array.of(7))]))
    const closed: Files = { ...files, write: (path) => { throw new Error(`${path} was written`) } }
    expect(await using(closed, (store) => Effect.all([store.putTable(table()), store.putBytes(Uint8Array.of(7))]))).toEqual(first)
  })

  it("is refused where it was written by a newer dln-lab, or its format is not said", async () => {
    const files = make()
    files.write("format.json", `{"format":2}`)
    expect(await failing(files, Effect.succeed)).toMatchObject({ _tag: "NewerFormat", found: 2, known: 1, message: expect.stringContaining("update dln-lab") })
    files.write("format.json", `{"form`)
    expect(await failing(files, Effect.succeed)).toMatchObject({ _tag: "Unusable", message: expect.stringContaining("format.json") })
  })
})
