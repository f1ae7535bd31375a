/**
 * Keys and addresses: the only file that hashes what a result is made from, or what it holds.
 *
 * Every preimage starts with the kind of thing that is hashed, and each field that follows with its length, so that
 * no two different things share one. A field is in a key because a change of it may change the result.
 * All digests are SHA-256, in hexadecimal. The literal digests in the tests say when a key changes.
 */
import { createHash, type Hash, hash } from "node:crypto"
import * as Schema from "effect/Schema"
import type { Column, Type } from "./Column.ts"
import { bytesOf, canonical as canonicalDoubles } from "./doubles.ts"
import type { Manifest } from "./Manifest.ts"
import type { Cell } from "./Node.ts"
import type { Table } from "./Table.ts"

export type { Manifest }

/** A stage's call, its inputs named by their recipe keys or by their content addresses. */
export interface Recipe {
  readonly stage: string
  /** The stage's code. */
  readonly fingerprint: string
  readonly params: unknown
  readonly inputs: { readonly [name: string]: string | ReadonlyArray<string> }
}

/** The identity of a call, known before anything runs: its inputs are the recipe keys of nodes. */
export const recipeKey = (recipe: Recipe): string => ofRecipe("recipe", recipe)

/** What was really done: the inputs are content addresses, so that an input that comes out the same changes nothing. */
export const actionKey = (recipe: Recipe): string => ofRecipe("action", recipe)

/** The identity of one output of a call. */
export const nodeKey = (recipeKey: string, output: string): string => digest("node", recipeKey, output)

/** The identity of a gathered table. The axes are hashed in their order, which is that of its leading columns. */
export const gatherKey = (cells: ReadonlyArray<Cell>, partKeys: ReadonlyArray<string>): string =>
  digest("gather", canonical(cellsOf(cells)), canonical(partKeys))

/** The address of a gathered table: known from the addresses of its parts alone. */
export const manifestAddress = ({ cells, columns, parts }: Manifest): string =>
  digest("manifest", canonical(columns.map(typeOf)), canonical(cellsOf(cells)), canonical(parts))

/** The address of a file's bytes. */
export const bytesAddress = (bytes: Uint8Array): string => field(tagged("bytes"), bytes).digest("hex")

/** The address of a table: of its types and values, however a file spells them. */
export const tableAddress = (table: Table<unknown>): string => {
  const all = tagged("table")
  field(all, canonical(table.columns.map(typeOf)))
  field(all, String(table.length))
  for (const column of table.columns) {
    field(all, column.nulls === undefined ? "" : bytesOf(column.nulls))
    for (const part of partsOf(column)) field(all, part)
  }
  return all.digest("hex")
}

const partsOf = (column: Column): ReadonlyArray<string | Uint8Array> => {
  switch (column.kind) {
    case "int32":
    case "boolean":
      return [bytesOf(column.values)]
    case "float64":
      return [bytesOf(canonicalDoubles(column.values))]
    case "string":
      return [bytesOf(column.codes), canonical(column.dictionary)]
    case "vector":
      return [bytesOf(column.offsets), bytesOf(canonicalDoubles(column.values))]
  }
}

/** Whether the values are finite is asked when a table is made; it is no part of what a table is. */
const typeOf = ({ kind, name, nullable }: Type) => ({ name, kind, nullable })

const cellsOf = (cells: ReadonlyArray<Cell>) => {
  const axes = Object.keys(cells[0] ?? {})
  return { axes, values: cells.map((cell) => axes.map((axis) => cell[axis])) }
}

const ofRecipe = (kind: string, { fingerprint, inputs, params, stage }: Recipe) =>
  digest(kind, stage, fingerprint, canonical(params), canonical(inputs))

const digest = (kind: string, ...fields: ReadonlyArray<string>): string => {
  let preimage = tag(kind)
  for (const text of fields) preimage += length(text) + text
  return hash("sha256", preimage)
}

const tag = (kind: string) => `dln-lab ${kind}\n`
const length = (field: string | Uint8Array) => `${Buffer.byteLength(field)}:`
const tagged = (kind: string): Hash => createHash("sha256").update(tag(kind))
const field = (to: Hash, field: string | Uint8Array): Hash => to.update(length(field)).update(field)

/**
 * The one spelling of a value, as JSON: fields sorted, those that are undefined left out, numbers exact.
 * What JSON has no number for is `{"$number":"NaN"}`; a record that happens to look like this gets another `$`.
 */
export const canonical = (value: unknown): string => {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value)
    case "number":
      return Number.isFinite(value) ? Object.is(value, -0) ? "-0" : String(value) : `{"$number":"${value}"}`
    case "object": {
      if (value === null) return "null"
      if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
      const prototype = Object.getPrototypeOf(value)
      if (prototype !== Object.prototype && prototype !== null) break
      return record(value as Readonly<Record<string, unknown>>)
    }
  }
  const found = typeof value === "object" ? `a ${value?.constructor?.name ?? "record"}` : typeof value
  throw new Uncanonical({ found })
}

/** Large graphs have one for each parameter and input: so a loop. */
const record = (value: Readonly<Record<string, unknown>>): string => {
  const names = Object.keys(value).filter((name) => value[name] !== undefined).sort()
  const escape = names.length === 1 && looksLikeNumber.test(names[0]!) ? "$" : ""
  let fields = ""
  for (const name of names) fields += `${fields === "" ? "" : ","}${JSON.stringify(escape + name)}:${canonical(value[name])}`
  return `{${fields}}`
}

const looksLikeNumber = /^\$+number$/

/** The value that `canonical` has spelt. */
export const parse = (text: string): unknown =>
  text.includes("$number") ? JSON.parse(text, unescaped) : JSON.parse(text)

const unescaped = (_: string, value: any): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  const [name, ...others] = Object.keys(value)
  if (name === undefined || others.length > 0 || !looksLikeNumber.test(name)) return value
  return name === "$number" ? Number(value[name]) : { [name.slice(1)]: value[name] }
}

/** A value has no spelling that tells it from every other. */
export class Uncanonical extends Schema.TaggedError<Uncanonical>()("Uncanonical", { found: Schema.String }) {
  override get message() {
    return `${this.found} cannot be part of a key; use numbers, text, booleans, null, lists and plain records of them`
  }
}
