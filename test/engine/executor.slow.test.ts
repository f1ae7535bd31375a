import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { Builder } from "../../src/engine/Builder.ts"
import type { Event } from "../../src/engine/Event.ts"
import { Events } from "../../src/engine/Events.ts"
import { Fingerprints } from "../../src/engine/Fingerprint.ts"
import * as Grid from "../../src/engine/Grid.ts"
import { end, execute, folder, live, numbers, threads } from "./executors.ts"
import { fingerprints, heard, lines } from "./lab.ts"
import { End, Endless, Halves, Numbers, Sum } from "./sums.ts"

layer(threads(2), live)("a thread", (it) => {
  it.effect.each([
    { how: "exit", problem: "it exited with code 3" },
    { how: "late throw", problem: "too late" },
    { how: "memory", problem: "memory" }
  ] as const)("that crashes ($how) fails its task alone, and another one takes its place", ({ how, problem }) => Effect.gen(function*() {
    const [crash, ...others] = yield* Effect.all([Effect.flip(end(how)), numbers(1), numbers(2), numbers(3)], { concurrency: "unbounded" })
    expect(crash).toMatchObject({ _tag: "WorkerCrash", stage: "end", problem: expect.stringContaining(problem) })
    expect(new Set(others).size).toBe(3)
  }))

  it.effect("that computes is stopped by an interruption", () => Effect.scoped(Effect.gen(function*() {
    const file = join(yield* folder, "beat")
    const beat = Effect.try(() => readFileSync(file, "utf8"))
    const running = yield* Effect.forkChild(execute(Endless, { file }))
    yield* Effect.retry(beat, Schedule.spaced(10))
    yield* Fiber.interrupt(running)
    const last = yield* beat
    yield* Effect.sleep(100)
    expect(yield* beat).toBe(last)
  })))
})

layer(threads(1, ["./nowhere.ts"]), live)("a thread whose stages cannot be loaded", (it) => {
  it.effect("fails every task, and names the module", () => Effect.gen(function*() {
    for (const _ of [1, 2]) {
      expect(yield* Effect.flip(numbers(1))).toMatchObject({ _tag: "WorkerCrash", problem: expect.stringContaining("nowhere.ts") })
    }
  }))
})

layer(Layer.provideMerge(
  Builder.layer,
  Layer.mergeAll(threads(2), Events.layer, Layer.succeed(Fingerprints, fingerprints({})))
), live)("a build in threads", (it) => {
  it.effect("gives what the stages give, and a crash as the failure of its step", () => Effect.gen(function*() {
    const sums = Grid.map(Grid.range("seed", 1, 4), ({ seed }) => Sum({ of: Halves({ numbers: Numbers({ seed }) }).whole }))
    const events = yield* heard(Builder.use(({ build }) => build([sums, Sum({ of: End({ how: "exit" }) })])))
    expect(lines(events)).toEqual(expect.arrayContaining(["failed end", "skipped sum because of end"]))
    expect(events.at(-1)).toMatchObject({ _tag: "finished", built: 12, failed: 1, skipped: 1 })
    expect((yield* sums).column("total")).toEqual(Int32Array.of(16, 31, 46, 61))
  }))

  it.effect("is stopped by an interruption, and nothing that was finished is lost", () => Effect.scoped(Effect.gen(function*() {
    const file = join(yield* folder, "beat")
    const beat = Effect.try(() => readFileSync(file, "utf8"))
    const numbers = [5, 6, 7].map((seed) => Numbers({ seed }))
    const events = yield* heard(Effect.gen(function*() {
      const running = yield* Effect.forkChild(Builder.use(({ build }) => build([...numbers, Endless({ file })])))
      yield* Effect.retry(beat, Schedule.spaced(10))
      yield* Fiber.interrupt(running)
    }))
    expect(events.at(-1)!._tag).toBe("interrupted")
    const last = yield* beat
    const keys = (tag: string, events: ReadonlyArray<Event>) => events.flatMap((event) => event._tag === tag && "key" in event ? [event.key] : [])
    const built = keys("built", events)
    const again = yield* heard(Builder.use(({ build }) => build(numbers)))
    // What was being recorded when the build was stopped is there as well.
    expect(keys("hit", again)).toEqual(expect.arrayContaining(built))
    expect(new Set([...keys("hit", again), ...keys("built", again)]).size).toBe(3)
    expect(yield* beat).toBe(last)
  })))
})
