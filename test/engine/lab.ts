/** Builders for the engine's tests, and what they tell, as short lines such as `built sum`. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Builder } from "../../src/engine/Builder.ts"
import type { Event } from "../../src/engine/Event.ts"
import { Events } from "../../src/engine/Events.ts"
import { Executor } from "../../src/engine/Executor.ts"
import { Fingerprints } from "../../src/engine/Fingerprint.ts"
import { label } from "../../src/engine/Plan.ts"
import { Store } from "../../src/engine/Store.ts"

/** The fingerprints of stages by name; others have their name. A test changes them as an edit of the code would. */
export type Code = { [stage: string]: string }

export const fingerprints = (code: Code): Fingerprints["Service"] => ({ of: ({ name }) => code[name] ?? name })

/** A builder in this thread, with what it needs. */
export const lab = <E = never>(options: {
  readonly code?: Code
  readonly executor?: Layer.Layer<Executor, never, Store>
  readonly store?: Layer.Layer<Store, E>
} = {}): Layer.Layer<Builder | Events | Executor | Store, E> =>
  Builder.layer.pipe(
    Layer.provide(Layer.succeed(Fingerprints, fingerprints(options.code ?? {}))),
    Layer.provideMerge(options.executor ?? Executor.layerInline),
    Layer.provideMerge(Layer.merge(Events.layer, options.store ?? Store.layerMemory))
  )

/** Runs an effect and gives every event that was told meanwhile. */
export const heard = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.gen(function*() {
    const { listen } = yield* Events
    const events: Array<Event> = []
    yield* listen((event) => events.push(event))
    yield* effect
    return events
  }))

/** Runs an effect and gives what became of steps meanwhile, in order. */
export const told = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.map(heard(effect), lines)

/** What became of steps, a line each. */
export const lines = (events: ReadonlyArray<Event>): ReadonlyArray<string> =>
  events.flatMap((event) => "key" in event && event._tag !== "started" ? [line(event)] : [])

const line = (event: Extract<Event, { readonly key: string }>) =>
  `${event._tag} ${label({ name: event.stage, cell: event.cell })}${event._tag === "skipped" ? ` because of ${event.because}` : ""}`
