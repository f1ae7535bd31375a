/** A checkpoint: a moment of a run that has a name, so that the same moment of other runs can be found. */
import * as Schema from "effect/Schema"
import * as Parameter from "../Parameter.ts"

/** Where a checkpoint lies in its run; null where the run never reached it. */
export const place = {
  /** Steps of training that were done. */
  step: Schema.NullOr(Schema.Int),
  /** η·step. */
  time: Schema.NullOr(Schema.Finite),
  /** How it is matched with the checkpoints of other runs. */
  alignment: Schema.Literals(Parameter.alignments),
  /** Where it comes among the checkpoints of its alignment, from 0. */
  order: Schema.Int,
  /** What is learnt in the drop that it belongs to, such as "mode 2" or "modes 3-4"; null for the start, the end and plain times. */
  drop: Schema.NullOr(Schema.String),
  /** t − t_esc, of a checkpoint in a window around an escape. */
  offset: Schema.NullOr(Schema.Finite)
}

/** The same, with what the loss was there. */
export const moment = {
  ...place,
  /** ℓ − ℓ_min. */
  excess: Schema.NullOr(Schema.Finite)
}

/** The columns of a moment, to be copied to the tables that are made from one. */
export const momentColumns = ["step", "time", "alignment", "order", "drop", "offset", "excess"] as const

type Place = Schema.Struct<typeof place>["Type"]
type Moment = Schema.Struct<typeof moment>["Type"]

/** The place of a row, likewise. */
export const placeOf = ({ step, time, alignment, order, drop, offset }: Place): Place =>
  ({ step, time, alignment, order, drop, offset })

/** The moment of a row, likewise. */
export const momentOf = (row: Moment): Moment => ({ ...placeOf(row), excess: row.excess })

/** The rows of each checkpoint, checkpoints in the order in which they first appear. */
export const groups = <Row extends { readonly checkpoint: string }>(rows: ReadonlyArray<Row>): ReadonlyArray<ReadonlyArray<Row>> =>
  [...Map.groupBy(rows, ({ checkpoint }) => checkpoint).values()]
