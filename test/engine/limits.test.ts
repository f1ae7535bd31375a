/** How stages ask to be run. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, layer } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { Executor } from "../../src/engine/Executor.ts"
import * as Limits from "../../src/engine/Limits.ts"
import * as Stage from "../../src/engine/Stage.ts"
import { StageDefect } from "../../src/engine/Task.ts"
import { execute, folder, laboratory, live, numbers, threads } from "./executors.ts"
import { Broad, busy, Fickle, Narrow, Spinning, Stuck } from "./sums.ts"

const linesIn = (file: string) => existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0

describe.each([
  { where: "in this thread", executor: laboratory(() => Executor.layerInlineOf(2)) },
  { where: "in threads", executor: threads(2) }
])("a stage that runs $where", ({ executor, where }) => {
  layer(executor, live)("", (it) => {
    it.effect("longer than it may is stopped, is tried again, and fails as TimedOut", () => Effect.scoped(Effect.gen(function*() {
      const file = join(yield* folder, "begun")
      let starts = 0
      const failure = yield* Effect.flip(execute(Stuck, { file }, {}, () => starts++))
      expect(failure).toMatchObject({ _tag: "TimedOut", stage: "stuck", seconds: 0.1 })
      expect(starts).toBe(1)
      // A thread may be stopped before it has begun.
      expect(linesIn(file)).toBeLessThanOrEqual(2)
      expect(yield* numbers(1)).toMatch(/^[0-9a-f]{64}$/)
    })))

    it.effect.each(["declared", "throw", ...(where === "in threads" ? ["exit"] : [])])("and ends by %s is tried again as often as it asks, and no more", (how) => Effect.scoped(Effect.gen(function*() {
      const place = yield* folder
      const [well, badly] = [join(place, "well"), join(place, "badly")]
      expect(Object.keys((yield* execute(Fickle, { file: well, fails: 2, how })).outputs)).toEqual(["output"])
      yield* Effect.flip(execute(Fickle, { file: badly, fails: 3, how }))
      expect([well, badly].map(linesIn)).toEqual([3, 3])
    })))
  })
})

layer(threads(2), live)("a thread", (it) => {
  it.effect("that computes without a pause is stopped when its time is over", () => Effect.scoped(Effect.gen(function*() {
    const file = join(yield* folder, "beat")
    expect(yield* Effect.flip(execute(Spinning, { file }))).toMatchObject({ _tag: "TimedOut", stage: "spinning" })
    const last = linesIn(file) === 0 ? "" : readFileSync(file, "utf8")
    yield* Effect.sleep(50)
    expect(linesIn(file) === 0 ? "" : readFileSync(file, "utf8")).toBe(last)
  })))
})

layer(laboratory(() => Executor.layerInlineOf(3)), live)("three processors", (it) => {
  it.effect("are never taken twice, and one that needs two is not kept waiting by those that need one", () => Effect.gen(function*() {
    Object.assign(busy, { now: 0, most: 0 })
    const order: Array<string> = []
    const run = (stage: typeof Narrow, run: number) => execute(stage, { run }, {}, () => order.push(stage === Narrow ? "narrow" : "broad"))
    const calls = Array.from({ length: 12 }, (_, index) => run(index === 3 ? Broad as typeof Narrow : Narrow, index))
    yield* Effect.all(calls, { concurrency: "unbounded" })
    expect(busy).toEqual({ now: 0, most: 3 })
    expect(order.indexOf("broad")).toBe(3)
  }))

  it.effect("are given back when a call is interrupted", () => Effect.gen(function*() {
    yield* Effect.all(Array.from({ length: 6 }, (_, call) => Effect.timeoutOption(execute(Broad, { run: 100 + call }), 1)), { concurrency: "unbounded" })
    yield* Effect.forEach([1, 2, 3], (call) => execute(Narrow, { run: 200 + call }), { concurrency: "unbounded" })
    expect(busy.now).toBe(0)
  }))
})

describe("a memory of 100 MiB", () => {
  /** The most that calls of these sizes had at the same time. */
  const most = (sizes: ReadonlyArray<number>) => Effect.runPromise(Effect.gen(function*() {
    const within = yield* Limits.make(8, 100)
    let [now, most] = [0, 0]
    const done = { outputs: {}, seconds: 0 }
    yield* Effect.forEach(sizes, (size) => {
      const { definition } = Stage.make(import.meta.url, `takes ${size} MiB`, {
        params: {}, inputs: {}, outputs: Stage.Bytes, memory: size, run: () => Effect.succeed(new Uint8Array())
      })
      return within({ stage: definition.name, params: "{}", inputs: {} }, () => most = Math.max(most, now += size),
        Effect.as(Effect.ensuring(Effect.sleep(2), Effect.sync(() => now -= size)), done))
    }, { concurrency: "unbounded", discard: true })
    return most
  }))

  it("is never promised twice", async () => {
    expect(await most([40, 40, 40, 40, 40])).toBe(80)
    expect(await most([60, 30, 10, 60, 30, 10])).toBe(100)
  })

  it("runs a call that asks for more of it alone, and those that ask for none beside it", async () => {
    expect(await most([500, 500, 50, 0, 0])).toBe(500)
  })
})

it.effect("the pause before a further try grows", () => Effect.gen(function*() {
  const within = yield* Limits.make(1)
  const tried: Array<number> = []
  const failing = Effect.andThen(
    Effect.map(Clock.currentTimeMillis, (now) => void tried.push(now)),
    Effect.fail(new StageDefect({ stage: "fickle", problem: "threw" }))
  )
  const fiber = yield* Effect.forkChild(Effect.flip(within({ stage: Fickle.definition.name, params: "", inputs: {} }, () => {}, failing)))
  yield* TestClock.adjust("1 minute")
  yield* Fiber.join(fiber)
  expect(tried).toEqual([0, 100, 300])
}))

it("limits that nothing can keep are refused", () => {
  const made = (limits: object) => () => Stage.make(import.meta.url, "limited", { params: {}, inputs: {}, outputs: Stage.Bytes, run: () => Effect.succeed(new Uint8Array()), ...limits })
  expect(made({ cpu: 0 })).toThrow(/wrong cpu: give a whole/)
  expect(made({ cpu: 1.5 })).toThrow(/wrong cpu/)
  expect(made({ memory: -1 })).toThrow(/wrong memory: give MiB/)
  expect(made({ retry: { times: -1 } })).toThrow(/wrong retry.times/)
  expect(made({ timeout: "soon" })).toThrow(/wrong timeout: give a time such as "30 seconds"/)
  expect(made({ timeout: 0 })).toThrow(/wrong timeout/)
})
