/**
 * A table: named columns of one length. Rows are a lazy view of it.
 *
 * `Row` is the type of its rows; the columns it is made of carry their types at run time (`Column.Type`).
 */
import * as Schema from "effect/Schema"
import * as Column from "./Column.ts"
import { groupsOf } from "./groupsOf.ts"
import type { Cell } from "./Node.ts"

/** A table column by column, as a stage may return it: typed arrays go through as they are. */
export type Columns<Row> = { readonly [K in keyof Row]: Column.Given<Row[K]> }

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
    return (this.#rows ??= this.#makeRows())
  }

  /** One column after another is written into rows that have all their fields: ten times as fast as row after row. */
  #makeRows(): ReadonlyArray<Row> {
    const empty: Record<string, unknown> = Object.fromEntries(this.columns.map(({ name }) => [name, null]))
    const rows = Array.from({ length: this.length }, () => ({ ...empty }))
    for (const column of this.columns) {
      const { name } = column
      const values = Column.values(column)
      for (let index = 0; index < rows.length; index++) rows[index]![name] = values[index]
    }
    return rows as ReadonlyArray<any>
  }

  /** Row `index`, counted from 0. */
  row(index: number): Row {
    return Object.fromEntries(this.columns.map((column) => [column.name, Column.entry(column, index)])) as Row
  }

  /** The values of one column. */
  column<K extends keyof Row & string>(name: K): Got<Row[K]> {
    return Column.values(columnOf(this, name)) as Got<Row[K]>
  }

  /** Some rows, counted from 0, in this order. */
  take(rows: Int32Array): Table<Row> {
    return new Table(this.columns.map((column) => Column.take(column, rows)))
  }

  /** These columns in some rows, counted from 0, for a table that is made from this one. */
  at<const K extends keyof Row & string>(rows: Int32Array, names: ReadonlyArray<K>): Columns<Pick<Row, K>> {
    return Object.fromEntries(
      names.map((name) => [name, new Column.Taken(columnOf(this, name), rows)])
    ) as unknown as Columns<Pick<Row, K>>
  }

  /** The same, each of those rows with every one of `others`, which change from one row to the next. */
  across<const K extends keyof Row & string, const B extends object>(
    rows: Int32Array,
    names: ReadonlyArray<K>,
    others: ReadonlyArray<B>
  ): Columns<Pick<Row, K> & B> {
    const n = others.length
    const slow = new Int32Array(rows.length * n)
    const fast = new Int32Array(rows.length * n)
    for (let index = 0; index < slow.length; index++) {
      slow[index] = rows[Math.floor(index / n)]!
      fast[index] = index % n
    }
    const taken = Object.keys(others[0] ?? {}).map((name) => {
      const given = others.map((other) => other[name as keyof B])
      return [name, new Column.Taken(given, fast)]
    })
    return { ...this.at(slow, names), ...Object.fromEntries(taken) } as Columns<Pick<Row, K> & B>
  }

  /** The rows, counted from 0, that have the same values in these columns: groups in the order of their first rows. */
  groups(...names: ReadonlyArray<keyof Row & string>): ReadonlyArray<Int32Array> {
    return groupsOf(this.length, names.map((name) => columnOf(this, name)))
  }
}

const columnOf = (table: Table<unknown>, name: string): Column.Column => {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw missing(name, table.columns.map((candidate) => candidate.name))
  return column
}

/** What a table is made from: rows, columns, columns beside rows, or a table (columns that it has more are left out). */
export type Made<Row> = ReadonlyArray<Row> | Columns<Row> | Beside<Row> | Table<Row>

/** Columns, and rows that hold the others. */
export class Beside<out Row> {
  readonly columns: { readonly [K in keyof Row]?: Column.Given<Row[K]> }
  readonly rows: ReadonlyArray<{ readonly [K in keyof Row]?: Row[K] }>

  constructor(columns: Beside<Row>["columns"], rows: Beside<Row>["rows"]) {
    this.columns = columns
    this.rows = rows
  }
}

/** Columns and the rows of the others, as a stage may return them. */
export const beside = <A, B>(columns: Columns<A>, rows: ReadonlyArray<B>): Beside<A & B> => new Beside(columns, rows as ReadonlyArray<any>) as Beside<any>

/** A table of these columns. */
export const make = <Row>(types: ReadonlyArray<Column.Type>, made: Made<Row>): Table<Row> => {
  if (made instanceof Table) return select(made, types)
  if (isRows(made)) return fromColumns(types, fieldsOf(types, made))
  if (!(made instanceof Beside)) return fromColumns(types, made as Readonly<Record<string, unknown>>)
  const { columns, rows } = made
  return fromColumns(types, { ...fieldsOf(types.filter(({ name }) => !(name in columns)), rows), ...columns })
}

/** Each field of rows as a list; a row may have no other. */
const fieldsOf = (types: ReadonlyArray<Column.Type>, rows: ReadonlyArray<Readonly<Record<string, unknown>>>) => {
  const names = types.map(({ name }) => name)
  // One that has another instead of its own is refused for what it lacks.
  for (const row of rows) {
    let count = 0
    for (const _ in row) count++
    if (count > names.length) throw missing(Object.keys(row).find((name) => !names.includes(name))!, names)
  }
  return Object.fromEntries(types.map(({ name }) => [name, rows.map((row) => row[name])]))
}

const fromColumns = <Row>(types: ReadonlyArray<Column.Type>, given: Readonly<Record<string, unknown>>): Table<Row> => {
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
