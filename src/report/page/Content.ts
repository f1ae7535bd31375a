/** What a page is made of, as data: the parameters of the stage that typesets it. */
import * as Schema from "effect/Schema"

/** How a figure or a table was made: the calls behind it and the command that makes it again. */
export const Made = Schema.Struct({
  stages: Schema.Array(Schema.Struct({ stage: Schema.String, fingerprint: Schema.String, params: Schema.String, calls: Schema.Int })),
  address: Schema.String
})

const Cells = Schema.Record(Schema.String, Schema.String)

export const Verdict = Schema.Struct({
  _tag: Schema.Literal("Verdict"),
  name: Schema.String,
  kind: Schema.Literals(["claim", "hypothesis"]),
  verdict: Schema.Literals(["holds", "fails", "supported", "refuted", "undecided"]),
  evidence: Schema.String,
  counterexamples: Schema.Array(Cells)
})

export const Prose = Schema.Struct({ _tag: Schema.Literal("Prose"), markdown: Schema.String })

/** The figure's SVG is the input of the same position among the page's figures. */
export const Figure = Schema.Struct({ _tag: Schema.Literal("Figure"), caption: Schema.String, made: Made })

export const Table = Schema.Struct({
  _tag: Schema.Literal("Table"),
  caption: Schema.String,
  columns: Schema.Array(Schema.String),
  rows: Schema.Array(Schema.Array(Schema.String)),
  /** How many rows the whole table has. */
  total: Schema.Int,
  made: Made
})

export const Block = Schema.Union([Prose, Figure, Table, Verdict])
export type Block = typeof Block.Type
export type Made = typeof Made.Type

/** What the page says of the run that it shows: nothing that differs between two runs of the same inputs. */
export const Run = Schema.Struct({
  pipeline: Schema.String,
  preset: Schema.String,
  command: Schema.String,
  params: Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String, about: Schema.String }))
})
export type Run = typeof Run.Type
