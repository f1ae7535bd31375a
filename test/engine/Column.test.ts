import * as fc from "../fc.ts"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Column from "../../src/engine/Column.ts"
import { entries, kinds } from "./tables.ts"

const type = (kind: Column.Kind, nullable = false): Column.Type => ({ name: "x", kind, nullable })

describe("the type of a column", () => {
  it("is read off its field", () => {
    const types = Column.typesOf(Schema.Struct({
      step: Schema.Int,
      loss: Schema.NullOr(Schema.Finite),
      any: Schema.Number,
      half: Schema.Literals([0.5, 1]),
      mixed: Schema.Union([Schema.Int, Schema.Number]),
      name: Schema.Literals(["gd", "sgd"]),
      done: Schema.Boolean,
      weights: Column.Vector
    }))
    expect(types).toEqual([
      { name: "step", kind: "int32", nullable: false },
      { name: "loss", kind: "float64", nullable: true, finite: true },
      { name: "any", kind: "float64", nullable: false },
      { name: "half", kind: "float64", nullable: false, finite: true },
      { name: "mixed", kind: "float64", nullable: false },
      { name: "name", kind: "string", nullable: false },
      { name: "done", kind: "boolean", nullable: false },
      { name: "weights", kind: "vector", nullable: false }
    ])
  })

  it("is refused where the field mixes kinds or has none", () => {
    const of = (field: Schema.Constraint) => Column.typesOf(Schema.Struct({ x: field }))
    expect(() => of(Schema.Union([Schema.Int, Schema.String]))).toThrow(/"x" mixes int32 and string/)
    expect(() => of(Schema.Array(Schema.Int))).toThrow(/"x" is a Arrays?/)
    expect(() => Column.typesOf(Schema.String)).toThrow(/is not a Schema.Struct/)
  })
})

describe("making a column", () => {
  it.each(kinds)("of %s gives its entries back", (kind) => {
    fc.assert(fc.property(fc.array(fc.oneof(entries[kind], fc.constant(null))), (given) => {
      const column = Column.make(type(kind, true), given)
      expect(Column.lengthOf(column)).toBe(given.length)
      expect(given.map((_, index) => Column.entry(column, index))).toEqual(given)
      expect(Array.from(Column.values(column))).toEqual(given)
      expect("nulls" in column).toBe(given.includes(null))
    }))
  })

  it("keeps a typed array as it is", () => {
    const values = Float64Array.of(1, NaN, -0)
    expect(Column.values(Column.make(type("float64"), values))).toBe(values)
    const steps = Int32Array.of(1, 2)
    expect(Column.values(Column.make(type("int32"), steps))).toBe(steps)
    expect(Column.values(Column.make(type("float64"), steps))).toEqual(Float64Array.of(1, 2))
    expect(Column.values(Column.make(type("boolean"), Uint8Array.of(0, 1)))).toEqual([false, true])
  })

  it("codes text by a dictionary in order of first appearance", () => {
    const column = Column.make(type("string", true), ["sgd", null, "gd", "sgd", "adam"])
    expect(column).toMatchObject({ dictionary: ["sgd", "gd", "adam"], codes: Int32Array.of(0, -1, 1, 0, 2) })
  })

  const finite: Column.Type = { ...type("float64", true), finite: true }
  const refusals: ReadonlyArray<readonly [string, Column.Type, unknown, string]> = [
    ["a fraction among integers", type("int32"), [1, 2.5], "takes a whole number of 32 bits, and was given 2.5 in row"],
    ["an integer beyond 32 bits", type("int32"), [2 ** 31], "was given 2147483648 in row 0"],
    ["NaN among integers", type("int32"), Float64Array.of(1, NaN), "was given NaN in row 1"],
    ["null where there may be none", type("float64"), [1, null], "takes a number, and was given null in row 1"],
    ["nothing", type("float64", true), [undefined], "takes a number or null, and was given nothing in row 0"],
    ["NaN where the schema says finite", finite, Float64Array.of(1, NaN), "takes a finite number or null, and was given NaN"],
    ["infinity where the schema says finite", finite, [null, -Infinity], "was given -Infinity in row 1"],
    ["a number as text", type("string"), ["1", 1], "takes well-formed text, and was given 1 in row 1"],
    ["half a surrogate pair", type("string"), ["\ud83d"], "was given"],
    ["a two among booleans", type("boolean"), Uint8Array.of(1, 2), "takes true or false"],
    ["a list as a vector", type("vector"), [[1, 2]], "takes a Float64Array, and was given a Array in row 0"],
    ["one value for a column", type("float64"), 3, "takes a number, and was given 3;"]
  ]
  it.each(refusals)("refuses %s and says where", (_, wanted, given, message) => {
    const refusal = { _tag: "WrongValue", column: "x", message: expect.stringContaining(message) }
    expect(() => Column.make(wanted, given)).toThrow(expect.objectContaining(refusal))
  })

  it("refuses more than 2 GiB before touching a value", () => {
    const large = new Float64Array(2 ** 28 + 1)
    const refusal = { _tag: "ColumnTooLarge", bytes: 2 ** 31 + 8 }
    expect(() => Column.make(type("float64"), large)).toThrow(expect.objectContaining(refusal))
    const half = [0, 1].map((more) => Column.make(type("float64"), new Float64Array(2 ** 27 + more)))
    expect(() => Column.concat(type("float64"), half)).toThrow(expect.objectContaining(refusal))
  })
})

describe("columns one after another", () => {
  it.each(kinds)("of %s are the column of all their entries, dictionaries and nulls included", (kind) => {
    const parts = fc.array(fc.array(fc.oneof(entries[kind], fc.constant(null)), { maxLength: 5 }), { maxLength: 4 })
    fc.assert(fc.property(parts, (given) => {
      const wanted = type(kind, true)
      const columns = given.map((part) => Column.make(wanted, part))
      expect(Column.concat(wanted, columns)).toEqual(Column.make(wanted, given.flat()))
    }))
  })

  it("repeat one entry as a constant", () => {
    expect(Column.values(Column.constant(type("string"), "gd", 3))).toEqual(["gd", "gd", "gd"])
    expect(Column.lengthOf(Column.constant(type("string"), "gd", 0))).toBe(0)
  })
})

describe("reading a column as another type", () => {
  it("turns integers into reals, and what may be null into what is not where no entry is", () => {
    expect(Column.as(Column.make(type("int32"), [1, 2]), type("float64"))).toEqual(Column.make(type("float64"), [1, 2]))
    const nullable = Column.make(type("int32", true), [1, 2])
    expect(Column.as(nullable, type("int32"))).toEqual(Column.make(type("int32"), [1, 2]))
  })

  it("refuses a null and another kind", () => {
    const nullable = Column.make(type("int32", true), [1, null])
    expect(() => Column.as(nullable, type("int32"))).toThrow(/was given null in row 1/)
    expect(() => Column.as(Column.make(type("float64"), [1]), type("int32"))).toThrow(/was given a column of float64/)
  })
})
