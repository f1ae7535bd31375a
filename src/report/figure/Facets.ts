/**
 * Facets: the panels of a plot in their grid, one for each value of the facet columns, and the rows of a table that
 * each shows.
 */
import type { Table } from "../../engine/Table.ts"
import * as Channel from "./Channel.ts"
import type { Frame } from "./Spec.ts"

export interface Panel {
  /** The levels that the panel shows: indices into `rows` and `columns`. */
  readonly rowLevel: number
  readonly columnLevel: number
  /** Its place in the grid. */
  readonly row: number
  readonly column: number
}

export interface Facets {
  readonly rows: Channel.Levels
  readonly columns: Channel.Levels
  /** The size of the grid. */
  readonly height: number
  readonly width: number
  /** True where one facet is broken into several lines, so that each panel has a strip of its own. */
  readonly wrapped: boolean
  readonly panels: ReadonlyArray<Panel>
}

/** More panels in one line than this are broken into lines of `perLine`. */
const longest = 5
const perLine = 5

export const make = (tables: ReadonlyArray<Table<unknown>>, { facet = {}, order = {} }: Frame): Facets => {
  const levelsOf = (column: string | undefined): Channel.Levels => {
    const sources =
      column === undefined
        ? []
        : [...new Set(tables)].filter((table) => Channel.has(table, column)).map((table) => [table, column] as const)
    const levels = column === undefined ? [] : Channel.levels(sources, order[column])
    return levels.length === 0 ? [null] : levels
  }
  const [rows, columns] = [levelsOf(facet.rows), levelsOf(facet.columns)]
  const wrapped = facet.rows === undefined && columns.length > longest
  const width = wrapped
    ? Math.min(perLine, Math.ceil(columns.length / Math.ceil(columns.length / perLine)))
    : columns.length
  const panels = rows.flatMap((_, rowLevel) =>
    columns.map((_, columnLevel): Panel => ({
      rowLevel,
      columnLevel,
      row: wrapped ? Math.floor(columnLevel / width) : rowLevel,
      column: columnLevel % width
    }))
  )
  return { rows, columns, wrapped, width, height: wrapped ? Math.ceil(columns.length / width) : rows.length, panels }
}

/** The rows of a table in each panel; a table without a facet's column is shown in all of that facet's panels. */
export const split = (table: Table<unknown>, facets: Facets, { facet = {} }: Frame): ReadonlyArray<Int32Array> => {
  const codesOf = (column: string | undefined, levels: Channel.Levels) =>
    column === undefined || !Channel.has(table, column) ? undefined : Channel.codes(table, column, levels)
  const [rows, columns] = [codesOf(facet.rows, facets.rows), codesOf(facet.columns, facets.columns)]
  const buckets = new Map<number, Array<number>>()
  for (let row = 0; row < table.length; row++) {
    const key = (rows?.[row] ?? 0) * facets.columns.length + (columns?.[row] ?? 0)
    const bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, [row])
    else bucket.push(row)
  }
  const made = new Map([...buckets].map(([key, bucket]) => [key, Int32Array.from(bucket)]))
  return facets.panels.map(
    ({ columnLevel, rowLevel }) =>
      made.get((rows === undefined ? 0 : rowLevel) * facets.columns.length + (columns === undefined ? 0 : columnLevel))
      ?? new Int32Array(0)
  )
}
