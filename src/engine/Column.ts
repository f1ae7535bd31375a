/**
 * A column: one named, typed sequence of values, any of which may be null where the column says so.
 *
 * Columns are what is stored, hashed and handed between threads; rows are a view made from them.
 * A column and the arrays that it was made from are never changed.
 */
import { as, flat, take } from "./ColumnParts.ts"
import type { Type } from "./ColumnType.ts"
import { type Column, type Entry, plain, type Values } from "./ColumnValues.ts"
import { checkSize, said, wrong } from "./WrongValue.ts"

export { as, concat, take } from "./ColumnParts.ts"
export { fits, type Kind, type Type, typesOf, UnknownColumn, Vector } from "./ColumnType.ts"
export { type Column, entry, type Entry, lengthOf, values, type Values } from "./ColumnValues.ts"
export { ColumnTooLarge, largest, WrongValue } from "./WrongValue.ts"

/** What a column with entries of type A may be made from; a typed array is kept as it is. */
export type Given<A> =
  | ReadonlyArray<A>
  | ([A] extends [number] ? Int32Array | Float64Array : never)
  | ([A] extends [boolean] ? Uint8Array : never)
  | Of<A>
  | Taken<A>

/** A column that is known to have entries of type A. */
export type Of<A> = Column & { readonly [entries]?: A }
declare const entries: unique symbol

/** Some rows, counted from 0, of what a column may be made from. Nothing is copied before the column is made. */
export class Taken<out A> {
  readonly from: Given<A>
  readonly rows: Int32Array

  constructor(from: Given<A>, rows: Int32Array) {
    this.from = from
    this.rows = rows
  }
}

/** A column of this type from what is given for it. */
export const make = (type: Type, given: unknown): Column => {
  if (given instanceof Taken) return take(make(type, given.from), given.rows)
  if (isColumn(given)) return as(given, type)
  if (!isList(given)) throw wrong(type, null, said(given))
  checkSize(type, given.length * (type.kind === "float64" ? 8 : type.kind === "boolean" ? 1 : 4))
  const nulls = nullsOf(type, given)
  return { ...plain(type), ...(nulls && { nulls }), ...valuesOf(type, given) }
}

/** The same entry `n` times. */
export const constant = (type: Type, value: Entry, n: number): Column => take(make(type, [value]), new Int32Array(n))

type List = ReadonlyArray<unknown> | Int32Array | Float64Array | Uint8Array

const isColumn = (given: unknown): given is Column => typeof given === "object" && given !== null && "kind" in given

const isList = (given: unknown): given is List =>
  Array.isArray(given) || given instanceof Float64Array || given instanceof Int32Array || given instanceof Uint8Array

const nullsOf = (type: Type, given: List): Uint8Array | undefined => {
  if (!type.nullable || !Array.isArray(given) || !given.includes(null)) return undefined
  const nulls = new Uint8Array(given.length)
  for (let row = 0; row < nulls.length; row++) nulls[row] = given[row] === null ? 1 : 0
  return nulls
}

const valuesOf = (type: Type, given: List): Values => {
  const { kind } = type
  switch (kind) {
    case "int32":
      if (given instanceof Int32Array) return { kind, values: given }
      return { kind, values: filled(new Int32Array(given.length), type, given, isInt32) }
    case "float64":
      if (given instanceof Int32Array) return { kind, values: Float64Array.from(given) }
      if (given instanceof Float64Array && (!type.finite || given.every(isFinite))) return { kind, values: given }
      return { kind, values: filled(new Float64Array(given.length), type, given, type.finite ? isFinite : isNumber) }
    case "boolean":
      if (given instanceof Uint8Array && given.every((value) => value <= 1)) return { kind, values: given }
      return { kind, values: filled(new Uint8Array(given.length), type, given, isBoolean) }
    case "string":
      return coded(type, given)
    case "vector":
      return flat(type, Array.from(given, (value, row) => isVector(value) ? value : absent(type, value, row, none)))
  }
}

const none = new Float64Array(0)
const isInt32 = (value: unknown): value is number => typeof value === "number" && (value | 0) === value
const isNumber = (value: unknown): value is number => typeof value === "number"
const isFinite = (value: unknown): value is number => Number.isFinite(value)
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean"
const isText = (value: unknown): value is string => typeof value === "string" && value.isWellFormed()
const isVector = (value: unknown): value is Float64Array => value instanceof Float64Array

/** The values of a list, each of which is what its type says, or null: then 0. */
const filled = <A extends Int32Array | Float64Array | Uint8Array>(
  values: A,
  type: Type,
  given: List,
  is: (value: unknown) => value is number | boolean
): A => {
  for (let row = 0; row < values.length; row++) {
    const value = given[row]
    values[row] = is(value) ? Number(value) : absent(type, value, row, 0)
  }
  return values
}

/** Neighbours are often the same text, of which the dictionary is not asked. */
const coded = (type: Type, given: List): Values => {
  const known = new Map<unknown, number>()
  const codeOf = (text: unknown, row: number): number => {
    const code = known.get(text) ?? (isText(text) ? known.size : absent(type, text, row, -1))
    if (code === known.size) known.set(text, code)
    return code
  }
  const codes = new Int32Array(given.length)
  for (let row = 0; row < codes.length; row++) {
    codes[row] = row > 0 && given[row] === given[row - 1] ? codes[row - 1]! : codeOf(given[row], row)
  }
  return { kind: "string", codes, dictionary: Array.from(known.keys(), String) }
}

/** What stands for a null; refuses what is none, or may not be. */
const absent = <A>(type: Type, value: unknown, row: number, instead: A): A => {
  if (value === null && type.nullable) return instead
  throw wrong(type, row, said(value))
}
