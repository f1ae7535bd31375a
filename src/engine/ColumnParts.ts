/** Columns from columns: some rows of one, several after one another, the same read as another type. */
import type { Type } from "./ColumnType.ts"
import { type Column, lengthOf, plain, type Values } from "./ColumnValues.ts"
import { checkSize, wrong } from "./WrongValue.ts"

/** The same column read as another type that it fits; one that may be null fits one that may not, where no entry is. */
export const as = (column: Column, type: Type): Column => {
  const { name, nullable } = type
  if (column.nulls !== undefined && !nullable) throw wrong(type, column.nulls.indexOf(1), "null")
  if (column.kind === type.kind) return { ...column, name, nullable }
  if (column.kind !== "int32" || type.kind !== "float64") throw wrong(type, null, `a column of ${column.kind}`)
  return { ...column, name, nullable, kind: "float64", values: Float64Array.from(column.values) }
}

/** The entries in these rows, counted from 0, in this order; a row may come more than once. */
export const take = (column: Column, rows: Int32Array): Column => {
  const nulls = column.nulls && picked(Uint8Array, column, column.nulls, rows)
  return { ...plain(column), ...(nulls?.includes(1) && { nulls }), ...takenValues(column, rows) }
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

/** The values of vectors one after another. */
export const flat = (type: Type, vectors: ReadonlyArray<Float64Array>): Values => ({
  kind: "vector",
  offsets: offsetsOf(vectors.map((vector) => vector.length)),
  values: joined(Float64Array, type, vectors)
})

const takenValues = (column: Column, rows: Int32Array): Values => {
  const { kind } = column
  switch (kind) {
    case "int32":
      return { kind, values: picked(Int32Array, column, column.values, rows) }
    case "float64":
      return { kind, values: picked(Float64Array, column, column.values, rows) }
    case "boolean":
      return { kind, values: picked(Uint8Array, column, column.values, rows) }
    case "string":
      return recoded(picked(Int32Array, column, column.codes, rows), column.dictionary)
    case "vector": {
      const { offsets, values } = column
      return flat(column, Array.from(rows, (row) => values.subarray(offsets[row]!, offsets[row + 1]!)))
    }
  }
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
      const codes = joined(Int32Array, type, texts.map((part) => part.codes))
      texts.reduce((start, part) => {
        const translated = part.dictionary.map((text) => code.get(text)!)
        const end = start + part.codes.length
        for (let at = start; at < end; at++) if (codes[at]! >= 0) codes[at] = translated[codes[at]!]!
        return end
      }, 0)
      return { kind, dictionary, codes }
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

/** The same texts by a dictionary of those that occur, in order of first appearance. Overwrites the codes. */
const recoded = (codes: Int32Array, dictionary: ReadonlyArray<string>): Values => {
  const now = new Int32Array(dictionary.length).fill(-1)
  const found: Array<string> = []
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!
    if (code < 0) continue
    if (now[code] === -1) now[code] = found.push(dictionary[code]!) - 1
    codes[index] = now[code]!
  }
  return { kind: "string", codes, dictionary: found }
}

const offsetsOf = (lengths: ReadonlyArray<number>): Int32Array => {
  const offsets = new Int32Array(lengths.length + 1)
  lengths.forEach((length, index) => { offsets[index + 1] = offsets[index]! + length })
  return offsets
}

type Typed = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

interface TypedArray<A> {
  new(length: number): A
  readonly BYTES_PER_ELEMENT: number
}

const picked = <A extends Typed>(Array: TypedArray<A>, type: Type, values: ArrayLike<number>, rows: Int32Array): A => {
  checkSize(type, rows.length * Array.BYTES_PER_ELEMENT)
  const all = new Array(rows.length)
  for (let index = 0; index < rows.length; index++) all[index] = values[rows[index]!]!
  return all
}

const joined = <A extends Typed>(Array: TypedArray<A>, type: Type, parts: ReadonlyArray<ArrayLike<number>>): A => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  checkSize(type, length * Array.BYTES_PER_ELEMENT)
  const all = new Array(length)
  parts.reduce((from, part) => (all.set(part, from), from + part.length), 0)
  return all
}
