/** What a page is made of, as data: the parameters of the stage that typesets it. */
import * as Schema from "effect/Schema"

/** How a figure or a table was made: the calls behind it. */
export const Made = Schema.Struct({
  stages: Schema.Array(Schema.Struct({ stage: Schema.String, fingerprint: Schema.String, params: Schema.String, calls: Schema.Int })),
  address: Schema.String
})

const Cells = Schema.Record(Schema.String, Schema.String)

/** Blocks of one kind are numbered from 1. */
const number = Schema.Int

export const Verdict = Schema.TaggedStruct("Verdict", {
  number,
  name: Schema.String,
  kind: Schema.Literals(["claim", "hypothesis"]),
  verdict: Schema.Literals(["holds", "fails", "supported", "refuted", "undecided"]),
  evidence: Schema.String,
  counterexamples: Schema.Array(Cells)
})

export const Prose = Schema.TaggedStruct("Prose", { markdown: Schema.String })

/** What stands under a figure or over a table: its own words, and under which conditions it holds. */
const captioned = { number, caption: Schema.String, conditions: Schema.String, made: Made }

/** The figure's SVG is the input of the same position among the page's figures. */
export const Figure = Schema.TaggedStruct("Figure", { ...captioned })

export const Table = Schema.TaggedStruct("Table", {
  ...captioned,
  /** Markdown. */
  columns: Schema.Array(Schema.String),
  rows: Schema.Array(Schema.Array(Schema.String)),
  /** Where cells of this text lead. */
  links: Schema.Record(Schema.String, Schema.String),
  /** How many rows the whole table has. */
  total: Schema.Int
})

/** A figure or a table that could not be built. */
export const Missing = Schema.TaggedStruct("Missing", {
  kind: Schema.Literals(["Figure", "Table"]),
  number,
  caption: Schema.String,
  why: Schema.String
})

export const Block = Schema.Union([Prose, Figure, Table, Missing, Verdict])
export type Block = typeof Block.Type
export type Made = typeof Made.Type
export type Figure = typeof Figure.Type
export type Table = typeof Table.Type

/** What the page says of the run that it shows: nothing that differs between two runs of the same inputs. */
export const Run = Schema.Struct({
  pipeline: Schema.String,
  preset: Schema.String,
  command: Schema.String,
  params: Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String, about: Schema.String }))
})
export type Run = typeof Run.Type
