/** What is written into a report's folder: tables by format up to a length, and nothing that an earlier run left. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, expect, it } from "vitest"
import { Store } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"
import { publish, tableFiles } from "../../src/report/publish.ts"

const folder = mkdtempSync(join(tmpdir(), "dln publish "))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rowsOf = (count: number) =>
  Table.make<any>([{ name: "k", kind: "int32", nullable: false }], Array.from({ length: count }, (_, k) => ({ k })))
const writing = (word: string) => ({ write: (table: Table.Table<any>) => new TextEncoder().encode(`${word} ${table.length}`) })

/** Publishes a table of so many rows in two formats, of which one stops at ten. */
const published = (count: number) =>
  Effect.runPromise(Effect.gen(function*() {
    const { address } = yield* Store.use((store) => store.putTable(rowsOf(count)))
    return yield* publish(folder, tableFiles("tables/rows", address, {
      parquet: { longest: 1000, ...writing("all") }, csv: { longest: 10, ...writing("text") }
    }))
  }).pipe(Effect.provide(Store.layerMemory)))

it("writes a table in the formats that it is not too long for, and takes away what it became too long for", async () => {
  expect(await published(10)).toEqual(["tables/rows.parquet", "tables/rows.csv"])
  expect(readFileSync(join(folder, "tables/rows.csv"), "utf8")).toBe("text 10")
  expect(await published(10)).toEqual([])
  expect(await published(11)).toEqual(["tables/rows.parquet"])
  expect(readFileSync(join(folder, "tables/rows.parquet"), "utf8")).toBe("all 11")
  expect(existsSync(join(folder, "tables/rows.csv"))).toBe(false)
  // What is left out is remembered, not tried again.
  expect(readFileSync(join(folder, "contents.json"), "utf8")).toContain("left out")
  expect(await published(11)).toEqual([])
  expect(await published(9)).toEqual(["tables/rows.parquet", "tables/rows.csv"])
  expect(readdirSync(join(folder, "tables")).sort()).toEqual(["rows.csv", "rows.parquet"])
})
