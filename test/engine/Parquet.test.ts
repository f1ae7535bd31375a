import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import * as fc from "../fc.ts"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as Column from "../../src/engine/Column.ts"
import * as Key from "../../src/engine/Key.ts"
import * as Page from "../../src/engine/Page.ts"
import * as Parquet from "../../src/engine/Parquet.ts"
import * as Table from "../../src/engine/Table.ts"
import { tables } from "./tables.ts"

const type = (name: string, kind: Column.Kind, nullable = false): Column.Type => ({ name, kind, nullable })
const many = [
  type("step", "int32"), type("loss", "float64"), type("best", "float64", true),
  type("name", "string"), type("done", "boolean"), type("w", "vector")
]
const bits = (values: ArrayLike<number>) => Array.from(new BigUint64Array(Float64Array.from(values).buffer))

describe("a table as a Parquet file", () => {
  it("comes back with every bit, type, null and name", () => {
    fc.assert(fc.property(tables, (table) => {
      const back = Parquet.decode(Parquet.encode(table))
      expect(back.columns).toEqual(table.columns)
      expect(Key.tableAddress(back)).toBe(Key.tableAddress(table))
    }), { numRuns: 300 })
  })

  it("keeps −0 and the infinities, and makes every NaN the same", () => {
    const given = [0xfff8000000000001n, 0x7ff0000000000001n, 0x8000000000000000n, 0xfff0000000000000n]
    const expected = [0x7ff8000000000000n, 0x7ff8000000000000n, 0x8000000000000000n, 0xfff0000000000000n]
    const odd = new Float64Array(new BigUint64Array(given).buffer)
    const table = Table.make<any>([type("x", "float64"), type("v", "vector")], { x: odd, v: [odd, odd, odd, odd] })
    const back = Parquet.decode(Parquet.encode(table))
    expect(bits(back.column("x"))).toEqual(expected)
    expect(back.rows.map(({ v }) => bits(v))).toEqual([expected, expected, expected, expected])
  })

  it("comes back when it is empty, short or long, in runs or without any", () => {
    for (const length of [0, 1, 140_000]) {
      const table = Table.make<any>(many, {
        step: Int32Array.from({ length }, (_, row) => Math.floor(row / 5)),
        loss: Float64Array.from({ length }, (_, row) => 1 / (row + 1)),
        best: Array.from({ length }, (_, row) => row % 3000 < 1000 ? null : Math.floor(row / 100) % 2 === 0 ? 0 : -0),
        name: Array.from({ length }, (_, row) => `run ${row % 70_000}`),
        done: Array.from({ length }, (_, row) => row % 5 === 0),
        w: Array.from({ length }, (_, row) => new Float64Array(row % 4).fill(row))
      })
      const back = Parquet.decode(Parquet.encode(table))
      expect(back.length).toBe(length)
      expect(Key.tableAddress(back)).toBe(Key.tableAddress(table))
    }
  })

  it("comes back in several pieces", () => {
    const few = Table.make<any>([type("w", "vector", true)], { w: [3, null, 2, 4].map((n) => n && new Float64Array(n * 2 ** 20).fill(n)) })
    const length = 2 ** 20 + 3
    const rows = Table.make<any>([type("n", "int32"), type("name", "string", true)], {
      n: Int32Array.from({ length }, (_, row) => row),
      name: Array.from({ length }, (_, row) => row < length - 2 ? row < 5 ? null : "a" : "b")
    })
    for (const table of [few, rows]) {
      expect(Key.tableAddress(Parquet.decode(Parquet.encode(table)))).toBe(Key.tableAddress(table))
    }
  })

  it("is the same file every time", () => {
    fc.assert(fc.property(tables, (table) => {
      expect(Buffer.compare(Parquet.encode(table), Parquet.encode(Table.make(table.columns, table.rows)))).toBe(0)
    }), { numRuns: 30 })
  })

  it("is refused with any byte changed or missing", () => {
    const rows = [{ x: 1, name: "gd" }, { x: null, name: "sgd" }]
    const file = Parquet.encode(Table.make<any>([type("x", "float64", true), type("name", "string")], rows))
    for (let index = 0; index < file.length; index++) {
      const changed = file.slice()
      changed[index]! ^= 1 << index % 8
      expect(() => Parquet.decode(changed)).toThrow("its checksum differs")
      expect(() => Parquet.decode(file.slice(0, index))).toThrow("its checksum differs")
    }
  })

  it("is refused where a column is spelt in another way", () => {
    const page = (encoding: string, values: Uint8Array, more: object = {}) =>
      ({ rows: 3, nulls: 0, levels: new Uint8Array(0), encoding, values, ...more }) as Page.Page
    const dictionary = { count: 1, values: Buffer.from("\u0001\0\0\0a") }
    const others: ReadonlyArray<readonly [Column.Kind, Page.Page]> = [
      ["int32", page("DELTA_BINARY_PACKED", new Uint8Array(7))],
      ["float64", page("PLAIN", new Uint8Array(24))],
      ["boolean", page("RLE", new Uint8Array(3))],
      ["string", page("PLAIN", new Uint8Array(15))],
      ["string", page("RLE_DICTIONARY", Uint8Array.of(1, 6, 0), { dictionary })]
    ]
    for (const [kind, other] of others) {
      expect(() => Page.decode(type("x", kind), other)).toThrow(new Error(`a column of ${kind} is not spelt so: ${other.encoding}`))
    }
  })
})

