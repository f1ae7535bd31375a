/** What every store must do, wherever it keeps its files. */
import * as Effect from "effect/Effect"
import * as fc from "../fc.ts"
import { hash } from "node:crypto"
import { describe, expect, it } from "vitest"
import type { Files } from "../../src/engine/Files.ts"
import * as Key from "../../src/engine/Key.ts"
import type { Manifest } from "../../src/engine/Manifest.ts"
import { failing, key, objectPath, type Opened, places, table, traceOf, types, using } from "./places.ts"
import { tables } from "./tables.ts"

describe.each(places)("a store $where", ({ make, step }) => {
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
      const back = await using(files, (store) =>
        Effect.flatMap(store.putTable(table), ({ address }) => store.table(address)))
      expect(back.columns).toEqual(table.columns)
    }), { numRuns: Math.ceil(100 / step) })
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
      const seeds: Manifest = {
        columns: [{ name: "seed", kind: "int32", nullable: false }, ...types],
        cells: [{ seed: 2 }, { seed: 1 }, { seed: 3 }],
        parts: [b.address, a.address, b.address]
      }
      const inner = yield* store.putManifest(seeds)
      const outer = yield* store.putManifest({
        columns: [
          { name: "z", kind: "string", nullable: false },
          { name: "a", kind: "float64", nullable: false },
          ...seeds.columns
        ],
        cells: [{ z: "one", a: NaN }, { z: "two", a: -0 }],
        parts: [inner.address, inner.address]
      })
      expect(inner.address).toBe(Key.manifestAddress(seeds))
      return outer.address
    }))
    const { columns, rows } = await using(files, (store) => store.table(gathered))
    expect(columns.map(({ name }) => name)).toEqual(["z", "a", "seed", "step", "loss", "name"])
    const over = (cell: object, rows: ReadonlyArray<object>) => rows.map((row) => ({ ...cell, ...row }))
    const [one, two] = [table(1).rows, table(2).rows]
    const inner = [...over({ seed: 2 }, two), ...over({ seed: 1 }, one), ...over({ seed: 3 }, two)]
    expect(rows).toEqual([...over({ z: "one", a: NaN }, inner), ...over({ z: "two", a: -0 }, inner)])
  })

  it("says of what is not there that it is missing", async () => {
    const files = make()
    const { address } = await using(files, (store) => store.putBytes(Uint8Array.of(1)))
    expect(await failing(files, (store) => store.table(address))).toMatchObject({ _tag: "Missing", address })
    const lost = await using(files, (store) => store.putManifest({ columns: types, cells: [{}], parts: [key("lost")] }))
    const failure = await failing(files, (store) => store.table(lost.address))
    expect(failure).toMatchObject({ _tag: "Missing", address: key("lost") })
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

  it("looks at one moment: what comes later is in the next snapshot", () =>
    using(make(), (store) => Effect.gen(function*() {
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
    await using(files, (store) => Effect.andThen(store.log("run", { built: "train" }), store.log("run", { hit: "λ" })))
    expect(Buffer.from(files.read("runs/run.jsonl")!).toString()).toBe(`{"built":"train"}\n{"hit":"λ"}\n`)
  })

  it("never leaves its folder, whatever the name", async () => {
    const files = make()
    const names = ["../x", "/etc/passwd", "a/../../x", "..", "", "a\0b", `${key("x")}/../../x`, key("x").toUpperCase()]
    for (const name of names) {
      for (const use of [
        (store: Opened) => store.table(name),
        (store: Opened) => store.bytes(name),
        (store: Opened) => store.trace(name),
        (store: Opened) => store.record({ ...traceOf("x"), action: name })
      ]) expect(await failing(files, use)).toMatchObject({ _tag: "WrongName", name: expect.any(String) })
    }
    for (const name of ["../x", "/x", "..", "", "a/b"]) {
      expect(await failing(files, (store) => store.log(name, 1))).toMatchObject({ _tag: "WrongName" })
      expect(await failing(files, (store) => store.lease(name))).toMatchObject({ _tag: "WrongName" })
    }
  })

  it("writes nothing where what is put is there already", async () => {
    const files = make()
    const put = (store: Opened) => Effect.all([store.putTable(table()), store.putBytes(Uint8Array.of(7))])
    const first = await using(files, put)
    const closed: Files = { ...files, write: (path) => { throw new Error(`${path} was written`) } }
    expect(await using(closed, put)).toEqual(first)
  })

  it("is refused where it was written by a newer dln-lab, or its format is not said", async () => {
    const files = make()
    files.write("format.json", `{"format":2}`)
    const newer = { _tag: "NewerFormat", found: 2, known: 1, message: expect.stringContaining("update dln-lab") }
    expect(await failing(files, Effect.succeed)).toMatchObject(newer)
    files.write("format.json", `{"form`)
    const unsaid = { _tag: "Unusable", message: expect.stringContaining("format.json") }
    expect(await failing(files, Effect.succeed)).toMatchObject(unsaid)
  })
})
