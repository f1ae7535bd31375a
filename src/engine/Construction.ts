/**
 * One build under way: the steps of a plan are taken as they become ready, each by a fibre of its own.
 *
 * A step looks first whether what it would do was done before, since its inputs may have come out as they were.
 * What is found damaged or gone on the way is built again.
 */
import { hostname } from "node:os"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import { identity } from "effect/Function"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Event from "./Event.ts"
import type { Events } from "./Events.ts"
import type { Executor } from "./Executor.ts"
import { Frontier, type Outcome } from "./Frontier.ts"
import * as Key from "./Key.ts"
import type { Once } from "./Once.ts"
import * as Plan from "./Plan.ts"
import type { Snapshot, Store } from "./Store.ts"
import { Damaged, Missing, type StoreFailure } from "./StoreFailure.ts"
import { type Failure, NotReproduced } from "./Task.ts"
import type { Stored } from "./Trace.ts"

/** What comes of a step that does not fail. */
export type Made = Extract<Outcome, { readonly outputs: Plan.Outputs }>

/** What builds work with. */
export interface Tools {
  readonly store: Store["Service"]
  readonly executor: Executor["Service"]
  readonly events: Events["Service"]
  readonly once: Once<Made, Failure>
}

export interface Construction extends Tools {
  readonly plan: Plan.Plan
  readonly snapshot: Snapshot
  readonly frontier: Frontier
  readonly permits: Semaphore.Semaphore
  /** The gathered tables that are known to be in the store. */
  readonly gathered: Set<Plan.GatherStep>
  /** The addresses of what was lost and has been built again. */
  readonly mended: Set<string>
}

export const make = (plan: Plan.Plan, snapshot: Snapshot, tools: Tools): Construction => ({
  ...tools,
  plan,
  snapshot,
  frontier: new Frontier(plan),
  // For each worker a step that runs, and some that are being looked up or recorded: these wait for the disk together.
  permits: Semaphore.makeUnsafe(4 * tools.executor.width),
  gathered: new Set(),
  mended: new Set()
})

/** Takes every step that can be taken. */
export const run = Effect.fnUntraced(function*(site: Construction): Effect.fn.Return<void, StoreFailure> {
  const calls = Plan.calls(site.plan)
  const missing = Plan.builds(site.plan)
  for (const trace of site.snapshot.damaged) forget(site, trace)
  site.events.emit(Event.planned(calls.filter(({ state }) => state === "hit"), missing))
  for (const step of calls) if (step.state === "hit") tell(site, step)
  if (missing.length > 0) yield* site.store.check
  yield* Effect.scoped(takeAll(site))
  for (const { step } of site.plan.roots) if (site.frontier.outputs(step) !== undefined) yield* stored(site, step)
})

/** How many calls ended in each way. */
export const tally = ({ frontier, plan }: Construction) => {
  const count = (tag: Outcome["_tag"]) => Plan.calls(plan).filter((step) => frontier.outcome(step)?._tag === tag).length
  return { hit: count("hit"), built: count("built"), failed: count("failed"), skipped: count("skipped") }
}

/** What became of each step, by its key. */
export const outcomes = ({ frontier, plan }: Construction): ReadonlyMap<string, Outcome> =>
  new Map(plan.steps.map((step) => [step.key, frontier.outcome(step)!]))

/** Reads what a link of the plan stands for, and builds again what is lost of it. */
export const read = <A>(
  site: Construction,
  { output, step }: Plan.Link,
  load: (address: string) => Effect.Effect<A, StoreFailure>
): Effect.Effect<A, Failure> =>
  Effect.suspend(() => {
    const outcome = site.frontier.outcome(step)!
    const source = outcome._tag === "skipped" ? site.frontier.outcome(outcome.because) as Outcome & { readonly _tag: "failed" } : outcome
    return source._tag === "failed" ? Effect.fail(source.failure) : mending(site, load(source.outputs[output]!))
  })

const takeAll = Effect.fnUntraced(function*(site: Construction) {
  const fibers = yield* FiberSet.make<void, never>()
  const fork = yield* FiberSet.runtime(fibers)()
  const take = (step: Plan.CallStep): Effect.Effect<void> =>
    // Without the pause, each step of a long chain would be nested in the one before it.
    Effect.andThen(Effect.yieldNow, Effect.map(outcomeOf(site, step), (outcome) => {
      const { ready, skipped } = site.frontier.settle(step, outcome)
      for (const decided of [step, ...skipped]) tell(site, decided)
      for (const next of ready) fork(take(next))
    }))
  for (const step of site.frontier.ready) fork(take(step))
  yield* Effect.raceFirst(FiberSet.join(fibers), FiberSet.awaitEmpty(fibers))
})

const outcomeOf = (site: Construction, step: Plan.CallStep): Effect.Effect<Outcome> =>
  Effect.suspend(() => {
    const started = performance.now()
    return Effect.catch(attempt(site, step), (failure) =>
      Effect.succeed<Outcome>({ _tag: "failed", failure, seconds: (performance.now() - started) / 1000 }))
  })

/** A step whose inputs are known by content. */
interface Job {
  readonly step: Plan.CallStep
  readonly recipe: Key.Recipe & { readonly inputs: Plan.Contents }
  readonly action: string
  /** Its outputs were lost: what its trace says is of no use. */
  readonly anew: boolean
}

