/**
 * A table: named columns of one length. Rows are a lazy view of it.
 *
 * `Row` is the type of its rows; the columns it is made of carry their types at run time (`Column.Type`).
 */
import * as Schema from "effect/Schema"
import * as Column from "./Column.ts"
import type { Cell } from "./Node.ts"

/** A table column by column, as a stage may return it: typed arrays go through as they are. */
export type Columns<Row> = { readonly [K in keyof Row]: Given<Row[K]> }

type Given<A> =
  | ReadonlyArray<A>
  | ([A] extends [number] ? Int32Array | Float64Array : never)
  | ([A] extends [boolean] ? Uint8Array : never)

/** The values of a column as `table.column` hands them out: a typed array where no entry can be null. */
export type Got<A> = [A] extends [number] ? Int32Array | Float64Array : ReadonlyArray<A>

export class Table<out Row> {
  readonly columns: ReadonlyArray<Column.Column>
  readonly length: number
  #rows: ReadonlyArray<Row> | undefined

  constructor(columns: ReadonlyArray<Column.Column>) {
    const lengths = new Set(columns.map(Column.lengthOf))
    if (lengths.size > 1) throw uneven(columns)
    this.columns = columns
    this.length = lengths.values().next().value ?? 0
  }

  /** The rows as objects, made on first use. */
  get rows(): ReadonlyArray<Row> {
    return (this.#rows ??= Array.from({ length: this.length }, (_, index) => this.row(index)))
  }

  /** Row `index`, counted from 0. */
  row(index: number): Row {
    return Object.fromEntries(this.columns.map((column) => [column.name, Column.entry(column, index)])) as Row
  }

  /** The values of one column. */
  column<K extends keyof Row & string>(name: K): Got<Row[K]> {
    return Column.values(columnOf(this, name)) as Got<Row[K]>
  }
}

const columnOf = (table: Table<unknown>, name: string): Column.Column => {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw missing(name, table.columns.map((candidate) => candidate.name))
  return column
}

/** A table with these columns from rows, from columns, or from a table that has them (others are left out). */
export const make = <Row>(
  types: ReadonlyArray<Column.Type>,
  made: ReadonlyArray<Row> | Columns<Row> | Table<Row>
): Table<Row> => {
  if (made instanceof Table) return select(made, types)
  if (isRows(made)) return new Table(types.map((type) => Column.make(type, made.map((row) => row[type.name]))))
  const given = made as Readonly<Record<string, unknown>>
  const names = types.map((type) => type.name)
  for (const name of Object.keys(given)) if (!names.includes(name)) throw missing(name, names)
  for (const name of names) if (!(name in given)) throw missing(name, Object.keys(given))
  return new Table(types.map((type) => Column.make(type, given[type.name])))
}

const isRows = (made: unknown): made is ReadonlyArray<Readonly<Record<string, unknown>>> => Array.isArray(made)

/** The same table with only these columns, in this order, each read as this type. */
export const select = <Row>(table: Table<unknown>, types: ReadonlyArray<Column.Type>): Table<Row> =>
  new Table(types.map((type) => Column.as(columnOf(table, type.name), type)))

/** Tables of the same columns one after another, each with the values of its cell as leading columns. */
export const gather = (
  types: ReadonlyArray<Column.Type>,
  parts: ReadonlyArray<{ readonly cell: Cell; readonly table: Table<unknown> }>
): Table<any> =>
  new Table(types.map((type) =>
    Column.concat(type, parts.map(({ cell, table }) => {
      const value = cell[type.name]
      return value === undefined ? columnOf(table, type.name) : Column.constant(type, value, table.length)
    }))
  ))

/** What may be wrong with a table that a stage has made, or with one that is read as another. */
export type Wrong = UnevenColumns | MissingColumn | Column.WrongValue | Column.ColumnTooLarge

/** The columns of a table are not of one length. */
export class UnevenColumns extends Schema.TaggedError<UnevenColumns>()("UnevenColumns", {
  columns: Schema.Array(Schema.Struct({ name: Schema.String, length: Schema.Int }))
}) {
  override get message() {
    const lengths = this.columns.map(({ length, name }) => `${name} has ${length}`).join(", ")
    return `columns differ in length: ${lengths}; give each column one value a row`
  }
}

const uneven = (columns: ReadonlyArray<Column.Column>) =>
  new UnevenColumns({ columns: columns.map((column) => ({ name: column.name, length: Column.lengthOf(column) })) })

/** A column was asked for, or given, that is not one of the table's. */
export class MissingColumn extends Schema.TaggedError<MissingColumn>()("MissingColumn", {
  column: Schema.String,
  columns: Schema.Array(Schema.String)
}) {
  override get message() {
    return `there is no column "${this.column}"; the columns are ${this.columns.join(", ")}`
  }
}

const missing = (column: string, columns: ReadonlyArray<string>) => new MissingColumn({ column, columns })
