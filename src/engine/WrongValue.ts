/** What may be wrong with the values of a column. */
import * as Schema from "effect/Schema"
import type { Type } from "./ColumnType.ts"

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

export const wrong = (type: Type, row: number | null, found: string) =>
  new WrongValue({ column: type.name, row, expected: expected(type), found })

/** What a column may hold at most: 2 GiB, the largest that a file of columns is read back from in one piece. */
export const largest = 2 ** 31

export const checkSize = (type: Type, bytes: number) => {
  if (bytes > largest) throw new ColumnTooLarge({ column: type.name, bytes })
}

/** A value in the words of a message. */
export const said = (value: unknown): string => {
  if (value === undefined) return "nothing"
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40))
  return typeof value === "object" && value !== null ? `a ${value.constructor?.name ?? "record"}` : String(value)
}

const expected = ({ finite, kind, nullable }: Type): string =>
  ({
    int32: "a whole number of 32 bits",
    float64: finite ? "a finite number" : "a number",
    boolean: "true or false",
    string: "well-formed text",
    vector: "a Float64Array"
  })[kind] + (nullable ? " or null" : "")
