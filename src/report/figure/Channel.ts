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
  const values = Float64Array.from(column.values)
  column.nulls?.forEach((isNull, index) => {
    if (isNull === 1) values[index] = NaN
  })
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
  const found = new Set<Value>(tables.flatMap(([table, name]) => [...new Set(entries(columnOf(table, name)))]))
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
  const index = new Map(levels.map((value, code) => [value, code]))
  return Int32Array.from(entries(columnOf(table, name)), (value) => index.get(value) ?? -1)
}

export const columnOf = (table: Table<unknown>, name: string): Column.Column =>
  table.columns.find((column) => column.name === name)!

export const has = (table: Table<unknown>, name: string): boolean =>
  table.columns.some((column) => column.name === name)

/** Every value as a level: NaN is one with null, since neither is a value. */
const entries = (column: Column.Column): ReadonlyArray<Value> =>
  Array.from({ length: Column.lengthOf(column) }, (_, index) => {
    const value = Column.entry(column, index)
    if (value instanceof Float64Array) throw new TypeError(`column "${column.name}" holds vectors`)
    return typeof value === "number" && Number.isNaN(value) ? null : value
  })
