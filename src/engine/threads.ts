/**
 * A pool of threads that run tasks.
 *
 * A thread that crashes or whose task is interrupted is stopped for good and another is started in its place:
 * there is no other way to stop what computes, and nothing that it leaves behind can reach a later task.
 */
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Limits from "./Limits.ts"
import * as Stage from "./Stage.ts"
import { type Done, type Failure, failureOf, type Task, WorkerCrash } from "./Task.ts"
import type { Reply, Setting } from "./worker.ts"

export interface Options {
  readonly workers: number
  /** The module that a thread runs: `worker.ts`, or a program's bundle that holds it and the stages. */
  readonly program: URL
  /** The modules of stages that are not part of the program. */
  readonly modules?: ReadonlyArray<string>
  /** The folder of the store. */
  readonly store: string
  /** Where results go that the store does not have, where nothing may be written to it. */
  readonly scratch?: string
  /** What is otherwise in the environment of the threads. */
  readonly env?: { readonly [name: string]: string }
  /** What a thread's heap may hold, in MiB; arrays of numbers are not counted. */
  readonly memory?: number
  readonly backend?: string
}

export const threads = (options: Options): Effect.Effect<(task: Task, starts: () => void) => Effect.Effect<Done, Failure>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const idle: Array<Worker> = []
    const alive = new Set<Worker>()
    const within = yield* Limits.make(options.workers)
    yield* Effect.addFinalizer(() => Effect.promise(() => Promise.all([...alive].map((thread) => thread.terminate()))))

    const start = () => {
      const thread = new Worker(options.program, {
        workerData: { store: options.store, scratch: options.scratch, modules: options.modules ?? [] } satisfies Setting,
        env: { ...process.env, ...options.env },
        ...(options.memory !== undefined && { resourceLimits: { maxOldGenerationSizeMb: options.memory } })
      })
      alive.add(thread)
      // Without a listener, what an idle thread still throws would end this process.
      thread.on("error", () => {})
      thread.once("exit", () => {
        alive.delete(thread)
        if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1)
      })
      return thread
    }

    const run = (task: Task) =>
      Effect.callback<Done, Failure>((resume) => {
        const thread = idle.pop() ?? start()
        const end = (result: Effect.Effect<Done, Failure>) => {
          thread.off("message", onReply).off("error", onError).off("exit", onExit)
          resume(result)
        }
        const onReply = (reply: Reply) => {
          idle.push(thread)
          end(read(task, reply))
        }
        const onError = (error: unknown) => end(Effect.fail(crash(task, said(error))))
        const onExit = (code: number) => end(Effect.fail(crash(task, `it exited with code ${code}`)))
        thread.on("message", onReply).on("error", onError).on("exit", onExit)
        thread.postMessage(task)
        return Effect.promise(() => thread.terminate())
      })

    return (task, starts) => within(task, starts, run(task))
  })

const read = (task: Task, reply: Reply): Effect.Effect<Done, Failure> => {
  if (reply._tag === "Done") return Effect.succeed(reply.done)
  const stage = Stage.made.get(task.stage) ?? { errors: [] }
  return Effect.flatMap(Effect.orDie(Schema.decodeUnknownEffect(failureOf(stage))(reply.failure)), Effect.fail)
}

const crash = (task: Task, problem: string) => new WorkerCrash({ stage: task.stage, problem })

const said = (error: unknown) => error instanceof Error ? error.message : String(error)
