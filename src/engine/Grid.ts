/**
 * A grid is a finite list of cells; a node mapped over it is one table, its cell the leading columns.
 *
 * The gathered table is a manifest of its parts: nothing is copied when grids nest or grow.
 */
import type * as Column from "./Column.ts"
import { type Any, type Cell, type Failure, Node, type Row } from "./Node.ts"
import type { Table } from "./Table.ts"

export type Grid<C extends Cell> = ReadonlyArray<C>

type Axes = { readonly [axis: string]: ReadonlyArray<string | number | boolean> }

/** The product of the axes, the first axis slowest. */
export const cross = <const A extends Axes>(axes: A): Grid<{ readonly [K in keyof A]: A[K][number] }> => {
  const empty = Object.entries(axes).find(([, values]) => values.length === 0)
  if (empty !== undefined) throw new EmptyGrid(empty[0])
  for (const [axis, values] of Object.entries(axes)) {
    const twice = repeated(values)
    if (twice !== undefined) throw new TwiceInGrid(`the axis "${axis}" has ${JSON.stringify(twice)}`)
  }
  return Object.entries(axes).reduce<ReadonlyArray<any>>(
    (cells, [axis, values]) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value }))),
    [{}]
  )
}

/** The whole numbers from `first` to `last` along one axis. */
export const range = <const K extends string>(axis: K, first: number, last: number): Grid<{ readonly [key in K]: number }> =>
  cross({ [axis]: Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index) }) as any

/** A table over the cells; the cell may not name a column of the part. */
type Over<C, N> = N extends Node<Table<infer A>, infer E>
  ? Extract<keyof C, keyof A> extends never ? Node<Table<C & A>, E> : { readonly "a column is named like an axis": Extract<keyof C, keyof A> }
  : never

/** One node a cell, gathered; where `f` gives several by name, each of them gathered. */
export const map: {
  <C extends Cell, const N extends Any>(grid: Grid<C>, f: (cell: C) => N): Over<C, N>
  <C extends Cell, const N extends { readonly [name: string]: Any }>(grid: Grid<C>, f: (cell: C) => N): { readonly [K in keyof N]: Over<C, N[K]> }
} = (grid: Grid<any>, f: (cell: any) => any): any => {
  if (grid.length === 0) throw new EmptyGrid("")
  const twice = repeated(grid.map((cell) => JSON.stringify(cell)))
  if (twice !== undefined) throw new TwiceInGrid(`the grid has the cell ${twice}`)
  const made = grid.map(f)
  return made[0] instanceof Node
    ? gather(grid, made)
    : Object.fromEntries(Object.keys(made[0]).map((name) => [name, gather(grid, made.map((nodes) => nodes[name]))]))
}

/** The first that stands there a second time. */
const repeated = <A>(values: ReadonlyArray<A>): A | undefined => {
  const seen = new Set<A>()
  return values.find((value) => seen.size === seen.add(value).size)
}

/** Tables of the same columns, one after another: it joins grids that are unlike. */
export const concat = <const N extends Any>(nodes: ReadonlyArray<N>): Node<Table<Row<N>>, Failure<N>> => {
  if (nodes.length === 0) throw new EmptyGrid("")
  return gather(nodes.map(() => ({})), nodes)
}

const gather = (cells: ReadonlyArray<Cell>, parts: ReadonlyArray<Any>): Any =>
  new Node({ _tag: "Gather", cells, parts }, [...axesOf(cells), ...joined(cells, parts)])

/** The columns of the cells: an axis of whole numbers is one of integers. */
const axesOf = (cells: ReadonlyArray<Cell>): ReadonlyArray<Column.Type> =>
  Object.keys(cells[0]!).map((name) => {
    const values = cells.map((cell) => cell[name])
    const kinds = new Set(values.map((value) => typeof value))
    if (kinds.size > 1) throw new UnlikeParts(name, [...kinds].join(" and "))
    const whole = values.every((value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31)
    const kind = kinds.has("string") ? "string" : kinds.has("boolean") ? "boolean" : whole ? "int32" : "float64"
    return { name, kind, nullable: false }
  })

const joined = (cells: ReadonlyArray<Cell>, parts: ReadonlyArray<Any>): ReadonlyArray<Column.Type> => {
  const [first, ...others] = parts.map((part) => part.columns)
  if (first === undefined) throw new UnlikeParts("(file)", "bytes, which cannot be gathered")
  return first.map((column) => {
    if (column.name in cells[0]!) throw new UnlikeParts(column.name, "both an axis of the grid and a column of its parts")
    const same = others.map((columns) => columns!.length === first.length ? columns!.find(({ name }) => name === column.name) : undefined)
    for (const other of same) {
      if (other?.kind !== column.kind) throw new UnlikeParts(column.name, `${column.kind} in one part and ${other?.kind ?? "missing"} in another`)
    }
    return { ...column, nullable: column.nullable || same.some((other) => other!.nullable) }
  })
}

/** A grid has no cell. */
export class EmptyGrid extends Error {
  constructor(axis: string) {
    super(`${axis === "" ? "the grid" : `the axis "${axis}"`} is empty; give it at least one value`)
  }
}

/** What would be the same rows twice. */
export class TwiceInGrid extends Error {
  constructor(what: string) {
    super(`${what} twice; give it once`)
  }
}

/** The tables of a grid cannot be one table. */
export class UnlikeParts extends Error {
  constructor(column: string, what: string) {
    super(`the tables of a grid cannot be joined: "${column}" is ${what}`)
  }
}
