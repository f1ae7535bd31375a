/**
 * A column: one named, typed sequence of values, any of which may be null where the column says so.
 *
 * Columns are what is stored, hashed and handed between threads; rows are a view made from them.
 * The type of a column is read off its field in an Effect `Schema.Struct`.
 */
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"

/** How the values of a column are kept: `vector` is one Float64Array an entry. */
export type Kind = "int32" | "float64" | "boolean" | "string" | "vector"

export interface Type {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
}

/** The values of a column. `nulls[i]` is 1 where entry i is null; it is absent where no entry is. */
export type Column = Type & { readonly nulls?: Uint8Array } & Values

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

/** The schema of a column of vectors, such as the weights of a layer: any number of doubles an entry. */
export const Vector: Schema.declare<Float64Array> = Schema.declare(
  (value): value is Float64Array => value instanceof Float64Array,
  { identifier: "Vector", expected: "a Float64Array" }
)

/** The types of the columns of a struct schema, in its order. */
export const typesOf = (schema: Schema.Constraint): ReadonlyArray<Type> => {
  if (!("fields" in schema)) throw new UnknownColumn("(table)", "is not a Schema.Struct")
  return Object.entries(schema.fields as Record<string, Schema.Constraint>).map(([name, field]) => typeOf(name, field.ast))
}

const typeOf = (name: string, ast: AST.AST): Type => {
  const members = flatten(ast)
  const kinds = new Set(members.filter((member) => member._tag !== "Null").map((member) => kindOf(name, member)))
  if (kinds.has("float64")) kinds.delete("int32")
  const [kind, ...others] = kinds
  if (kind === undefined || others.length > 0) throw new UnknownColumn(name, `mixes ${[...kinds].join(" and ") || "nothing"}`)
  return { name, kind, nullable: members.some((member) => member._tag === "Null") }
}

const flatten = (ast: AST.AST): ReadonlyArray<AST.AST> => ast._tag === "Union" ? ast.types.flatMap(flatten) : [ast]

const kindOf = (name: string, ast: AST.AST): Kind => {
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
      return "string"
    case "Boolean":
      return "boolean"
    case "Number":
      return ast.checks?.some((check) => check.annotations?.["representation"] !== undefined && isInt(check.annotations)) ? "int32" : "float64"
    case "Literal":
      if (typeof ast.literal === "string") return "string"
      if (typeof ast.literal === "boolean") return "boolean"
      if (typeof ast.literal === "number") return Number.isInteger(ast.literal) ? "int32" : "float64"
      break
    case "Declaration":
      if (ast === Vector.ast) return "vector"
  }
  throw new UnknownColumn(name, `is a ${ast._tag}`)
}

const isInt = (annotations: Record<string, unknown>): boolean =>
  (annotations["representation"] as { readonly id?: string } | undefined)?.id === "effect/schema/isInt"

/** A field of a table's schema has no column type. */
export class UnknownColumn extends Error {
  constructor(name: string, what: string) {
    super(`column "${name}" ${what}; use Schema.Int, Schema.Finite, Schema.Number, Schema.String, Schema.Literals, Schema.Boolean, Column.Vector, or Schema.NullOr of one of them`)
  }
}

/** The number of entries. */
export const lengthOf = (column: Column): number =>
  column.kind === "string" ? column.codes.length : column.kind === "vector" ? column.offsets.length - 1 : column.values.length

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

/** Whether a column can be read as another type: integers as reals, what is never null as what may be. */
export const fits = (column: Type, wanted: Type): boolean =>
  (column.kind === wanted.kind || (column.kind === "int32" && wanted.kind === "float64")) && (wanted.nullable || !column.nullable)
