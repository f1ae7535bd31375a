/** A table as CSV (RFC 4180): numbers in the fewest digits that read back the same, nothing where a value is null. */
import type { Table } from "../engine/Table.ts"

export const csv = (table: Table<any>): string => {
  const names = table.columns.map(({ name }) => name)
  const columns = names.map((name) => Array.from(table.column(name) as ArrayLike<unknown>, cell))
  const lines = Array.from({ length: table.length }, (_, row) => columns.map((column) => column[row]).join(","))
  return [names.map(quoted).join(","), ...lines, ""].join("\r\n")
}

const cell = (value: unknown): string => {
  if (value === null) return ""
  if (typeof value === "string") return quoted(value)
  if (value instanceof Float64Array) return quoted(Array.from(value, String).join(" "))
  return Object.is(value, -0) ? "-0" : String(value)
}

const quoted = (text: string): string => /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text
