import { describe, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import { Executor } from "../../src/engine/Executor.ts"
import { Missing, Store } from "../../src/engine/Store.ts"
import { end, execute, laboratory, live, numbers, threads } from "./executors.ts"
import { End, type ends, Halves, Negative, Page, Sum } from "./sums.ts"

describe.each([
  { where: "in this thread", executor: laboratory(() => Executor.layerInline) },
  { where: "in threads", executor: threads(2) }
])("a task", ({ executor, where }) => {
  layer(executor, live)(`that runs ${where}`, (it) => {
    it.effect("gives the addresses of its outputs, which are in the store when it ends", () => Effect.gen(function*() {
      const store = yield* Store
      const { outputs, seconds } = yield* execute(Halves, { by: 2 }, { numbers: yield* numbers(1) })
      expect(Object.keys(outputs)).toEqual(["whole", "rest"])
      expect((yield* store.table(outputs["whole"]!.address)).rows).toEqual([{ index: 0, value: 5 }, { index: 1, value: 5 }, { index: 2, value: 6 }])
      expect(seconds).toBeGreaterThan(0)
    }))

    it.effect("reads lists of inputs in their order, and makes files", () => Effect.gen(function*() {
      const store = yield* Store
      const sums = yield* Effect.forEach([2, 1], (seed) => Effect.flatMap(numbers(seed), (of) => execute(Sum, {}, { of })))
      const page = yield* execute(Page, { title: "sums" }, { sums: sums.map(({ outputs }) => outputs["output"]!.address) })
      expect(new TextDecoder().decode(yield* store.bytes(page.outputs["output"]!.address))).toBe("sums: 63 33")
    }))

    it.effect("says when it starts, once", () => Effect.gen(function*() {
      let started = 0
      yield* execute(End, { how: "well", run: 1 }, {}, () => started++)
      expect(started).toBe(1)
    }))

    it.effect("fails as its stage declares, with the fields", () => Effect.gen(function*() {
      const failure = yield* Effect.flip(end("declared"))
      expect(failure).toBeInstanceOf(Negative)
      expect(failure).toEqual(new Negative({ value: -7 }))
    }))

    it.effect("fails as a defect of its stage in every other case, and says why", () => Effect.gen(function*() {
      const problem = Effect.fnUntraced(function*(how: typeof ends[number]) {
        const failure = yield* Effect.flip(end(how))
        return "problem" in failure && `${failure._tag}: ${failure.problem}`
      })
      expect(yield* problem("throw")).toBe("StageDefect: threw: a is not a function")
      expect(yield* problem("undeclared")).toBe("StageDefect: failed with what it does not declare: out of range")
      expect(yield* problem("interrupt")).toBe("StageDefect: interrupted itself")
      expect(yield* problem("missing column")).toMatch(/^WrongOutput: column "value"/)
      expect(yield* problem("no table")).toBe("WrongOutput: it is no table but undefined")
      expect(yield* Effect.flip(execute({ definition: { name: "nowhere" } }, {}))).toMatchObject({ _tag: "StageDefect", stage: "nowhere" })
    }))

    it.effect("fails with the address of an input that is not there", () => Effect.gen(function*() {
      const address = "0".repeat(64)
      const failure = yield* Effect.flip(execute(Sum, {}, { of: address }))
      expect(failure).toBeInstanceOf(Missing)
      expect(failure).toMatchObject({ address })
    }))

    it.effect("ends when it is interrupted, and makes place for others", () => Effect.gen(function*() {
      const started = yield* Latch.make()
      const waiting = yield* Effect.forkChild(execute(End, { how: "wait", run: 1 }, {}, () => started.openUnsafe()))
      yield* started.await
      yield* Fiber.interrupt(waiting)
      expect(yield* numbers(2)).toEqual(yield* numbers(2))
    }))
  })
})
