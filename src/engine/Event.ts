/**
 * What happens during a build: one closed union.
 *
 * Progress bars, logs and the run's record are views of it; nothing in the engine prints.
 */
import * as Schema from "effect/Schema"
import type { Outcome } from "./Frontier.ts"
import { type CallStep, label, type Step } from "./Plan.ts"
import type { Failure } from "./Task.ts"

/** The step that an event is about: its recipe key, its stage, and where in the grids of the plan it stands. */
const about = {
  key: Schema.String,
  stage: Schema.String,
  cell: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))
}

/** The key of the trace that tells what came of the step. */
const traced = { action: Schema.String }

/** How many steps are there, how many are to be built, and how long those took before. */
const amount = { hits: Schema.Int, builds: Schema.Int, expected: Schema.Finite }

/** Times are in seconds; `expected` is what history tells of a step, `null` where it tells nothing. */
export const Event = Schema.TaggedUnion({
  /** Nothing has run yet. */
  planned: { ...amount, stages: Schema.Record(Schema.String, Schema.Struct(amount)) },
  /** It was there already, or its inputs came out as they were before. */
  hit: { ...about, ...traced },
  started: { ...about, expected: Schema.NullOr(Schema.Finite) },
  /** Another process builds the same step: its result is waited for. */
  waiting: about,
  built: { ...about, ...traced, seconds: Schema.Finite },
  failed: { ...about, seconds: Schema.Finite, error: Schema.String, message: Schema.String },
  /** It needs what a failed step did not give. */
  skipped: { ...about, because: Schema.String },
  /** A result of this step was found damaged or is gone: the step is built again. */
  damaged: { ...about, message: Schema.String },
  /** A trace was found damaged: the step that it told of is built again. */
  forgotten: { message: Schema.String },
  finished: { hit: Schema.Int, built: Schema.Int, failed: Schema.Int, skipped: Schema.Int, seconds: Schema.Finite },
  interrupted: { seconds: Schema.Finite }
})

export type Event = typeof Event.Type

/** What is there and what is to be built, in all and of each stage. */
export const planned = (hits: ReadonlyArray<CallStep>, builds: ReadonlyArray<CallStep>): Event => {
  const amountOf = (stage?: string) => {
    const of = (steps: ReadonlyArray<CallStep>) => stage === undefined ? steps : steps.filter(({ name }) => name === stage)
    return { hits: of(hits).length, builds: of(builds).length, expected: of(builds).reduce((sum, step) => sum + (step.expected ?? 0), 0) }
  }
  const stages = [...new Set([...hits, ...builds].map(({ name }) => name))]
  return { _tag: "planned", ...amountOf(), stages: Object.fromEntries(stages.map((stage) => [stage, amountOf(stage)])) }
}

/** What became of a step. */
export const of = (step: CallStep, outcome: Outcome): Event => {
  switch (outcome._tag) {
    case "hit":
      return { _tag: "hit", ...subject(step), action: outcome.action ?? step.action! }
    case "built":
      return { _tag: "built", ...subject(step), action: outcome.action ?? step.action!, seconds: outcome.seconds }
    case "failed":
      return { _tag: "failed", ...subject(step), seconds: outcome.seconds, error: outcome.failure._tag, message: messageOf(outcome.failure) }
    case "skipped":
      return { _tag: "skipped", ...subject(step), because: label(outcome.because) }
  }
}

export const started = (step: CallStep): Event => ({ _tag: "started", ...subject(step), expected: step.expected ?? null })

export const waiting = (step: CallStep): Event => ({ _tag: "waiting", ...subject(step) })

/** What a step gave was found damaged or missing. */
export const damaged = (step: Step, failure: Failure): Event => ({ _tag: "damaged", ...subject(step), message: messageOf(failure) })

const subject = ({ cell, key, name }: Step) => ({ key, stage: name, cell })

const messageOf = (failure: Failure): string => failure instanceof Error ? failure.message : failure._tag
