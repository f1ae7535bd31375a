/**
 * An audit runs again what is in the cache and compares bits: a result that its stage does not give any more was
 * changed, or was never a function of its parameters and inputs alone.
 */
import * as Effect from "effect/Effect"
import * as Difference from "./Difference.ts"
import * as Event from "./Event.ts"
import type { Executor } from "./Executor.ts"
import { canonical } from "./Key.ts"
import * as Plan from "./Plan.ts"
import * as Stage from "./Stage.ts"
import type { Store } from "./Store.ts"
import type { Failure } from "./Task.ts"

export interface Audited {
  readonly step: Plan.CallStep
  readonly verdict: Verdict
}

export type Verdict =
  | { readonly _tag: "Same" }
  | { readonly _tag: "OtherTable"; readonly output: string; readonly difference: Difference.Difference | undefined }
  | {
      readonly _tag: "OtherBytes"
      readonly output: string
      readonly at: number
      readonly lengths: readonly [old: number, now: number]
    }
  /** It could not be run again, or its result could not be read. */
  | { readonly _tag: "Failed"; readonly message: string }

export interface Options {
  /** Where the results are. */
  readonly store: Store["Service"]
  /** What the executor reads and writes: `beside` the store. */
  readonly scratch: Store["Service"]
  readonly executor: Executor["Service"]
  readonly tell: (event: Event.Event) => void
}

/** Of each stage this share of the calls that are built, at least one: always the same ones, chosen by their keys. */
export const sample = (plan: Plan.Plan, share: number): ReadonlyArray<Plan.CallStep> => {
  const built = Plan.calls(plan).filter(({ state }) => state === "hit")
  const chosen = new Set(
    [...Map.groupBy(built, ({ name }) => name).values()].flatMap((calls) =>
      calls.toSorted((a, b) => a.key < b.key ? -1 : 1).slice(0, Math.ceil(share * calls.length))
    )
  )
  return built.filter((step) => chosen.has(step))
}

/** Runs calls again whose results are in the store. */
export const audit = (steps: ReadonlyArray<Plan.CallStep>, options: Options): Effect.Effect<ReadonlyArray<Audited>> =>
  Effect.andThen(
    Effect.sync(() => options.tell(Event.planned([], steps))),
    Effect.forEach(steps, (step) => Effect.map(again(step, options), (verdict) => ({ step, verdict })), {
      concurrency: options.executor.width
    })
  )

const again = (step: Plan.CallStep, options: Options): Effect.Effect<Verdict> =>
  Effect.catch(compared(step, options), (failure) =>
    Effect.sync((): Verdict => {
      const event = Event.of(step, { _tag: "failed", failure, seconds: 0 })
      options.tell(event)
      return { _tag: "Failed", message: event._tag === "failed" ? event.message : failure._tag }
    })
  )

const compared = Effect.fnUntraced(function*(
  step: Plan.CallStep,
  { executor, scratch, store, tell }: Options
): Effect.fn.Return<Verdict, Failure> {
  const { inputs, params, stage } = Plan.recipeOf(
    step,
    Plan.contentsOf(step.links, ({ outputs }) => outputs)!
  )
  const { outputs, seconds } = yield* executor.execute({ stage, params: canonical(params), inputs }, () =>
    tell(Event.started(step))
  )
  tell(Event.of(step, { _tag: "built", outputs: Plan.outputsOf({ outputs }), seconds }))
  for (const [output, address] of Object.entries(step.outputs!)) {
    const now = outputs[output]!.address
    // Also where the addresses agree: what is kept under it is verified when it is read.
    if (Stage.isBytes(step.call.stage.outputs[output]!)) {
      const [old, made] = [yield* store.bytes(address), now === address ? undefined : yield* scratch.bytes(now)]
      if (made !== undefined) {
        return { _tag: "OtherBytes", output, at: firstByte(old, made), lengths: [old.length, made.length] }
      }
    } else {
      const [old, made] = [yield* store.table(address), now === address ? undefined : yield* scratch.table(now)]
      if (made !== undefined) return { _tag: "OtherTable", output, difference: Difference.between(old, made) }
    }
  }
  return { _tag: "Same" }
})

/** Counted from 1. */
const firstByte = (old: Uint8Array, now: Uint8Array): number => {
  const index = old.findIndex((byte, index) => byte !== now[index])
  return (index < 0 ? old.length : index) + 1
}
