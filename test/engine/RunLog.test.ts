/** What a run leaves behind about itself. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Builder } from "../../src/engine/Builder.ts"
import { inMemory } from "../../src/engine/Files.ts"
import * as Plan from "../../src/engine/Plan.ts"
import * as RunLog from "../../src/engine/RunLog.ts"
import { Store } from "../../src/engine/Store.ts"
import { begun, labOver } from "./runs.ts"
import { End, Halves, Numbers, Sum } from "./sums.ts"

const total = Sum({ of: Halves({ numbers: Numbers({ seed: 1 }) }).whole })
const linesOf = (files: ReturnType<typeof inMemory>, run: string) =>
  Buffer.from(files.read(RunLog.pathOf(run))!).toString().trimEnd().split("\n").map((line) => JSON.parse(line))

const logged = (files: ReturnType<typeof inMemory>, run: string, node: any, ended?: RunLog.Ended) =>
  Effect.scoped(Effect.gen(function*() {
    const end = yield* RunLog.keep(begun(run))
    const built = yield* Builder.use((builder) => builder.build([node]))
    if (ended !== undefined) yield* end(ended)
    return built
  })).pipe(Effect.provide(labOver(files)))

describe("the log of a run", () => {
  it.effect("says what was asked for, what happened, and what came of it", () => Effect.gen(function*() {
    const files = inMemory()
    const ended: RunLog.Ended = { _tag: "ended", seconds: 1, tables: { total: "a" }, files: {}, claims: [] }
    yield* logged(files, "one", total, ended)
    expect(linesOf(files, "one").map(({ _tag, stage }) => stage === undefined ? _tag : `${_tag} ${stage}`)).toEqual([
      "begun", "planned", "started numbers", "built numbers", "started halves", "built halves", "started sum", "built sum", "finished", "ended"
    ])
    const run = RunLog.read(files, "one")!
    expect(run.begun).toEqual(begun("one"))
    expect(run.ended).toEqual(ended)
    const actions = yield* Effect.map(Builder.use((builder) => builder.plan([total])), (plan) => Plan.calls(plan).map(({ action }) => action!)).pipe(Effect.provide(labOver(files)))
    expect(actions.map(run.used)).toEqual([true, true, true])
    expect(run.used("0".repeat(64))).toBe(false)
  }))

  it.effect("tells of what was there already in one line, and still knows it", () => Effect.gen(function*() {
    const files = inMemory()
    yield* logged(files, "one", total)
    yield* logged(files, "two", total)
    expect(linesOf(files, "two").map(({ _tag }) => _tag)).toEqual(["begun", "planned", "hits", "finished"])
    const { traces } = yield* Store.use((store) => store.snapshot).pipe(Effect.provide(labOver(files)))
    expect(Array.from(traces(), ({ action }) => RunLog.read(files, "two")!.used(action))).toEqual([true, true, true])
  }))

  it.effect("is there for a run that failed, and has no end", () => Effect.gen(function*() {
    const files = inMemory()
    yield* logged(files, "failed", End({ how: "declared" }))
    expect(linesOf(files, "failed").map(({ _tag }) => _tag)).toEqual(["begun", "planned", "started", "failed", "finished"])
    expect(RunLog.read(files, "failed")!.ended).toBeUndefined()
  }))

  it("is read as far as it goes where a line is torn, and not at all where its first is", () => {
    const files = inMemory()
    const text = `${JSON.stringify(begun("torn"))}\n{"_tag":"built","action":"${"1".repeat(64)}"}\n{"_tag":"en`
    files.write(RunLog.pathOf("torn"), text)
    expect(RunLog.read(files, "torn")).toMatchObject({ ended: undefined })
    expect(RunLog.read(files, "torn")!.used("1".repeat(64))).toBe(true)
    files.write(RunLog.pathOf("blind"), text.slice(5))
    expect(RunLog.read(files, "blind")).toBeUndefined()
    expect(RunLog.read(files, "absent")).toBeUndefined()
    expect(RunLog.names(files)).toEqual(["blind", "torn"])
    expect(RunLog.all(files).map(({ begun: { run } }) => run)).toEqual(["torn"])
  })
})
