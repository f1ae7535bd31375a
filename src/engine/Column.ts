/**
 * A column: one named, typed sequence of values, any of which may be null where the column says so.
 *
 * Columns are what is stored, hashed and handed between threads; rows are a view made from them.
 * A column and the arrays that it was made from are never changed.
 */
import * as Schema from "effect/Schema"
import type { Type } from "./ColumnType.ts"

export { fits, type Kind, type Type, typesOf, UnknownColumn, Vector } from "./ColumnType.ts"

/** The values of a column. `nulls[i]` is 1 where entry i is null; it is absent where no entry is. */
export type Column = Type & { readonly nulls?: Uint8Array } & Values

/** A null entry holds 0, code −1, or the empty vector. */
export type Values =
  | { readonly kind: "int32"; readonly values: Int32Array }
  | { readonly kind: "float64"; readonly values: Float64Array }
  | { readonly kind: "boolean"; readonly values: Uint8Array }
  /** Entry i is `dictionary[codes[i]]`; the dictionary is in order of first appearance. */
  | { readonly kind: "string"; readonly codes: Int32Array; readonly dictionary: ReadonlyArray<string> }
  /** Entry i is `values.subarray(offsets[i], offsets[i + 1])`. */
  | { readonly kind: "vector"; readonly offsets: Int32Array; readonly values: Float64Array }

/** One entry of a column as a row shows it. */
export type Entry = number | boolean | string | Float64Array | null

/** The number of entries. */
export const lengthOf = (column: Column): number => {
  switch (column.kind) {
    case "string":
      return column.codes.length
    case "vector":
      return column.offsets.length - 1
    default:
      return column.values.length
  }
}

/** Entry `index`, counted from 0. */
export const entry = (column: Column, index: number): Entry => {
  if (column.nulls?.[index] === 1) return null
  switch (column.kind) {
    case "int32":
    case "float64":
      return column.values[index]!
    case "boolean":
      return column.values[index] === 1
    case "string":
      return column.dictionary[column.codes[index]!]!
    case "vector":
      return column.values.subarray(column.offsets[index]!, column.offsets[index + 1]!)
  }
}

/** All entries: the typed array itself for numbers none of which is null. */
export const values = (column: Column): Int32Array | Float64Array | ReadonlyArray<Entry> =>
  (column.kind === "int32" || column.kind === "float64") && column.nulls === undefined
    ? column.values
    : Array.from({ length: lengthOf(column) }, (_, index) => entry(column, index))

/** A column of this type from a list of entries, or from the typed array of its values, which is kept as it is. */
export const make = (type: Type, given: unknown): Column => {
  if (!isList(given)) throw wrong(type, null, said(given))
  checkSize(type, given.length * (type.kind === "float64" ? 8 : type.kind === "boolean" ? 1 : 4))
  const nulls = nullsOf(type, given)
  return { ...plain(type), ...(nulls && { nulls }), ...valuesOf(type, given) }
}

/** The same column read as another type that it fits; one that may be null fits one that may not, where no entry is. */
export const as = (column: Column, type: Type): Column => {
  const { name, nullable } = type
  if (column.nulls !== undefined && !nullable) throw wrong(type, column.nulls.indexOf(1), "null")
  if (column.kind === type.kind) return { ...column, name, nullable }
  if (column.kind !== "int32" || type.kind !== "float64") throw wrong(type, null, `a column of ${column.kind}`)
  return { ...column, name, nullable, kind: "float64", values: Float64Array.from(column.values) }
}

/** Columns one after another, each read as this type. */
export const concat = (type: Type, columns: ReadonlyArray<Column>): Column => {
  const parts = columns.map((column) => as(column, type))
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const nulls = parts.some((part) => part.nulls !== undefined)
    && joined(Uint8Array, type, parts.map((part) => part.nulls ?? new Uint8Array(lengthOf(part))))
  return { ...plain(type), ...(nulls && { nulls }), ...joinedValues(type, parts) }
}

/** The same entry `n` times. */
export const constant = (type: Type, value: Entry, n: number): Column =>
  make(type, Array.from({ length: n }, () => value))

/** What a column may hold at most: 2 GiB, the largest that a file of columns is read back from in one piece. */
export const largest = 2 ** 31

const checkSize = (type: Type, bytes: number) => {
  if (bytes > largest) throw new ColumnTooLarge({ column: type.name, bytes })
}

const plain = <T extends Type>({ kind, name, nullable }: T) => ({ name, kind, nullable })

type List = ReadonlyArray<unknown> | Int32Array | Float64Array | Uint8Array

const isList = (given: unknown): given is List =>
  Array.isArray(given) || given instanceof Float64Array || given instanceof Int32Array || given instanceof Uint8Array

const nullsOf = (type: Type, given: List): Uint8Array | undefined => {
  if (!type.nullable || !Array.isArray(given) || !given.includes(null)) return undefined
  return Uint8Array.from(given, (value) => value === null ? 1 : 0)
}

const valuesOf = (type: Type, given: List): Values => {
  const { kind } = type
  switch (kind) {
    case "int32":
      return { kind, values: given instanceof Int32Array ? given : Int32Array.from(given, checked(type, isInt32, 0)) }
    case "float64":
      if (given instanceof Int32Array) return { kind, values: Float64Array.from(given) }
      if (given instanceof Float64Array && (!type.finite || given.every(isFinite))) return { kind, values: given }
      return { kind, values: Float64Array.from(given, checked(type, type.finite ? isFinite : isNumber, 0)) }
    case "boolean":
      if (given instanceof Uint8Array && given.every((value) => value <= 1)) return { kind, values: given }
      return { kind, values: Uint8Array.from(Array.from(given, checked(type, isBoolean, false)), Number) }
    case "string":
      return coded(Array.from(given, checked<string | null>(type, isText, null)))
    case "vector":
      return flat(type, Array.from(given, checked(type, isVector, none)))
  }
}

