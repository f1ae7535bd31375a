/**
 * A gathered table as it is stored: nothing but what it is gathered from. No bytes are copied when grids nest or grow.
 */
import type { Type } from "./Column.ts"
import * as Key from "./Key.ts"
import type { Cell } from "./Node.ts"

export interface Manifest {
  readonly columns: ReadonlyArray<Type>
  /** The values of the leading columns of each part. */
  readonly cells: ReadonlyArray<Cell>
  /** The address of each part: a table or a manifest. */
  readonly parts: ReadonlyArray<string>
}

/** As JSON; the axes are listed in their order, which is that of the leading columns. */
export const encode = ({ cells, columns, parts }: Manifest): string => Key.canonical({
  columns: columns.map(({ kind, name, nullable }) => ({ name, kind, nullable })),
  axes: axesOf(cells),
  cells: cells.map((cell) => axesOf(cells).map((axis) => cell[axis])),
  parts
})

export const decode = (text: string): Manifest => {
  const { axes, cells, columns, parts } = Key.parse(text) as Spelt
  const cellOf = (values: ReadonlyArray<Cell[string]>): Cell =>
    Object.fromEntries(axes.map((axis, index) => [axis, values[index]!]))
  return { columns, parts, cells: cells.map(cellOf) }
}

type Spelt = Omit<Manifest, "cells"> & {
  readonly axes: ReadonlyArray<string>
  readonly cells: ReadonlyArray<ReadonlyArray<Cell[string]>>
}

/** The axes of a grid, in the order of its first cell. */
export const axesOf = (cells: ReadonlyArray<Cell>): ReadonlyArray<string> => Object.keys(cells[0] ?? {})
