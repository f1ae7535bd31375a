/** A column as it is kept, and how its entries are read. */
import type { Type } from "./ColumnType.ts"

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
export const entry = (column: Column, index: number): Entry => reader(column)(index)

/** All entries: the typed array itself for numbers none of which is null. */
export const values = (column: Column): Int32Array | Float64Array | ReadonlyArray<Entry> => {
  if ((column.kind === "int32" || column.kind === "float64") && column.nulls === undefined) return column.values
  const read = reader(column)
  const all = new Array<Entry>(lengthOf(column))
  for (let index = 0; index < all.length; index++) all[index] = read(index)
  return all
}

/** What reads any entry of a column, which is asked once what it is. */
const reader = (column: Column): (index: number) => Entry => {
  const read = readerOfKind(column)
  const { nulls } = column
  return nulls === undefined ? read : (index) => nulls[index] === 1 ? null : read(index)
}

const readerOfKind = (column: Column): (index: number) => Entry => {
  switch (column.kind) {
    case "int32":
    case "float64": {
      const { values } = column
      return (index) => values[index]!
    }
    case "boolean": {
      const { values } = column
      return (index) => values[index] === 1
    }
    case "string": {
      const { codes, dictionary } = column
      return (index) => dictionary[codes[index]!]!
    }
    case "vector": {
      const { offsets, values } = column
      return (index) => values.subarray(offsets[index]!, offsets[index + 1]!)
    }
  }
}

/** The type of a column without its values. */
export const plain = <T extends Type>({ kind, name, nullable }: T) => ({ name, kind, nullable })