const none = new Float64Array(0)
const isInt32 = (value: unknown): value is number => typeof value === "number" && (value | 0) === value
const isNumber = (value: unknown): value is number => typeof value === "number"
const isFinite = (value: unknown): value is number => Number.isFinite(value)
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean"
const isText = (value: unknown): value is string => typeof value === "string" && value.isWellFormed()
const isVector = (value: unknown): value is Float64Array => value instanceof Float64Array

/** The value of an entry; `absent` where it is null and may be. */
const checked = <A>(type: Type, is: (value: unknown) => value is A, absent: A) => (value: unknown, row: number): A => {
  if (is(value)) return value
  if (value === null && type.nullable) return absent
  throw wrong(type, row, said(value))
}

const coded = (texts: ReadonlyArray<string | null>): Values => {
  const codes = new Map<string, number>()
  const code = (text: string) => codes.get(text) ?? codes.set(text, codes.size).get(text)!
  const coded = Int32Array.from(texts, (text) => text === null ? -1 : code(text))
  return { kind: "string", codes: coded, dictionary: [...codes.keys()] }
}

const flat = (type: Type, vectors: ReadonlyArray<Float64Array>): Values => ({
  kind: "vector",
  offsets: offsetsOf(vectors.map((vector) => vector.length)),
  values: joined(Float64Array, type, vectors)
})

const offsetsOf = (lengths: ReadonlyArray<number>): Int32Array => {
  const offsets = new Int32Array(lengths.length + 1)
  lengths.forEach((length, index) => { offsets[index + 1] = offsets[index]! + length })
  return offsets
}

const joinedValues = (type: Type, parts: ReadonlyArray<Column>): Values => {
  const { kind } = type
  const of = <C extends Column>(is: (part: Column) => part is C): ReadonlyArray<C> => parts.filter(is)
  switch (kind) {
    case "int32":
      return { kind, values: joined(Int32Array, type, of((part) => part.kind === kind).map(({ values }) => values)) }
    case "float64":
      return { kind, values: joined(Float64Array, type, of((part) => part.kind === kind).map(({ values }) => values)) }
    case "boolean":
      return { kind, values: joined(Uint8Array, type, of((part) => part.kind === kind).map(({ values }) => values)) }
    case "string": {
      const texts = of((part) => part.kind === kind)
      const dictionary = [...new Set(texts.flatMap((part) => part.dictionary))]
      const code = new Map(dictionary.map((text, index) => [text, index]))
      const codes = texts.map((part) => {
        const translated = part.dictionary.map((text) => code.get(text)!)
        return part.codes.map((from) => from < 0 ? from : translated[from]!)
      })
      return { kind, dictionary, codes: joined(Int32Array, type, codes) }
    }
    case "vector": {
      const vectors = of((part) => part.kind === kind)
      const lengths = vectors.flatMap(({ offsets }) =>
        Array.from(offsets.subarray(1), (end, index) => end - offsets[index]!))
      const values = joined(Float64Array, type, vectors.map((part) => part.values))
      return { kind, offsets: offsetsOf(lengths), values }
    }
  }
}

type Typed = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

interface TypedArray<A> {
  new(length: number): A
  readonly BYTES_PER_ELEMENT: number
}

const joined = <A extends Typed>(Array: TypedArray<A>, type: Type, parts: ReadonlyArray<ArrayLike<number>>): A => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  checkSize(type, length * Array.BYTES_PER_ELEMENT)
  const all = new Array(length)
  parts.reduce((from, part) => (all.set(part, from), from + part.length), 0)
  return all
}

const expected = ({ finite, kind, nullable }: Type): string =>
  ({
    int32: "a whole number of 32 bits",
    float64: finite ? "a finite number" : "a number",
    boolean: "true or false",
    string: "well-formed text",
    vector: "a Float64Array"
  })[kind] + (nullable ? " or null" : "")

const said = (value: unknown): string => {
  if (value === undefined) return "nothing"
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40))
  return typeof value === "object" && value !== null ? `a ${value.constructor?.name ?? "record"}` : String(value)
}

const wrong = (type: Type, row: number | null, found: string) =>
  new WrongValue({ column: type.name, row, expected: expected(type), found })

/** A value does not belong into its column. */
export class WrongValue extends Schema.TaggedError<WrongValue>()("WrongValue", {
  column: Schema.String,
  /** Counted from 0; null where the column as a whole is wrong. */
  row: Schema.NullOr(Schema.Int),
  expected: Schema.String,
  found: Schema.String
}) {
  override get message() {
    const found = this.row === null ? this.found : `${this.found} in row ${this.row} (counted from 0)`
    return `column "${this.column}" takes ${this.expected}, and was given ${found}; give it that, or change its schema`
  }
}

/** A column holds more than 2 GiB. */
export class ColumnTooLarge extends Schema.TaggedError<ColumnTooLarge>()("ColumnTooLarge", {
  column: Schema.String,
  bytes: Schema.Int
}) {
  override get message() {
    const much = `${this.bytes} bytes, more than 2 GiB`
    return `column "${this.column}" would hold ${much}; make more cells, each with a smaller table`
  }
}
