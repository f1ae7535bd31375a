/** Executors on a store in a folder of its own, and the tasks that their tests give them. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Executor } from "../../src/engine/Executor.ts"
import * as Key from "../../src/engine/Key.ts"
import type { Contents } from "../../src/engine/Plan.ts"
import { Store } from "../../src/engine/Store.ts"
import { End, type ends, Numbers } from "./sums.ts"

export const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "dln-executor-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true }))
)

/** A store in a folder of its own, and an executor on it. */
export const laboratory = (executor: (folder: string) => Layer.Layer<Executor, never, Store>) =>
  Layer.unwrap(Effect.map(folder, (folder) => Layer.provideMerge(executor(folder), Store.layerDisk(folder))))

export const threads = (workers: number, modules: ReadonlyArray<string> = ["./sums.ts"]) => laboratory((store) => Executor.layerThreads({
  workers,
  store,
  program: new URL("../../src/engine/worker.ts", import.meta.url),
  modules: modules.map((module) => new URL(module, import.meta.url).href),
  memory: 64
}))

export const execute = (stage: { readonly definition: { readonly name: string } }, params: unknown, inputs: Contents = {}, starts = () => {}) =>
  Executor.use((executor) => executor.execute({ stage: stage.definition.name, params: Key.canonical(params), inputs }, starts))

/** Time passes in these tests. */
export const live = { excludeTestServices: true }

export const end = (how: typeof ends[number]) => execute(End, { how, run: 1 })

export const numbers = (seed: number) => Effect.map(execute(Numbers, { seed, count: 3 }), ({ outputs }) => outputs["output"]!.address)
