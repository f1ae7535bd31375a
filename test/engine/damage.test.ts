/** What no store may ever do: serve what was damaged, wherever it keeps its files. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { Files } from "../../src/engine/Files.ts"
import {
  failing, flipped, key, objectPath, type Opened, places, table, traceOf, tracePath, types, using
} from "./places.ts"

const manifest = { columns: types, cells: [{}], parts: [key("part")] }
const objects = [
  { extension: "parquet", put: (store: Opened) => store.putTable(table(3)), get: "table" },
  { extension: "bin", put: (store: Opened) => store.putBytes(Buffer.from("a figure")), get: "bytes" },
  { extension: "json", put: (store: Opened) => store.putManifest(manifest), get: "table" }
] as const

describe.each(places)("a store $where", ({ make, step }) => {
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
      for (let at = 0; at < index.length; at += step) {
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
    const apart = (files: Files) => files.list("quarantine").length

    it("an object with any byte changed or cut off is set apart, and can be put again", async () => {
      for (const { extension, get, put } of objects) {
        const files = make()
        const { address } = await using(files, put)
        const path = objectPath(address, extension)
        const whole = files.read(path)!.slice()
        for (let at = 0; at < whole.length; at += step) {
          for (const bytes of [flipped(whole, at), whole.slice(0, at)]) {
            files.write(path, bytes)
            const before = apart(files)
            const failure = await failing(files, (store) => store[get](address))
            const [file, aside] = [expect.stringContaining(address), expect.stringContaining("quarantine")]
            expect(failure).toMatchObject({ _tag: "Damaged", file, apart: aside })
            expect(apart(files)).toBe(before + 1)
            expect(await failing(files, (store) => store[get](address))).toMatchObject({ _tag: "Missing" })
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
      const failure = await failing(files, (store) => store.table(a.address))
      expect(failure).toMatchObject({ _tag: "Damaged", what: "it holds something else" })
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
})
