/**
 * Where stages run: in this thread, or in others. Only tasks go in and only addresses and failures come out,
 * so that it may as well be another machine.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Limits from "./Limits.ts"
import { perform } from "./perform.ts"
import { Store } from "./Store.ts"
import type { Done, Failure, Task } from "./Task.ts"
import { type Options, threads } from "./threads.ts"

export class Executor extends Context.Service<Executor, {
  /** How many tasks it runs at once. */
  readonly width: number
  /** What computes in it: recorded, but in no key, since all backends give the same bits. */
  readonly backend: string
  /** Runs a task, and says when it starts; interrupting it stops the work. */
  readonly execute: (task: Task, starts: () => void) => Effect.Effect<Done, Failure>
}>()("dln-lab/engine/Executor") {
  /** In this thread, one task at a time. */
  static readonly layerInline: Layer.Layer<Executor, never, Store> = Layer.suspend(() => Executor.layerInlineOf(1))

  /** In this thread, where a task that waits lets others go on; one that computes without a pause is not stopped. */
  static readonly layerInlineOf = (width: number): Layer.Layer<Executor, never, Store> =>
    Layer.effect(Executor, Effect.gen(function*() {
      const store = yield* Store
      const within = yield* Limits.make(width)
      return {
        width,
        backend: "js",
        execute: (task, starts) => within(task, starts, Effect.provideService(perform(task), Store, store))
      }
    }))

  /** In threads, started when they are needed; a crash fails the one task that caused it. */
  static readonly layerThreads = (options: Options): Layer.Layer<Executor> =>
    Layer.effect(Executor, Effect.map(threads(options), (execute) => ({ width: options.workers, backend: options.backend ?? "js", execute })))
}
