/**
 * What differs between two tables, bit for bit: their columns, their rows, and of the rows that both have each entry.
 *
 * Doubles are equal where their bits are; every NaN is the same one, as in a table's address.
 */
import * as Column from "./Column.ts"
import type { Table } from "./Table.ts"
import { ulps } from "./ulps.ts"

export interface Difference {
  /** Columns that only one of them has, and those whose type is another. */
  readonly removed: ReadonlyArray<string>
  readonly added: ReadonlyArray<string>
  readonly retyped: ReadonlyArray<string>
  /** Rows that only one of them has. */
  readonly rowsRemoved: number
  readonly rowsAdded: number
  /** Rows that both have. */
  readonly rows: number
  /** The columns of which an entry differs, in the order of the table. */
  readonly moved: ReadonlyArray<Moved>
}

export interface Moved {
  readonly column: string
  /** How many entries differ. */
  readonly entries: number
  readonly first: Change
  /** Where two numbers are furthest apart; `undefined` where none are. */
  readonly greatest: Change | undefined
}

/** An entry that differs; rows and the places in a vector count from 1. */
export interface Change {
  readonly row: number
  readonly place?: number
  readonly old: Scalar
  readonly now: Scalar
}

export type Scalar = number | boolean | string | null

/** Row by row in their order; `undefined` where nothing differs. */
export const between = (old: Table<any>, now: Table<any>): Difference | undefined =>
  compared(old, now, inOrder(old, now))

/**
 * Rows that say the same about what they are of: of the leading columns so many as tell each row of both tables from
 * all others, such as the cell and the step. Where these are not found again in half of the rows, row by row.
 */
export const matched = (old: Table<any>, now: Table<any>): Difference | undefined => {
  const pairs = pairsByKey(old, now)
  return compared(old, now, pairs.length >= Math.min(old.length, now.length) / 2 ? pairs : inOrder(old, now))
}

const compared = (old: Table<any>, now: Table<any>, pairs: ReadonlyArray<Pair>): Difference | undefined => {
  const theirs = new Map(now.columns.map((column) => [column.name, column]))
  const shared = old.columns.flatMap((column) => {
    const other = theirs.get(column.name)
    return other === undefined ? [] : [{ column, other }]
  })
  const comparable = shared.filter(({ column, other }) => column.kind === other.kind)
  const names = new Set(shared.map(({ column: { name } }) => name))
  const difference: Difference = {
    removed: old.columns.flatMap(({ name }) => names.has(name) ? [] : [name]),
    added: now.columns.flatMap(({ name }) => names.has(name) ? [] : [name]),
    retyped: shared.flatMap(({ column, other }) =>
      column.kind === other.kind && column.nullable === other.nullable ? [] : [column.name]
    ),
    rowsRemoved: old.length - pairs.length,
    rowsAdded: now.length - pairs.length,
    rows: pairs.length,
    moved: comparable.flatMap(({ column, other }) => movedOf(column, other, pairs))
  }
  const { added, moved, removed, retyped, rowsAdded, rowsRemoved } = difference
  return rowsAdded + rowsRemoved + added.length + moved.length + removed.length + retyped.length === 0
    ? undefined
    : difference
}

/** The entry that differs in the first row where one does, and its column. */
export const first = ({ moved }: Difference): (Change & { readonly column: string }) | undefined =>
  moved.map(({ column, first }) => ({ column, ...first })).toSorted((a, b) => a.row - b.row)[0]

/** The difference of two numbers in units in the last place. */
export const distance = ({ now, old }: Change): bigint | undefined =>
  typeof old === "number" && typeof now === "number" ? ulps(old, now) : undefined

type Pair = readonly [old: number, now: number]

const inOrder = (old: Table<any>, now: Table<any>): ReadonlyArray<Pair> =>
  Array.from({ length: Math.min(old.length, now.length) }, (_, row) => [row, row])

const pairsByKey = (old: Table<any>, now: Table<any>): ReadonlyArray<Pair> => {
  let [keys, others]: readonly [Keys, Keys] = [new Int32Array(old.length), new Int32Array(now.length)]
  for (const [index, column] of old.columns.entries()) {
    const other = now.columns[index]
    if (other?.name !== column.name || other.kind !== column.kind || column.kind === "vector") return []
    const classes = new Map<string, number>()
    keys = refined(keys, column, classes)
    others = refined(others, other, classes)
    if (new Set(keys).size === old.length && new Set(others).size === now.length) {
      const places = new Map(Array.from(others, (key, row) => [key, row]))
      return Array.from(keys, (key, row) => [row, places.get(key)] as const).filter(
        (pair): pair is Pair => pair[1] !== undefined
      )
    }
  }
  return []
}

/** A number for each row: equal ones for rows that agree in all columns so far. */
type Keys = Int32Array

const refined = (keys: Keys, column: Column.Column, classes: Map<string, number>): Keys =>
  keys.map((key, row) => {
    const name = `${key} ${String(Column.entry(column, row))}`
    const known = classes.get(name) ?? classes.size
    classes.set(name, known)
    return known
  })

const movedOf = (column: Column.Column, other: Column.Column, pairs: ReadonlyArray<Pair>): ReadonlyArray<Moved> => {
  let entries = 0
  let first: Change | undefined
  let greatest: Change | undefined
  for (const [row, now] of pairs) {
    const changes = changesOf(Column.entry(column, row), Column.entry(other, now), row + 1)
    if (changes.length > 0) entries++
    first ??= changes[0]
    for (const change of changes) if (size(change) > size(greatest)) greatest = change
  }
  return first === undefined ? [] : [{ column: column.name, entries, first, greatest }]
}

const changesOf = (old: Column.Entry, now: Column.Entry, row: number): ReadonlyArray<Change> => {
  if (!(old instanceof Float64Array) && !(now instanceof Float64Array)) {
    return Object.is(old, now) ? [] : [{ row, old, now }]
  }
  const [ours, theirs] = [old as Float64Array | null, now as Float64Array | null]
  if (ours === null || theirs === null) {
    return ours === theirs ? [] : [{ row, old: lengthOf(ours), now: lengthOf(theirs) }]
  }
  return Array.from({ length: Math.max(ours.length, theirs.length) }, (_, index): Change => ({
    row,
    place: index + 1,
    old: ours[index] ?? null,
    now: theirs[index] ?? null
  })).filter(({ now, old }) => !Object.is(old, now))
}

const lengthOf = (vector: Float64Array | null): Scalar => vector === null ? null : `${vector.length} numbers`

/** How far apart two numbers are; less than nothing where there are none. */
const size = (change: Change | undefined): number =>
  typeof change?.old === "number" && typeof change.now === "number" ? notNaN(Math.abs(change.now - change.old)) : -1

/** From a number to NaN, or from ∞ to −∞, is as far as can be. */
const notNaN = (value: number) => Number.isNaN(value) ? Infinity : value
