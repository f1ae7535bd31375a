/** Arbitrary tables of every kind of column, with the values that are easily lost. */
import * as fc from "../fc.ts"
import type * as Column from "../../src/engine/Column.ts"
import * as Table from "../../src/engine/Table.ts"

export const kinds: ReadonlyArray<Column.Kind> = ["int32", "float64", "boolean", "string", "vector"]

const doubles = fc.oneof(fc.constantFrom(NaN, 0, -0, Infinity, -Infinity, 5e-324, -1.7976931348623157e308), fc.double())

/** Any Unicode text, such as an astral character, a zero or a leading byte order mark; never half a surrogate pair. */
export const texts = fc.oneof(fc.constantFrom("", "\ufeffmark", "\0", "λ ε 𝔼", "a"), fc.string({ unit: "binary" }))

export const entries: { readonly [K in Column.Kind]: fc.Arbitrary<Column.Entry> } = {
  int32: fc.oneof(fc.constantFrom(0, 2 ** 31 - 1, -(2 ** 31)), fc.integer()),
  float64: doubles,
  boolean: fc.boolean(),
  string: texts,
  vector: fc.array(doubles, { maxLength: 5 }).map((values) => Float64Array.from(values))
}

const type: fc.Arbitrary<Column.Type> = fc.record({
  name: fc.string({ minLength: 1, unit: "binary" }),
  kind: fc.constantFrom(...kinds),
  nullable: fc.boolean()
})

const types: fc.Arbitrary<ReadonlyArray<Column.Type>> = fc.uniqueArray(
  type,
  { selector: ({ name }) => name, minLength: 1, maxLength: 6 }
)

export const tables: fc.Arbitrary<Table.Table<any>> = types.chain((types) =>
  fc.nat({ max: 40 }).chain((length) =>
    fc.record(Object.fromEntries(types.map(({ kind, name, nullable }) => {
      const entry = nullable ? fc.option(entries[kind], { freq: 3 }) : entries[kind]
      return [name, fc.array(entry, { minLength: length, maxLength: length })]
    }))).map((columns) => Table.make<any>(types, columns))))
