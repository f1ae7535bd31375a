/** The rows of a table that a layer shows: those whose columns hold one of the values that `where` lists. */
import type * as Column from "../../engine/Column.ts"
import type { Table } from "../../engine/Table.ts"
import * as Channel from "./Channel.ts"
import type { Where } from "./Spec.ts"

export const where = (table: Table<unknown>, chosen: Where | undefined): Table<unknown> => {
  if (chosen === undefined) return table
  const all = Int32Array.from({ length: table.length }, (_, row) => row)
  return table.take(Object.entries(chosen).reduce((rows, [name, values]) => {
    const { codes, levels } = Channel.told(Channel.columnOf(table, name))
    const allowed = new Set<Column.Entry>(values)
    const shown = levels.map((value) => allowed.has(value))
    return rows.filter((row) => shown[codes[row]!]!)
  }, all))
}
