/** What a schema finds wrong with the fields of a record: a sentence for each, with its value and what is allowed. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

type Given = Readonly<Record<string, unknown>>

export const wrongFields = (schema: Schema.Struct<Schema.Struct.Fields>, given: Given, issue: SchemaIssue.Issue): ReadonlyArray<string> =>
  issuesIn(issue).map(({ message, path = [] }) => {
    const keys = path.map((key) => typeof key === "object" ? key.key : key)
    const value = keys.reduce<any>((at, key) => at?.[key], given)
    if (value !== undefined) return `${placeOf(keys)} = ${typeof value === "number" ? value : JSON.stringify(value)}: ${lowered(message)}`
    const field = keys.length === 1 ? schema.fields[String(keys[0])] : undefined
    return `${placeOf(keys)} is missing${field === undefined ? "" : `: ${expectedBy(field)}`}`
  })

const issuesIn = (issue: SchemaIssue.Issue) => SchemaIssue.makeFormatterStandardSchemaV1()(issue).issues

/** `steps.ntk`, `widths[2]`: lists are counted from 1. */
const placeOf = (keys: ReadonlyArray<PropertyKey>): string =>
  keys.map((key, depth) => typeof key === "number" ? `[${key + 1}]` : depth === 0 ? String(key) : `.${String(key)}`).join("")

/** What a schema says to nothing at all. */
const expectedBy = (field: Schema.Constraint): string => {
  const refused = Schema.decodeResult(Schema.toType(field as Schema.Top))(undefined)
  return Result.isFailure(refused) ? lowered(issuesIn(refused.failure.issue)[0]!.message) : ""
}

const lowered = (message: string): string => `${message.charAt(0).toLowerCase()}${message.slice(1)}`
