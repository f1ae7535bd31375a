/** A channel is one column as a mark reads it: numbers to place, or levels (the distinct values) to tell apart. */
import * as Column from "../../engine/Column.ts"
import type { Table } from "../../engine/Table.ts"

export type Value = string | number | boolean | null

/** Distinct values in the order in which they are shown. */
export type Levels = ReadonlyArray<Value>

/** The column's values, NaN where one is null. */
export const numbers = (table: Table<unknown>, name: string): Float64Array => {
  const column = columnOf(table, name)
  if (column.kind === "string" || column.kind === "vector") throw new TypeError(`column "${name}" holds no numbers`)
  const values = new Float64Array(column.values)
  const { nulls } = column
  if (nulls !== undefined) for (let row = 0; row < nulls.length; row++) if (nulls[row] === 1) values[row] = NaN
  return values
}

export const isCategory = (table: Table<unknown>, name: string): boolean => {
  const { kind } = columnOf(table, name)
  return kind === "string" || kind === "boolean"
}

/**
 * The distinct values of a column: text in the order of the table, numbers by size, and first of all those that
 * `order` names.
 */
export const levels = (
  tables: ReadonlyArray<readonly [table: Table<unknown>, column: string]>,
  order: Levels = []
): Levels => {
  const found = new Set<Value>(tables.flatMap(([table, name]) => told(columnOf(table, name)).levels))
  const named = order.filter((value) => found.has(value))
  const others = [...found].filter((value) => !named.includes(value))
  const absent = (value: Value) => (value === null ? 1 : 0)
  return [
    ...named,
    ...others.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : absent(a) - absent(b)))
  ]
}

/** Which level each row has: its index, or −1 where the levels lack it. */
export const codes = (table: Table<unknown>, name: string, levels: Levels): Int32Array => {
  const own = told(columnOf(table, name))
  const index = new Map(levels.map((value, code) => [value, code]))
  const translated = own.levels.map((value) => index.get(value) ?? -1)
  return own.codes.map((code) => translated[code]!)
}

export const columnOf = (table: Table<unknown>, name: string): Column.Column =>
  table.columns.find((column) => column.name === name)!

export const has = (table: Table<unknown>, name: string): boolean =>
  table.columns.some((column) => column.name === name)

/** The distinct values of a column, and which of them each row has: NaN is one with null, since neither is a value. */
export const told = (column: Column.Column): Told => {
  const known = toldBefore.get(column) ?? (column.kind === "string" && column.nulls === undefined
    ? { codes: column.codes, levels: column.dictionary }
    : distinct(column))
  toldBefore.set(column, known)
  return known
}

interface Told {
  readonly codes: Int32Array
  readonly levels: Levels
}

const toldBefore = new WeakMap<Column.Column, Told>()

const distinct = (column: Column.Column): Told => {
  if (column.kind === "vector") throw new TypeError(`column "${column.name}" holds vectors`)
  const entries = Column.values(column) as ArrayLike<Value>
  const index = new Map<Value, number>()
  const codes = new Int32Array(entries.length)
  for (let row = 0; row < codes.length; row++) {
    const entry = entries[row]!
    if (row > 0 && entry === entries[row - 1]) codes[row] = codes[row - 1]!
    else {
      const value = Number.isNaN(entry) ? null : entry
      const code = index.get(value) ?? index.size
      if (code === index.size) index.set(value, code)
      codes[row] = code
    }
  }
  return { codes, levels: [...index.keys()] }
}
