/**
 * Under `dln run --watch`, an edit makes a run obsolete. It ends then, but for the calls that the next run needs as well:
 * these come to their end and are kept, and the next run waits for them.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Executor } from "../engine/Executor.ts"
import { actionKey, parse } from "../engine/Key.ts"
import type { Done, Task } from "../engine/Task.ts"

/** What the process that watches says to one that runs. */
export interface Edited {
  /** The actions that are still to be built. */
  readonly actions: ReadonlyArray<string>
  /** Whether the next run begins. Until then only a run that computes what nobody needs any more has to end. */
  readonly over: boolean
}

/** An executor that ends the run where it is told of an edit; the same executor where nobody watches. */
export const untilObsolete = (
  layer: Layer.Layer<Executor>,
  fingerprints: Readonly<Record<string, string>>
): Layer.Layer<Executor> =>
  process.channel === undefined ? layer : Layer.effect(Executor, Effect.map(Executor, (executor) => {
    const running = new Map<object, { readonly action: string; readonly stop: () => void }>()
    let over = false
    process.channel!.unref()
    process.on("message", (edited: Edited) => {
      const wanted = new Set(edited.actions)
      const obsolete = [...running.values()].filter(({ action }) => !wanted.has(action))
      over ||= edited.over || obsolete.length > 0
      if (!over) return
      for (const { stop } of obsolete) stop()
      process.send?.(obsolete.length < running.size ? "finishing" : "ended")
      endIfIdle()
    })
    // A call that has just come to its end is still to be recorded.
    const endIfIdle = () => void setTimeout(() => {
      if (over && running.size === 0) process.emit("SIGINT")
    }, 100)
    const actionOf = ({ inputs, params, stage }: Task) =>
      actionKey({ stage, fingerprint: fingerprints[stage] ?? "", params: parse(params) as Record<string, unknown>, inputs })
    return Executor.of({
      ...executor,
      execute: (task, starts) => Effect.suspend(() => {
        if (over) return Effect.never
        const call = {}
        const stopped = Deferred.makeUnsafe<void>()
        running.set(call, { action: actionOf(task), stop: () => Deferred.doneUnsafe(stopped, Effect.void) })
        const done = Effect.sync(() => {
          running.delete(call)
          if (over) endIfIdle()
        })
        return Effect.flatMap(
          Effect.ensuring(
            Effect.raceFirst(
              Effect.asSome(executor.execute(task, starts)),
              Effect.as(Deferred.await(stopped), Option.none<Done>())
            ),
            done
          ),
          (done) => Option.isSome(done) ? Effect.succeed(done.value) : Effect.never
        )
      })
    })
  })).pipe(Layer.provide(layer))
