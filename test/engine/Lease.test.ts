/** Who may work on an action, wherever the store keeps its files. */
import { it as effectful } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { spawnSync } from "node:child_process"
import { hostname } from "node:os"
import { describe, expect, it } from "vitest"
import type { Files } from "../../src/engine/Files.ts"
import { over } from "../../src/engine/Store.ts"
import { key, places, using } from "./places.ts"

describe.each(places)("a store $where", ({ make }) => {
  describe("leases an action", () => {
    it("to one at a time, until the scope ends", () => using(make(), (store) => Effect.gen(function*() {
      const action = key("train")
      yield* Effect.scoped(Effect.gen(function*() {
        expect(yield* store.lease(action)).toBe("mine")
        expect(yield* Effect.scoped(store.lease(action))).toBe("theirs")
        expect(yield* store.lease(action)).toBe("theirs")
        expect(yield* store.lease(key("other"))).toBe("mine")
      }))
      expect(yield* store.lease(action)).toBe("mine")
    })))

    const leased = async (owner: object | string, age?: number) => {
      const files = make()
      const path = `leases/${key("train")}.json`
      files.create(path, typeof owner === "string" ? owner : JSON.stringify(owner))
      const aged: Files = { ...files, age: (file) => file === path ? age ?? files.age(file) : files.age(file) }
      return using(aged, (store) => store.lease(key("train")))
    }
    const gone = spawnSync(process.execPath, ["--version"]).pid

    it("of a process that is gone, by taking it over", async () => {
      expect(await leased({ host: hostname(), pid: gone, token: "a" })).toBe("mine")
    })
    it("that nobody has refreshed for two minutes, wherever its owner runs", async () => {
      expect(await leased({ host: "elsewhere", pid: 1, token: "a" }, 121)).toBe("mine")
      expect(await leased({ host: "elsewhere", pid: 1, token: "a" }, 119)).toBe("theirs")
    })
    it("that is torn, once its owner has had the time to write it", async () => {
      expect(await leased("torn", 3)).toBe("mine")
      expect(await leased("torn", 1)).toBe("theirs")
    })
    it("but not one whose owner may be at work", async () => {
      expect(await leased({ host: hostname(), pid: process.ppid, token: "a" })).toBe("theirs")
      expect(await leased({ host: "elsewhere", pid: gone, token: "a" })).toBe("theirs")
      expect(await leased("torn")).toBe("theirs")
    })
    it("and clears, where it is opened, those of processes that are gone alone", async () => {
      const files = make()
      const lease = (name: string, owner: object) => files.create(`leases/${key(name)}.json`, JSON.stringify(owner))
      await using(files, () => Effect.void)
      lease("gone", { host: hostname(), pid: gone, token: "a" })
      lease("here", { host: hostname(), pid: process.ppid, token: "a" })
      lease("elsewhere", { host: "elsewhere", pid: gone, token: "a" })
      await using(files, () => Effect.void)
      expect(files.list("leases").toSorted()).toEqual([key("here"), key("elsewhere")].map((name) => `${name}.json`).toSorted())
    })
    it("and leaves a lease alone that was taken over from it", async () => {
      const files = make()
      const path = `leases/${key("train")}.json`
      await using(files, (store) => Effect.map(store.lease(key("train")), () => files.write(path, "another's")))
      expect(Buffer.from(files.read(path)!).toString()).toBe("another's")
    })

    effectful.effect("and refreshes it while it holds it", () => Effect.gen(function*() {
      const refreshed: Array<string> = []
      const files = make()
      const store = yield* over({ ...files, refresh: (path) => void refreshed.push(path) })
      yield* Effect.scoped(Effect.gen(function*() {
        yield* store.lease(key("train"))
        yield* TestClock.adjust("50 seconds")
      }))
      expect(refreshed.length).toBeGreaterThanOrEqual(2)
      expect(new Set(refreshed)).toEqual(new Set([`leases/${key("train")}.json`]))
      const before = refreshed.length
      yield* TestClock.adjust("50 seconds")
      expect(refreshed).toHaveLength(before)
    }))
  })
})
