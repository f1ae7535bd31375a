import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Column from "../../src/engine/Column.ts"
import * as Table from "../../src/engine/Table.ts"

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
