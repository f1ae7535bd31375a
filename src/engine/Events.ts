/** Who tells what happens, and who listens. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Event } from "./Event.ts"

export class Events extends Context.Service<Events, {
  /** Tells all who listen, at once and in the order of listening. */
  readonly emit: (event: Event) => void
  /** Hears every event from now on, until the scope closes. */
  readonly listen: (hear: (event: Event) => void) => Effect.Effect<void, never, Scope.Scope>
}>()("dln-lab/engine/Events") {
  static readonly layer: Layer.Layer<Events> = Layer.sync(Events, () => {
    const listeners = new Set<{ readonly hear: (event: Event) => void }>()
    return {
      emit: (event) => listeners.forEach(({ hear }) => hear(event)),
      listen: (hear) =>
        Effect.asVoid(Effect.acquireRelease(
          Effect.sync(() => {
            const listener = { hear }
            listeners.add(listener)
            return listener
          }),
          (listener) => Effect.sync(() => listeners.delete(listener))
        ))
    }
  })
}
