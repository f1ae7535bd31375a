/**
 * What happens during a build: one closed union.
 *
 * Progress bars, logs and the run's record are views of it; nothing in the engine prints.
 */
import * as Schema from "effect/Schema"

/** The step that an event is about: its recipe key, its stage, and where in the grids of the plan it stands. */
const step = {
  key: Schema.String,
  stage: Schema.String,
  cell: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Number, Schema.Boolean]))
}

/** Times are in seconds; `expected` is what history tells of a step, `null` where it tells nothing. */
export const Event = Schema.TaggedUnion({
  /** Nothing has run yet: how many steps are there, how many are to be built, and how long those took before. */
  planned: { hits: Schema.Int, builds: Schema.Int, expected: Schema.Number },
  /** It was there already, or its inputs came out as they were before. */
  hit: step,
  started: { ...step, expected: Schema.NullOr(Schema.Number) },
  /** Another process builds the same step: its result is waited for. */
  waiting: step,
  built: { ...step, seconds: Schema.Number },
  failed: { ...step, seconds: Schema.Number, error: Schema.String, message: Schema.String },
  /** It needs what a failed step did not give. */
  skipped: { ...step, because: Schema.String },
  /** A result of this step was found damaged or is gone: the step is built again. */
  damaged: { ...step, message: Schema.String },
  /** A trace was found damaged: the step that it told of is built again. */
  forgotten: { message: Schema.String },
  finished: { hit: Schema.Int, built: Schema.Int, failed: Schema.Int, skipped: Schema.Int, seconds: Schema.Number },
  interrupted: { seconds: Schema.Number }
})

export type Event = typeof Event.Type
