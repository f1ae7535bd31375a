import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Any } from "../../src/engine/Node.ts"
import * as Plan from "../../src/engine/Plan.ts"
import * as Stage from "../../src/engine/Stage.ts"
import { Store } from "../../src/engine/Store.ts"
import { StageDefect, WrongOutput } from "../../src/engine/Task.ts"
import { type Code, heard, lab, lines, told } from "./lab.ts"
import { End, Halves, Negative, Numbers, Page, Sum } from "./sums.ts"

const build = (...nodes: ReadonlyArray<Any>) => Builder.use((builder) => builder.build(nodes))

/** Numbers from a seed, halved, summed: three steps, one after another. */
const sum = (seed: number, by = 2) => Sum({ of: Halves({ by, numbers: Numbers({ seed }) }).whole })

const sums = (first: number, last: number) => Grid.map(Grid.range("seed", first, last), ({ seed }) => sum(seed))

describe("a node", () => {
  it.effect("is a table where it is yielded", () => Effect.gen(function*() {
    expect((yield* sum(4)).rows).toEqual([{ total: 61, rows: 3 }])
    expect((yield* Halves({ numbers: Numbers({ seed: 4 }) }).rest).column("value")).toEqual(Int32Array.of(0, 1, 0))
    expect((yield* sums(1, 2)).rows).toEqual([{ seed: 1, total: 16, rows: 3 }, { seed: 2, total: 31, rows: 3 }])
    expect(new TextDecoder().decode(yield* Page({ title: "totals", sums: [sum(1), sums(1, 2)] }))).toBe("totals: 16 16,31")
  }).pipe(Effect.provide(lab())))

  it.effect("fails as a stage declares, with its fields, however far down it is asked for", () => Effect.gen(function*() {
    const failure = yield* Effect.flip(Page({ title: "", sums: [sum(-1)] }))
    expect(failure).toBeInstanceOf(Negative)
    expect(failure).toEqual(new Negative({ value: -10 }))
  }).pipe(Effect.provide(lab())))

  it.effect("dies of what no stage declares", () => Effect.gen(function*() {
    const dies = (how: Parameters<typeof End>[0]["how"]) => Effect.map(Effect.exit(End({ how })), (exit) => Exit.isFailure(exit) ? Cause.squash(exit.cause) : exit.value)
    expect(yield* dies("throw")).toMatchObject({ _tag: "StageDefect", message: expect.stringContaining('stage "end" threw: a is not a function') })
    expect(yield* dies("missing column")).toBeInstanceOf(WrongOutput)
    expect(yield* dies("undeclared")).toBeInstanceOf(StageDefect)
  }).pipe(Effect.provide(lab())))
})

