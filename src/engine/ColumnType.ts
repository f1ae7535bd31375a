/**
 * The type of a column: its name, how its values are kept, and whether one may be null.
 * It is read off its field in an Effect `Schema.Struct`.
 */
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"

/** How the values of a column are kept: `vector` is one Float64Array an entry. */
export type Kind = "int32" | "float64" | "boolean" | "string" | "vector"

export interface Type {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  /** True where the schema refuses NaN and the infinities: asked of the values that a stage makes, and never stored. */
  readonly finite?: true
}

/** The schema of a column of vectors, such as the weights of a layer: any number of doubles an entry. */
export const Vector: Schema.declare<Float64Array> = Schema.declare(
  (value): value is Float64Array => value instanceof Float64Array,
  { identifier: "Vector", expected: "a Float64Array" }
)

/** The types of the columns of a struct schema, in its order. */
export const typesOf = (schema: Schema.Constraint): ReadonlyArray<Type> => {
  if (!("fields" in schema)) throw new UnknownColumn("(table)", "is not a Schema.Struct")
  const fields = schema.fields as Record<string, Schema.Constraint>
  return Object.entries(fields).map(([name, field]) => typeOf(name, field.ast))
}

/** Whether a column can be read as another type: integers as reals, what is never null as what may be. */
export const fits = (column: Type, wanted: Type): boolean =>
  (column.kind === wanted.kind || (column.kind === "int32" && wanted.kind === "float64"))
  && (wanted.nullable || !column.nullable)

const typeOf = (name: string, ast: AST.AST): Type => {
  const members = flatten(ast)
  const present = members.filter((member) => member._tag !== "Null")
  const kinds = new Set(present.map((member) => kindOf(name, member)))
  if (kinds.has("float64")) kinds.delete("int32")
  const [kind, ...others] = kinds
  if (kind === undefined || others.length > 0) {
    throw new UnknownColumn(name, `mixes ${[...kinds].join(" and ") || "nothing"}`)
  }
  const finite = kind === "float64"
    && present.every((member) => member._tag === "Literal" || has(member, "isFinite") || has(member, "isInt"))
  return { name, kind, nullable: members.some((member) => member._tag === "Null"), ...(finite && { finite }) }
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
      return has(ast, "isInt") ? "int32" : "float64"
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

const has = (ast: AST.AST, check: "isInt" | "isFinite"): boolean =>
  ast.checks?.some(({ annotations }) => {
    const representation = annotations?.["representation"] as { readonly id?: string } | undefined
    return representation?.id === `effect/schema/${check}`
  }) ?? false

/** A field of a table's schema has no column type. */
export class UnknownColumn extends Error {
  constructor(name: string, what: string) {
    super(
      `column "${name}" ${what}; use Schema.Int, Schema.Finite, Schema.Number, Schema.String, Schema.Literals, `
        + "Schema.Boolean, Column.Vector, or Schema.NullOr of one of them"
    )
  }
}