describe("DuckDB", () => {
  const folder = mkdtempSync(join(tmpdir(), "dln-parquet-"))
  const file = join(folder, "table.parquet")
  let duckdb: DuckDBConnection
  // The file is written again and again, which DuckDB's own cache of files does not always see.
  const settings = { enable_external_file_cache: "false" }
  beforeAll(async () => { duckdb = await (await DuckDBInstance.create(":memory:", settings)).connect() })
  afterAll(() => {
    duckdb.closeSync()
    rmSync(folder, { recursive: true })
  })
  const query = async (sql: string) => (await duckdb.runAndReadAll(sql.replace("$file", `'${file}'`))).getRowObjects()

  it("opens the file and agrees on types and values", async () => {
    const rows = [
      { step: -5, loss: 0.1, best: null, name: "λ 𝔼", done: true, w: Float64Array.of(1, -0, NaN) },
      { step: 2 ** 31 - 1, loss: -0, best: NaN, name: "", done: false, w: Float64Array.of() },
      { step: 0, loss: -Infinity, best: 5e-324, name: "λ 𝔼", done: true, w: Float64Array.of(2.5) }
    ]
    writeFileSync(file, Parquet.encode(Table.make<any>(many, rows)))
    const columns = await query("DESCRIBE SELECT * FROM $file")
    expect(columns.map(({ column_name, column_type }) => `${column_name} ${column_type}`))
      .toEqual(["step INTEGER", "loss DOUBLE", "best DOUBLE", "name VARCHAR", "done BOOLEAN", "w BLOB"])
    const seen = await query("SELECT * FROM $file")
    expect(seen.map(({ w: _, ...row }) => row)).toEqual(rows.map(({ w: _, ...row }) => row))
    expect(bits(seen.map(({ loss }) => loss as number))).toEqual(bits(rows.map(({ loss }) => loss)))
    const blobs = seen.map(({ w }) => new Uint8Array((w as { bytes: Uint8Array }).bytes))
    expect(blobs.map((blob) => bits(new Float64Array(blob.buffer)))).toEqual(rows.map(({ w }) => bits(w)))
  })

  it("agrees on any table, row by row", async () => {
    const named = tables.filter(({ columns }) =>
      new Set(columns.map(({ name }) => name.toLowerCase())).size === columns.length
      && !columns.some(({ name }) => name.includes("\0")))
    const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
    const selected = ({ kind, name }: Column.Type) => kind === "string" ? `encode(${quoted(name)})` : quoted(name)
    const given = (entry: Column.Entry) => {
      if (entry instanceof Float64Array) return Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength)
      return typeof entry === "string" ? Buffer.from(entry) : entry
    }
    const seen = (entry: any) => entry !== null && typeof entry === "object" ? Buffer.from(entry.bytes) : entry
    await fc.assert(fc.asyncProperty(named, async (table) => {
      writeFileSync(file, Parquet.encode(table))
      const read = (await duckdb.runAndReadAll(`SELECT ${table.columns.map(selected).join()} FROM '${file}'`)).getRows()
      expect(read.map((row) => row.map(seen))).toEqual(Array.from({ length: table.length }, (_, row) =>
        table.columns.map((column) => given(Column.entry(column, row)))))
    }), { numRuns: 60 })
  })

  it("adds up what is in a file of several pieces, which comes back too", async () => {
    const length = 1_200_000
    const x = Float64Array.from({ length }, (_, row) => row / 8)
    const name = Array.from(x, (_, row) => `n${row % 3}`)
    const table = Table.make<any>([type("x", "float64"), type("name", "string")], { x, name })
    writeFileSync(file, Parquet.encode(table))
    expect(Key.tableAddress(Parquet.decode(readFileSync(file)))).toBe(Key.tableAddress(table))
    expect(await query("SELECT count(*)::INT AS rows, sum(x) AS sum, count(DISTINCT name)::INT AS names FROM $file"))
      .toEqual([{ rows: length, sum: length * (length - 1) / 16, names: 3 }])
    expect(await query("SELECT n, count(*)::INT AS rows FROM (SELECT floor(x)::INT % 3 AS n FROM $file) GROUP BY n ORDER BY n"))
      .toEqual([0, 1, 2].map((n) => ({ n, rows: length / 3 })))
  })
})
