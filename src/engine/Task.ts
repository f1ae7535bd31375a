/**
 * A task is a step that can be run anywhere: names, parameters and addresses go in; addresses or a failure come out.
 */
import * as Schema from "effect/Schema"
import type { Contents } from "./Plan.ts"
import type { Definition } from "./Stage.ts"
import { StoreFailure } from "./StoreFailure.ts"
import type { Stored } from "./Trace.ts"

export interface Task {
  readonly stage: string
  /** As `Key.canonical` spells them. */
  readonly params: string
  readonly inputs: Contents
}

export interface Done {
  readonly outputs: { readonly [output: string]: Stored }
  /** What it took, reading and writing included. */
  readonly seconds: number
}

/** How a step fails: as its stage declares, or as nobody foresaw. */
export type Failure = Declared | typeof Unforeseen.Type

/** An instance of one of the stage's error classes. */
export interface Declared {
  readonly _tag: string
}

/** Whether a stage declares a failure. */
export const declares = ({ errors }: Pick<Definition, "errors">, failure: unknown): failure is Declared =>
  errors.some((error) => Schema.is(error)(failure))

/** How the failures of a stage's tasks cross threads. */
export const failureOf = ({ errors }: Pick<Definition, "errors">): Schema.Codec<Failure, unknown> =>
  Schema.Union([Unforeseen, ...errors]) as any

/** The stage threw something, or failed with what it does not declare. */
export class StageDefect extends Schema.TaggedError<StageDefect>()("StageDefect", {
  stage: Schema.String,
  problem: Schema.String,
  /** Where, for who looks for it: no part of the message. */
  trace: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return `stage "${this.stage}" ${this.problem}; correct the stage, or declare the failure among its errors`
  }
}

/** What the stage returned is not what it declares. */
export class WrongOutput extends Schema.TaggedError<WrongOutput>()("WrongOutput", {
  stage: Schema.String,
  output: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `stage "${this.stage}" returned a wrong ${nameOf(this.output)}: ${this.problem}`
  }
}

/** The thread that ran the stage ended before the stage did. */
export class WorkerCrash extends Schema.TaggedError<WorkerCrash>()("WorkerCrash", {
  stage: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `the thread that ran stage "${this.stage}" ended: ${this.problem}; nothing that was finished is lost: correct the stage, or give it more memory`
  }
}

/** The stage took longer than it says it may. */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", { stage: Schema.String, seconds: Schema.Finite }) {
  override get message() {
    return `stage "${this.stage}" was stopped after ${this.seconds} s; raise its timeout, or make its calls smaller`
  }
}

/** A step that was lost has been built again, and did not give what it gave before. */
export class NotReproduced extends Schema.TaggedError<NotReproduced>()("NotReproduced", { stage: Schema.String, output: Schema.String }) {
  override get message() {
    return `stage "${this.stage}" was built again, and its ${nameOf(this.output)} is not what was lost; let it depend on its parameters and inputs alone, and run again to build what is made from it`
  }
}

/** A stage with one output has no name for it. */
const nameOf = (output: string) => output === "output" ? "output" : `output "${output}"`

/** What no stage declares. */
export const Unforeseen = Schema.Union([StageDefect, WrongOutput, WorkerCrash, TimedOut, NotReproduced, StoreFailure])
