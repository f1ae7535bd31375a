/**
 * The tables that a thread has put or read last: what one step makes, the next one takes, often in the same thread.
 *
 * A table is asked for its address again before it is given: one that somebody has changed meanwhile is forgotten.
 */
import type { Column } from "./Column.ts"
import * as Key from "./Key.ts"
import { Table } from "./Table.ts"

export interface Recent {
  readonly find: (address: string) => Table<any> | undefined
  /** Keeps a table instead of those that were asked for longest ago. */
  readonly keep: (address: string, table: Table<any>) => void
}

/** Of so many bytes at most. */
export const make = (most: number): Recent => {
  const tables = new Map<string, Table<any>>()
  let bytes = 0
  const forget = (address: string, table: Table<any>) => {
    if (tables.delete(address)) bytes -= bytesOf(table)
  }
  const keep = (address: string, table: Table<any>) => {
    const size = bytesOf(table)
    if (size > most || tables.has(address)) return
    // Rows that are made of it are not kept with it.
    tables.set(address, new Table(table.columns))
    bytes += size
    for (const [oldest, table] of tables) {
      if (bytes <= most) return
      forget(oldest, table)
    }
  }
  return {
    keep,
    find: (address) => {
      const table = tables.get(address)
      if (table === undefined) return undefined
      forget(address, table)
      if (Key.tableAddress(table) !== address) return undefined
      keep(address, table)
      return new Table(table.columns)
    }
  }
}

const bytesOf = ({ columns }: Table<any>): number => columns.reduce((sum, column) => sum + bytesOfColumn(column), 0)

const bytesOfColumn = (column: Column): number => {
  const parts = Object.values(column).map((part) => ArrayBuffer.isView(part) ? part.byteLength : 0)
  const text = column.kind === "string" ? column.dictionary.reduce((sum, text) => sum + 2 * text.length, 0) : 0
  return parts.reduce((sum, part) => sum + part, text)
}
