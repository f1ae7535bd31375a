/**
 * What a thread of `Executor.layerThreads` runs: one task after another, as they come.
 *
 * It is a program, not a library: a bundle that imports it and the stages is one as well.
 */
import { parentPort, workerData } from "node:worker_threads"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { perform } from "./perform.ts"
import { layerScratch } from "./scratch.ts"
import * as Stage from "./Stage.ts"
import { Store } from "./Store.ts"
import { type Done, type Failure, failureOf, type Task } from "./Task.ts"

/** What a thread is told when it starts. */
export interface Setting {
  readonly store: string
  /** Where results go instead of the store, if not there. */
  readonly scratch: string | undefined
  readonly modules: ReadonlyArray<string>
}

/** What it answers to a task. */
export type Reply =
  | { readonly _tag: "Done"; readonly done: Done }
  /** As the schema of the stage's failures encodes it. */
  | { readonly _tag: "Failed"; readonly failure: unknown }

/** Bytes of tables that a thread remembers. */
const remembered = 2 ** 26

const { modules, scratch, store }: Setting = workerData
const runtime = ManagedRuntime.make(scratch === undefined ? Store.layerDisk(store, remembered) : layerScratch(store, scratch))
const loaded = Promise.all(modules.map((module) => import(module)))

const reply = (task: Task): Effect.Effect<Reply, never, Store> =>
  perform(task).pipe(
    Effect.map((done): Reply => ({ _tag: "Done", done })),
    Effect.catch((failure) => encoded(task, failure))
  )

const encoded = (task: Task, failure: Failure): Effect.Effect<Reply> =>
  Effect.map(
    Effect.orDie(Schema.encodeEffect(failureOf(Stage.made.get(task.stage) ?? { errors: [] }))(failure)),
    (failure) => ({ _tag: "Failed", failure })
  )

parentPort!.on("message", async (task: Task) => {
  await loaded
  parentPort!.postMessage(await runtime.runPromise(reply(task)))
})
