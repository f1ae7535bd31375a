/**
 * A table: named columns of one length. Rows are a lazy view of it.
 *
 * `Row` is the type of its rows; the columns it is made of carry their types at run time (`Column.Type`).
 */
import * as Column from "./Column.ts"

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
    if (lengths.size > 1) throw new UnevenColumns(columns)
    this.columns = columns
    this.length = lengths.values().next().value ?? 0
  }

  /** The rows as objects, made on first use. */
  get rows(): ReadonlyArray<Row> {
    return (this.#rows ??= Array.from({ length: this.length }, (_, index) =>
      Object.fromEntries(this.columns.map((column) => [column.name, Column.entry(column, index)])) as Row))
  }

  /** The values of one column. */
  column<K extends keyof Row & string>(name: K): Got<Row[K]> {
    const column = this.columns.find((candidate) => candidate.name === name)
    if (column === undefined) throw new MissingColumn(name, this.columns)
    return Column.values(column) as Got<Row[K]>
  }
}

/** A table with these columns from rows, from columns, or from a table that has them (others are left out). */
export const make = <Row>(
  types: ReadonlyArray<Column.Type>,
  made: ReadonlyArray<Row> | Columns<Row> | Table<Row>
): Table<Row> => {
  if (made instanceof Table) return select(made, types)
  const given = Array.isArray(made)
    ? (name: string) => made.map((row: Record<string, unknown>) => row[name])
    : (name: string) => (made as Record<string, unknown>)[name]
  const unknown = Array.isArray(made) ? [] : Object.keys(made).filter((name) => !types.some((type) => type.name === name))
  if (unknown.length > 0) throw new MissingColumn(unknown[0]!, types)
  return new Table(types.map((type) => Column.make(type, given(type.name))))
}

/** The same table with only these columns, in this order; a column that may be null may be read as one that is not where none is. */
export const select = <Row>(table: Table<unknown>, types: ReadonlyArray<Column.Type>): Table<Row> =>
  new Table(types.map((type) => {
    const column = table.columns.find((candidate) => candidate.name === type.name)
    if (column === undefined) throw new MissingColumn(type.name, table.columns)
    return Column.as(column, type)
  }))

/** Tables of the same columns one after another, each with the values of its cell as leading columns. */
export const gather = (
  types: ReadonlyArray<Column.Type>,
  parts: ReadonlyArray<{ readonly cell: Readonly<Record<string, string | number | boolean>>; readonly table: Table<unknown> }>
): Table<any> =>
  new Table(types.map((type) =>
    Column.concat(type, parts.map(({ cell, table }) =>
      type.name in cell
        ? Column.constant(type, cell[type.name]!, table.length)
        : Column.as(table.columns.find(({ name }) => name === type.name)!, type)
    ))
  ))

/** The columns of a table are not of one length. */
export class UnevenColumns extends Error {
  constructor(columns: ReadonlyArray<Column.Column>) {
    super(`columns differ in length: ${columns.map((column) => `${column.name} has ${Column.lengthOf(column)}`).join(", ")}; give each column one value a row`)
  }
}

/** A column was asked for, or given, that is not one of the table's. */
export class MissingColumn extends Error {
  constructor(name: string, columns: ReadonlyArray<Column.Type>) {
    super(`there is no column "${name}"; the columns are ${columns.map((column) => column.name).join(", ")}`)
  }
}