describe("a build", () => {
  it.effect("builds what is missing, and nothing again", () => Effect.gen(function*() {
    expect(yield* told(build(sum(1)))).toEqual(["built numbers", "built halves", "built sum"])
    expect(yield* told(build(sum(1)))).toEqual(["hit numbers", "hit halves", "hit sum"])
    expect(yield* told(build(sums(1, 2)))).toEqual([
      "hit numbers[seed=1]", "hit halves[seed=1]", "hit sum[seed=1]",
      "built numbers[seed=2]", "built halves[seed=2]", "built sum[seed=2]"
    ])
  }).pipe(Effect.provide(lab())))

  it.effect("tells what it will do before it starts, and what became of it", () => Effect.gen(function*() {
    yield* build(sum(1))
    const events = yield* heard(build(sums(1, 2), End({ how: "throw" })))
    expect(events.at(0)).toMatchObject({ _tag: "planned", hits: 3, builds: 4 })
    expect(events.at(-1)).toMatchObject({ _tag: "finished", hit: 3, built: 3, failed: 1, skipped: 0 })
    expect(events.flatMap((event) => event._tag === "started" ? [event.expected === null] : [])).toEqual([false, true, false, false])
  }).pipe(Effect.provide(lab())))

  it.effect("builds all below a parameter that was changed, and finds all again when it is changed back", () => Effect.gen(function*() {
    yield* build(sum(1))
    expect(yield* told(build(sum(2)))).toEqual(["built numbers", "built halves", "built sum"])
    expect(yield* told(build(sum(2, 5)))).toEqual(["hit numbers", "built halves", "built sum"])
    expect(yield* told(build(sum(1)))).toEqual(["hit numbers", "hit halves", "hit sum"])
  }).pipe(Effect.provide(lab())))

  it.effect("stops below a step whose edited code gives what it gave before", () => {
    const code: Code = {}
    return Effect.gen(function*() {
      yield* build(sum(1))
      code["numbers"] = "edited"
      expect(yield* told(build(sum(1)))).toEqual(["built numbers", "hit halves", "hit sum"])
      expect(yield* told(build(sum(1)))).toEqual(["hit numbers", "hit halves", "hit sum"])
    }).pipe(Effect.provide(lab({ code })))
  })

  it.effect("stops at the output that did not change, and goes on below the one that did", () => Effect.gen(function*() {
    const both = (seed: number) => {
      const { rest, whole } = Halves({ by: 10, numbers: Numbers({ seed }) })
      return [Sum({ of: whole }), Sum({ of: rest })]
    }
    yield* build(...both(1))
    expect(yield* told(build(...both(2)))).toEqual(["built numbers", "built halves", "built sum", "hit sum"])
  }).pipe(Effect.provide(lab())))

  it.effect("gives a failed step as an outcome, skips what needs it, and goes on with the rest", () => Effect.gen(function*() {
    const page = Page({ title: "", sums: [sum(-1), sum(1)] })
    expect(yield* told(build(page, sums(1, 2)))).toEqual(expect.arrayContaining([
      "failed halves", "skipped sum because of halves", "skipped page because of halves", "built sum[seed=2]"
    ]))
    const { outcomes, plan } = yield* build(page)
    const failed = Plan.calls(plan).flatMap((step) => [outcomes.get(step.key)!].flatMap((outcome) => outcome._tag === "failed" ? [outcome.failure] : []))
    expect(failed).toEqual([new Negative({ value: -10 })])
    expect(yield* told(build(sum(1)))).toEqual(["hit numbers", "hit halves", "hit sum"])
  }).pipe(Effect.provide(lab())))

  it.effect("writes the table of a grid once something reads it", () => Effect.gen(function*() {
    const store = yield* Store
    const grid = sums(1, 3)
    const { outcomes, plan } = yield* build(sum(1), Page({ title: "", sums: [grid] }))
    const gather = plan.steps.find((step) => step._tag === "Gather")!
    const outcome = outcomes.get(gather.key)!
    expect("outputs" in outcome && (yield* store.table(outcome.outputs[Plan.gathered]!)).rows.length).toBe(3)
  }).pipe(Effect.provide(lab())))

  it.effect("does each step once for all who ask at the same time", () => Effect.gen(function*() {
    const asked = [sum(1), sum(1), sum(2), Halves({ numbers: Numbers({ seed: 2 }) }).rest]
    const events = lines(yield* heard(Effect.forEach(asked, (node: Any) => node, { concurrency: "unbounded" })))
    expect(events.filter((line) => line.startsWith("built")).sort()).toEqual(["built halves", "built halves", "built numbers", "built numbers", "built sum", "built sum"])
  }).pipe(Effect.provide(lab())))

  it.live("is stopped by its interruption, and tells it; another who waits for the same step is not", () => Effect.gen(function*() {
    const events = yield* heard(Effect.gen(function*() {
      const one = yield* Effect.forkChild(build(End({ how: "wait" }), sum(1)))
      const other = yield* Effect.forkChild(build(End({ how: "wait" })))
      yield* Effect.sleep(20)
      yield* Fiber.interrupt(one)
      expect(other.pollUnsafe()).toBe(undefined)
      yield* Fiber.interrupt(other)
    }))
    expect(events.filter(({ _tag }) => _tag === "started" || _tag === "interrupted").map(({ _tag }) => _tag)).toEqual(["started", "interrupted", "interrupted"])
  }).pipe(Effect.provide(lab())))

  it.live("waits for another process that does the same, and takes what that gives", () => Effect.gen(function*() {
    const store = yield* Store
    const [first] = Plan.calls(yield* Builder.use((builder) => builder.plan([Numbers({ seed: 1 })])))
    const theirs = yield* Effect.forkChild(Effect.scoped(Effect.gen(function*() {
      yield* store.lease(first!.action!)
      yield* Effect.sleep(150)
      const output = yield* store.putTable(yield* Numbers({ seed: 7 }))
      yield* store.record({
        action: first!.action!, recipe: first!.key, stage: "numbers", fingerprint: "numbers", params: first!.call.params, inputs: {},
        outputs: { output }, seconds: 1, host: "another", node: "", backend: "", finished: ""
      })
    })))
    expect(yield* told(Effect.andThen(Effect.sleep(20), build(Numbers({ seed: 1 }))))).toEqual(["waiting numbers", "built numbers", "hit numbers"])
    yield* Fiber.join(theirs)
    expect((yield* Numbers({ seed: 1 })).column("value")).toEqual(Int32Array.of(70, 71, 72))
  }).pipe(Effect.provide(lab())))
})

