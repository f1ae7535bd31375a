import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as fc from "../fc.ts"
import * as Column from "../../src/engine/Column.ts"
import * as Table from "../../src/engine/Table.ts"
import { tables } from "./tables.ts"

interface Point {
  readonly step: number
  readonly loss: number | null
  readonly name: string
}
const schema = Schema.Struct({ step: Schema.Int, loss: Schema.NullOr(Schema.Finite), name: Schema.String })
const types = Column.typesOf(schema)
const rows: ReadonlyArray<Point> = [{ step: 1, loss: 0.5, name: "gd" }, { step: 2, loss: null, name: "sgd" }]

describe("a table", () => {
  it("is the same from rows and from columns, whatever the order of the columns", () => {
    const columns: Table.Columns<Point> = { name: ["gd", "sgd"], loss: [0.5, null], step: Int32Array.of(1, 2) }
    expect(Table.make<Point>(types, rows).columns).toEqual(Table.make<Point>(types, columns).columns)
    expect(Table.make<Point>(types, columns).rows).toEqual(rows)
  })

  it("hands out a column of numbers as the typed array and one with nulls as a list", () => {
    const table = Table.make<Point>(types, rows)
    expect(table.column("step")).toEqual(Int32Array.of(1, 2))
    expect(table.column("loss")).toEqual([0.5, null])
    expect(table.row(1)).toEqual(rows[1])
  })

  it("refuses a missing, an unknown and an uneven column, naming it", () => {
    const columns = { step: [1], loss: [1] }
    const unknown = { ...columns, name: ["a"], x: [1] }
    expect(() => Table.make(types, columns)).toThrow('there is no column "name"; the columns are step, loss')
    expect(() => Table.make(types, unknown)).toThrow('there is no column "x"; the columns are step, loss, name')
    const row = { step: 1, loss: 1, name: "a" }
    expect(() => Table.make(types, [row, { ...row, x: 1 }] as ReadonlyArray<Point>)).toThrow('there is no column "x"; the columns are step, loss, name')
    expect(() => Table.make(types, { ...columns, name: [] })).toThrow("step has 1, loss has 1, name has 0")
    expect(() => Table.make<Point>(types, rows).column("stp" as "step")).toThrow('there is no column "stp"')
  })

  it("is checked against the types that it is read as", () => {
    const table = Table.make<Point>(types, rows)
    expect(Table.make(types.slice(0, 1), table).rows).toEqual([{ step: 1 }, { step: 2 }])
    const as = (name: string, kind: Column.Kind) => () => Table.make([{ name, kind, nullable: false }], table)
    expect(as("loss", "float64")).toThrow(/was given null in row 1/)
    expect(as("name", "int32")).toThrow(/was given a column of string/)
  })

  it("gathered over cells has the cell as its leading columns", () => {
    const table = Table.make<Point>(types, rows)
    const none = Table.make<Point>(types, [])
    const gathered = Table.gather(
      [{ name: "run", kind: "int32", nullable: false }, { name: "kind", kind: "string", nullable: false }, ...types],
      [
        { cell: { run: 1, kind: "a" }, table },
        { cell: { run: 2, kind: "b" }, table: none },
        { cell: { run: 3, kind: "b" }, table }
      ]
    )
    expect(gathered.rows).toEqual([
      ...rows.map((row) => ({ run: 1, kind: "a", ...row })),
      ...rows.map((row) => ({ run: 3, kind: "b", ...row }))
    ])
  })
})

describe("a table made from another", () => {
  const table = Table.make<Point>(types, [...rows, { step: 1, loss: null, name: "gd" }, { step: 2, loss: 3, name: "adam" }])
  const picked = Int32Array.of(3, 1, 1)

  it("takes rows in any order and number, as if it were made from them", () => {
    const expected = Table.make<Point>(types, Array.from(picked, (row) => table.rows[row]!))
    expect(table.take(picked).columns).toEqual(expected.columns)
    expect(Table.make(types, table.at(picked, ["step", "loss", "name"])).columns).toEqual(expected.columns)
  })

  it("takes rows of columns of every kind, and groups them as their entries say", () => {
    fc.assert(fc.property(tables, fc.array(fc.nat(), { maxLength: 20 }), (table, places) => {
      const chosen = Int32Array.from(table.length === 0 ? [] : places, (place) => place % table.length)
      const expected = Table.make<any>(table.columns, Array.from(chosen, (row) => table.rows[row]!))
      expect(table.take(chosen).columns).toEqual(expected.columns)
      const names = table.columns.filter(({ kind }) => kind !== "vector").map(({ name }) => name)
      const zero = (entry: unknown) => Object.is(entry, -0) ? 0 : entry
      const keyOf = (row: any) => names.map((name) => `${typeof row[name]} ${String(zero(row[name]))}`).join("\u0001|")
      const groups = [...Map.groupBy(table.rows.keys(), (row) => keyOf(table.rows[row]!)).values()]
      expect(table.groups(...names).map((rows) => [...rows])).toEqual(groups)
    }), { numRuns: 200 })
  })

  it("sets rows across others, which change fastest", () => {
    const k = [{ k: 1 }, { k: 2 }]
    const all = [...types, { name: "k", kind: "int32", nullable: false } as const]
    const across = Table.make<Point & { readonly k: number }>(all, table.across(picked, ["step", "loss", "name"], k))
    expect(across.rows).toEqual(Array.from(picked).flatMap((row) => k.map(({ k }) => ({ ...table.rows[row], k }))))
    const none = Table.make<any>(all, table.across(new Int32Array(0), ["step", "loss", "name"], k))
    expect(none.columns).toEqual(Table.make<any>(all, []).columns)
  })

  it("sets columns beside rows", () => {
    const beside = Table.beside(table.at(picked, ["name"]), [1, 2, 3].map((step) => ({ step, loss: step / 2 })))
    expect(Table.make<Point>(types, beside).rows)
      .toEqual([{ step: 1, loss: 0.5, name: "adam" }, { step: 2, loss: 1, name: "sgd" }, { step: 3, loss: 1.5, name: "sgd" }])
    expect(() => Table.make<any>(types, Table.beside(table.at(picked, ["name"]), []))).toThrow("step has 0")
  })

  it("groups rows that agree, nulls among themselves, in the order of their first rows", () => {
    expect(table.groups("name").map((rows) => [...rows])).toEqual([[0, 2], [1], [3]])
    expect(table.groups("step", "loss").map((rows) => [...rows])).toEqual([[0], [1], [2], [3]])
    expect(table.groups("loss").map((rows) => [...rows])).toEqual([[0], [1, 2], [3]])
    expect(table.groups().map((rows) => [...rows])).toEqual([[0, 1, 2, 3]])
    expect(table.take(new Int32Array(0)).groups("name")).toEqual([])
  })
})