/** Finds what a step gives, waits for it, or builds it; what was `lost` is built in any case. */
const attempt = Effect.fnUntraced(function*(site: Construction, step: Plan.CallStep, lost?: Failure): Effect.fn.Return<Made, Failure> {
  const recipe = Plan.recipeOf(step, Plan.contentsOf(step.links, site.frontier.outputs)!)
  const action = Key.actionKey(recipe)
  const earlier = site.snapshot.trace(action)
  const whole = earlier !== undefined && Plan.lostOf(earlier, site.snapshot) === undefined
  if (whole && lost === undefined) return { _tag: "hit", action, outputs: Plan.outputsOf(earlier) }
  const job = { step, recipe, action, anew: earlier !== undefined || lost !== undefined }
  const { mine, value } = yield* site.once(lost === undefined ? action : `${action} lost`, Effect.suspend(() => {
    if (lost === undefined) return claimed(site, job, site.permits.withPermits(1))
    site.events.emit(Event.damaged(step, lost))
    // Who needs it has a permit already, and gives it back only when it is there.
    return claimed(site, job, identity)
  }))
  return mine ? { ...value, action } : { _tag: "hit", action, outputs: value.outputs }
})

/** Does a job that no other process does; while one does, its result is waited for. */
const claimed = (site: Construction, job: Job, limited: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>, told = false): Effect.Effect<Made, Failure> =>
  Effect.flatMap(limited(Effect.scoped(claim(site, job))), (made) => {
    if (made !== undefined) return Effect.succeed(made)
    if (!told) site.events.emit(Event.waiting(job.step))
    return Effect.andThen(Effect.sleep("100 millis"), claimed(site, job, limited, true))
  })

const claim = Effect.fnUntraced(function*(site: Construction, job: Job): Effect.fn.Return<Made | undefined, Failure, Scope.Scope> {
  if ((yield* site.store.lease(job.action)) === "theirs") return undefined
  const earlier = job.anew ? undefined : yield* Effect.catchTag(site.store.trace(job.action), "Damaged", (trace) => {
    forget(site, trace)
    return Effect.undefined
  })
  return earlier === undefined ? yield* build(site, job) : { _tag: "hit", outputs: Plan.outputsOf(earlier) }
})

/** Where this process runs. */
const host = hostname()

/** Runs a step and records it; once it has run, nothing keeps it from being recorded. */
const build = Effect.fnUntraced(function*(site: Construction, { action, recipe, step }: Job): Effect.fn.Return<Made, Failure> {
  for (const link of Plan.linksOf(step)) yield* stored(site, link.step)
  const task = { stage: recipe.stage, params: Key.canonical(recipe.params), inputs: recipe.inputs }
  const starts = () => site.events.emit(Event.started(step))
  const { outputs, seconds } = yield* Effect.uninterruptibleMask((interruptible) =>
    Effect.tap(interruptible(mending(site, site.executor.execute(task, starts))), (done) => site.store.record({
      ...recipe,
      action,
      recipe: step.key,
      params: step.call.params,
      ...done,
      host,
      node: process.version,
      backend: site.executor.backend,
      finished: new Date().toISOString()
    })))
  return { _tag: "built", outputs: Plan.outputsOf({ outputs }), seconds }
})

/** Reads, and builds again what turns out to be lost, each object once. */
const mending = <A>(site: Construction, reading: Effect.Effect<A, Failure>, tried: ReadonlySet<string> = new Set()): Effect.Effect<A, Failure> =>
  Effect.catch(reading, (failure) => {
    const address = lostIn(failure)
    return address === undefined || tried.has(address)
      ? Effect.fail(failure)
      : Effect.andThen(mend(site, address, failure), mending(site, reading, new Set([...tried, address])))
  })

const mend = Effect.fnUntraced(function*(site: Construction, address: string, failure: Failure): Effect.fn.Return<void, Failure> {
  const maker = site.frontier.maker(address)
  if (maker === undefined) return yield* Effect.fail(failure)
  if (site.mended.has(address)) return
  if (maker._tag === "Gather") {
    site.events.emit(Event.damaged(maker, failure))
    yield* put(site, maker)
  } else {
    const made = yield* attempt(site, maker, failure)
    const [output] = Object.entries(site.frontier.outputs(maker)!).find(([output, address]) => made.outputs[output] !== address) ?? []
    if (output !== undefined) return yield* new NotReproduced({ stage: maker.name, output })
    if (made._tag === "built") tell(site, maker, made)
  }
  site.mended.add(address)
})

/** The address of what a failure found damaged or missing. */
const lostIn = (failure: Failure): string | undefined => {
  if (failure instanceof Missing) return failure.address
  return failure instanceof Damaged ? /([0-9a-f]{64})\.\w+$/.exec(failure.file)?.[1] : undefined
}

/** A gathered table is written when something is about to read it, after those that it is gathered from. */
const stored = Effect.fnUntraced(function*(site: Construction, step: Plan.Step): Effect.fn.Return<void, StoreFailure> {
  const open = new Set(step._tag === "Gather" && !site.gathered.has(step) ? [step] : [])
  for (const { links } of open) {
    for (const part of links.parts) if (part.step._tag === "Gather" && !site.gathered.has(part.step)) open.add(part.step)
  }
  for (const gather of [...open].reverse()) {
    if (!site.snapshot.has(site.frontier.outputs(gather)![Plan.gathered]!)) yield* put(site, gather)
    site.gathered.add(gather)
  }
})

const put = (site: Construction, step: Plan.GatherStep): Effect.Effect<Stored, StoreFailure> =>
  site.store.putManifest(Plan.manifestOf(step, Plan.contentsOf(step.links, site.frontier.outputs)!["parts"] as ReadonlyArray<string>))

const forget = ({ events }: Construction, trace: Damaged) => events.emit({ _tag: "forgotten", message: trace.message })

/** Tells what became of a step. */
const tell = ({ events, frontier }: Construction, step: Plan.CallStep, outcome = frontier.outcome(step)!) => events.emit(Event.of(step, outcome))