/** What a stage must not be: what it gives depends on something beside its parameters and inputs. */
let mood = 0
const Moody = Stage.make(import.meta.url, "moody", {
  params: {},
  inputs: {},
  outputs: Schema.Struct({ value: Schema.Int }),
  run: () => Effect.sync(() => [{ value: mood }])
})

describe("a build on a disk", () => {
  const folder = Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "dln-builder-"))),
    (folder) => Effect.promise(() => rm(folder, { recursive: true }))
  )
  const files = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))

  it.effect("builds again what was damaged, when it is read, and goes on", () => Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const disk = lab({ store: Store.layerDisk(path) })
    const page = (title: string) => Page({ title, sums: [Grid.concat([sums(1, 2)])] })
    yield* Effect.provide(build(page("one")), disk)
    for (const object of files(join(path, "objects"))) writeFileSync(object, readFileSync(object).map((byte, index) => index === 20 ? byte ^ 1 : byte))
    const events = yield* Effect.provide(told(page("two")), disk)
    expect(events.filter((line) => !line.startsWith("hit"))).toEqual([
      "damaged sum", "damaged sum",
      "damaged sum[seed=1]", "damaged halves[seed=1]", "damaged numbers[seed=1]", "built numbers[seed=1]", "built halves[seed=1]", "built sum[seed=1]",
      "damaged sum[seed=2]", "damaged halves[seed=2]", "damaged numbers[seed=2]", "built numbers[seed=2]", "built halves[seed=2]", "built sum[seed=2]",
      "built page"
    ])
    expect(yield* Effect.provide(told(build(page("two"))), disk)).toEqual(expect.not.arrayContaining([expect.stringMatching(/^(built|failed|damaged)/)]))
  })))

  it.effect("builds again what a damaged trace told of, and says so", () => Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const disk = lab({ store: Store.layerDisk(path) })
    yield* Effect.provide(build(sum(1)), disk)
    const { outcomes, plan } = yield* Effect.provide(build(sum(1)), disk)
    const { action } = Plan.calls(plan)[1]!
    expect(outcomes.get(Plan.calls(plan)[1]!.key)!._tag).toBe("hit")
    const trace = files(join(path, "actions")).find((file) => file.includes(action!))!
    writeFileSync(trace, "{}")
    rmSync(join(path, "index.jsonl"))
    const events = yield* Effect.provide(heard(build(sum(1))), disk)
    expect(events[0]).toMatchObject({ _tag: "forgotten", message: expect.stringContaining(trace) })
    expect(lines(events)).toEqual(["hit numbers", "built halves", "hit sum"])
  })))

  it.effect("refuses to go on from a lost result that comes out otherwise when it is built again", () => Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const disk = lab({ store: Store.layerDisk(path) })
    mood = 1
    yield* Effect.provide(build(Moody({})), disk)
    for (const object of files(join(path, "objects"))) writeFileSync(object, "")
    mood = 2
    expect(yield* Effect.provide(told(build(Sum({ of: Moody({}) }))), disk)).toEqual(["hit moody", "damaged moody", "failed sum"])
    expect(yield* Effect.provide(told(build(Sum({ of: Moody({}) }))), disk)).toEqual(["hit moody", "built sum"])
  })))

  it.effect("builds again what is gone, and nothing that was made from it", () => Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const disk = lab({ store: Store.layerDisk(path) })
    const { outcomes, plan } = yield* Effect.provide(build(sum(1)), disk)
    const outcome = outcomes.get(plan.steps[1]!.key)!
    const lost = "outputs" in outcome ? outcome.outputs["whole"]! : ""
    for (const object of files(join(path, "objects"))) if (object.includes(lost)) rmSync(object)
    expect(yield* Effect.provide(told(build(sum(1))), disk)).toEqual(["hit numbers", "hit sum", "built halves"])
  })))
})
