/** A store in a folder of its own, and what a builder does with it. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { hash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect } from "vitest"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import { over, type Store } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"

type Use<A> = (store: Store["Service"]) => Effect.Effect<A, any, Scope.Scope>

const folders: Array<string> = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

export const newFolder = () => {
  folders.push(mkdtempSync(join(tmpdir(), "dln-store-")))
  return folders.at(-1)!
}

/** Opens the store as a process would that has just started. */
export const using = <A>(folder: string, use: Use<A>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(over(filesOnDisk(folder)), use)))

/** The failure of opening or using it. */
export const failing = (folder: string, use: Use<unknown>) =>
  Effect.runPromise(Effect.scoped(Effect.flip(Effect.flatMap(over(filesOnDisk(folder)), use))))

export const key = (text: string) => hash("sha256", text)

export const table = (seed: number) =>
  Table.make<any>([{ name: "x", kind: "float64", nullable: false }], { x: Float64Array.of(seed, 2, 3) })

/** What a builder does with one action. */
export const build = (seed: number) => (store: Store["Service"]) => Effect.scoped(Effect.gen(function*() {
  expect(yield* store.lease(key(`action ${seed}`))).toBe("mine")
  const outputs = { output: yield* store.putTable(table(seed)) }
  yield* store.record({
    action: key(`action ${seed}`),
    recipe: key("recipe"),
    stage: "train",
    fingerprint: key("code"),
    params: {},
    inputs: {},
    outputs,
    seconds: 1,
    host: "here",
    node: "v26.10.0",
    backend: "js",
    finished: "2026-01-01T00:00:00.000Z"
  })
}))

/** Every trace there is, after all that it speaks of was read and verified. */
export const finished = (store: Store["Service"]) => Effect.gen(function*() {
  const { damaged, traces } = yield* store.snapshot
  expect(damaged).toEqual([])
  for (const { outputs } of traces()) yield* store.table(outputs["output"]!.address)
  return Array.from(traces(), ({ action }) => action).toSorted()
})
