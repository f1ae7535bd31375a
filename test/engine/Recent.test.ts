/** Tables that a thread remembers: never others than those that were put, and no more than it may. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import * as Key from "../../src/engine/Key.ts"
import * as Recent from "../../src/engine/Recent.ts"
import { over } from "../../src/engine/Store.ts"
import { key, objectPath, type Opened, table, using } from "./places.ts"

/** A store as a thread has it that runs steps. */
const thread = <A>(files: Files, use: (store: Opened) => Effect.Effect<A, unknown>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(over(files, 1e6), use)))

describe("a table that a thread remembers", () => {
  it("is given again without its file, once it was put or read", async () => {
    const files = inMemory()
    const { address } = await using(files, (store) => store.putTable(table(1)))
    const rows = await thread(files, (store) => Effect.gen(function*() {
      yield* store.table(address)
      files.remove(objectPath(address))
      const again = yield* store.table(address)
      yield* store.putTable(table(2))
      files.remove(objectPath(Key.tableAddress(table(2))))
      return [again.rows, (yield* store.table(Key.tableAddress(table(2)))).rows]
    }))
    expect(rows).toEqual([table(1).rows, table(2).rows])
  })

  it("is read from its file where somebody has changed it meanwhile", async () => {
    const rows = await thread(inMemory(), (store) => Effect.gen(function*() {
      const { address } = yield* store.putTable(table(1))
      const change = Effect.map(store.table(address), (given) => {
        (given.column("step") as Int32Array)[0]! += 7
      })
      yield* change
      yield* change
      return (yield* store.table(address)).rows
    }))
    expect(rows).toEqual(table(1).rows)
  })
})

describe("the tables that are remembered", () => {
  const remember = (most: number, ...seeds: ReadonlyArray<number>) => {
    const recent = Recent.make(most)
    for (const seed of seeds) recent.keep(Key.tableAddress(table(seed)), table(seed))
    return (seed: number) => recent.find(Key.tableAddress(table(seed)))?.rows
  }

  it("are those that were asked for last, as many as there is room for", () => {
    const size = [50, 60, 70, 80].find((most) => remember(most, 1)(1) !== undefined)!
    const find = remember(2 * size, 1, 2)
    expect([find(2), find(1)]).toEqual([table(2).rows, table(1).rows])
    const three = remember(2 * size, 1, 2, 3)
    expect([1, 2, 3].map(three)).toEqual([undefined, table(2).rows, table(3).rows])
  })

  it("are none that are too large, nor others under their address", () => {
    expect(remember(10, 1)(1)).toBeUndefined()
    const recent = Recent.make(1000)
    recent.keep(key("another"), table(1))
    expect(recent.find(key("another"))).toBeUndefined()
  })
})
