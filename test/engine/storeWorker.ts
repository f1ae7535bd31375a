/** A process that builds actions in a store, one after another, and says each one that it has finished. */
import { hash } from "node:crypto"
import * as Effect from "effect/Effect"
import { Store, type Trace } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"

export const key = (text: string) => hash("sha256", text)

/** The same for everybody: a table of a megabyte, so that a process dies while it writes. */
export const tableOf = (action: number) => Table.make<any>(
  [{ name: "x", kind: "float64", nullable: false }],
  { x: Float64Array.from({ length: 1 << 17 }, (_, row) => 1 / (1 + row + action)) }
)

const traceOf = (action: number, outputs: Trace["outputs"]): Trace => ({
  action: key(`action ${action}`),
  recipe: key(`recipe ${action}`),
  stage: "train",
  fingerprint: key("code"),
  params: { action },
  inputs: {},
  outputs,
  seconds: 1,
  host: String(process.pid),
  node: process.version,
  backend: "js",
  finished: new Date().toISOString()
})

const [folder, count, leased] = process.argv.slice(2)
if (folder !== undefined) {
  await Effect.runPromise(Effect.provide(
    Effect.gen(function*() {
      const store = yield* Store
      for (let action = 0; action < Number(count); action++) {
        yield* Effect.scoped(Effect.gen(function*() {
          while (leased === "leased" && (yield* store.lease(key(`action ${action}`))) === "theirs") yield* Effect.sleep(20)
          if (leased === "leased" && (yield* store.trace(key(`action ${action}`))) !== undefined) return
          yield* store.record(traceOf(action, { output: yield* store.putTable(tableOf(action)) }))
          process.stdout.write(`${action}\n`)
        }))
      }
    }),
    Store.layerDisk(folder)
  ))
}
