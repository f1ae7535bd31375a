/** OpenTelemetry's view of a build: a span for each call that is run, below that of the command. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import type { Event } from "../engine/Event.ts"
import { Events } from "../engine/Events.ts"

/** Whether someone collects spans. */
export const isTraced: boolean = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].some(
  (name) => process.env[name] !== undefined
)

/** Traces the calls that are run until the scope ends. */
export const spans: Effect.Effect<void, never, Events | Scope.Scope> = Effect.gen(function*() {
  const parent = yield* Effect.option(Effect.currentSpan)
  if (!isTraced || Option.isNone(parent)) return
  const tracer = yield* Effect.tracer
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeNanosUnsafe()
  const open = new Map<string, Tracer.Span>()
  const start = ({ cell, key, stage }: Extract<Event, { readonly _tag: "started" }>) => {
    const span = tracer.span({
      name: stage,
      parent,
      annotations: Context.empty(),
      links: [],
      startTime: now(),
      kind: "internal",
      root: false,
      sampled: parent.value.sampled
    })
    span.attribute("dln.key", key)
    for (const [axis, value] of Object.entries(cell)) span.attribute(`dln.cell.${axis}`, value)
    open.set(key, span)
  }
  const end = (key: string, exit: Exit.Exit<unknown, unknown>) => {
    open.get(key)?.end(now(), exit)
    open.delete(key)
  }
  yield* Events.use(({ listen }) =>
    listen((event) => {
      switch (event._tag) {
        case "started":
          return start(event)
        case "built":
          return end(event.key, Exit.void)
        case "failed":
          return end(event.key, Exit.die(new Error(event.message)))
        case "planned":
          return parent.value.event("planned", now(), { hits: event.hits, builds: event.builds })
        case "skipped":
          return parent.value.event("skipped", now(), { key: event.key, stage: event.stage, because: event.because })
      }
    })
  )
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const key of open.keys()) end(key, Exit.interrupt())
    })
  )
})
