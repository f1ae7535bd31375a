import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { end, execute, folder, live, numbers, threads } from "./executors.ts"
import { Endless } from "./sums.ts"

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
