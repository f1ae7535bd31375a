/** The rows of a table that a layer shows: those whose columns hold one of the values that `where` lists. */
import * as Column from "../../engine/Column.ts"
import { Table } from "../../engine/Table.ts"
import type { Where } from "./Spec.ts"

export const where = (table: Table<unknown>, chosen: Where | undefined): Table<unknown> => {
  if (chosen === undefined) return table
  const tests = Object.entries(chosen).map(([name, values]) => {
    const column = table.columns.find((candidate) => candidate.name === name)!
    const allowed = new Set<Column.Entry>(values)
    return (row: number) => allowed.has(Column.entry(column, row))
  })
  const kept = Array.from({ length: table.length }, (_, row) => row).filter((row) => tests.every((test) => test(row)))
  return new Table(
    table.columns.map((column) =>
      Column.make(
        column,
        kept.map((row) => Column.entry(column, row))
      )
    )
  )
}
