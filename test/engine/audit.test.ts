/** An audit of what is in a store: it agrees with an honest one, and finds each way in which a result can be wrong. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { audit, type Audited, sample } from "../../src/engine/audit.ts"
import { Builder } from "../../src/engine/Builder.ts"
import * as Column from "../../src/engine/Column.ts"
import * as Difference from "../../src/engine/Difference.ts"
import type { Event } from "../../src/engine/Event.ts"
import { Executor } from "../../src/engine/Executor.ts"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Any } from "../../src/engine/Node.ts"
import * as Plan from "../../src/engine/Plan.ts"
import { beside } from "../../src/engine/scratch.ts"
import * as Stage from "../../src/engine/Stage.ts"
import { over, Store, type Trace } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"
import { lab } from "./lab.ts"
import { Halves, Numbers, Page, Sum } from "./sums.ts"

const scratch = Layer.effect(Store, Effect.flatMap(
  Effect.all([Store, over(inMemory())]),
  ([store, aside]) => beside(store, aside)
))

/** Audits what is built of a node, after something was done to the store. */
const audited = <E>(node: Any, spoil: (plan: Plan.Plan, files: Files) => Effect.Effect<void, E, Store> = () => Effect.void) => {
  const files = inMemory()
  const events: Array<Event> = []
  return Effect.gen(function*() {
    const builder = yield* Builder
    yield* builder.build([node])
    yield* spoil(yield* builder.plan([node]), files)
    const plan = yield* builder.plan([node])
    const store = yield* Store
    const before = files.list("objects").length
    const found = yield* Effect.gen(function*() {
      return yield* audit(sample(plan, 1), { store, scratch: yield* Store, executor: yield* Executor, tell: (event) => events.push(event) })
    }).pipe(Effect.provide(Layer.provideMerge(Executor.layerInlineOf(1), scratch)))
    expect(files.list("objects").length, "nothing is written into the store").toBe(before)
    return { found, events }
  }).pipe(Effect.provide(lab({ store: Layer.effect(Store, over(files)) })))
}

const verdicts = (found: ReadonlyArray<Audited>) => found.map(({ step, verdict }) => `${step.name} ${verdict._tag}`)

/** Writes a trace that says that a step gave something else. */
const recordOther = (step: Plan.CallStep, output: string, address: string) =>
  Store.use((store) => Effect.flatMap(store.trace(step.action!), (trace) => store.record({
    ...trace as Trace, outputs: { ...trace!.outputs, [output]: { address, bytes: 1, sha256: "" } }
  })))

const Weights = Stage.make(import.meta.url, "audited-weights", {
  params: {},
  inputs: {},
  outputs: Schema.Struct({ step: Schema.Int, loss: Schema.Finite, weights: Column.Vector }),
  run: () => Effect.succeed(Array.from({ length: 4 }, (_, step) => ({ step, loss: 0.1 / (step + 1), weights: Float64Array.of(1, 2, 3) })))
})

let calls = 0
const Moody = Stage.make(import.meta.url, "audited-moody", {
  params: {},
  inputs: {},
  outputs: Schema.Struct({ value: Schema.Int }),
  run: () => Effect.sync(() => [{ value: calls++ }])
})

const Written = Stage.make(import.meta.url, "audited-written", {
  params: {},
  inputs: {},
  outputs: Stage.Bytes,
  run: () => Effect.succeed(new TextEncoder().encode("a figure"))
})

describe("an audit", () => {
  it.effect("finds that all comes out as it was, grids and files included, and tells of each call", () => Effect.gen(function*() {
    const grid = Grid.map(Grid.range("seed", 1, 3), ({ seed }) => Sum({ of: Halves({ numbers: Numbers({ seed }) }).whole }))
    const page = Page({ title: "t", sums: [Sum({ of: Numbers({ seed: 7 }) })] })
    const { events, found } = yield* audited(Grid.map([{ by: 1 }], () => grid))
    expect(verdicts(found)).toEqual(Array.from({ length: 3 }, () => ["numbers Same", "halves Same", "sum Same"]).flat())
    expect(events.map(({ _tag }) => _tag)).toEqual(["planned", ...Array.from({ length: 9 }, () => ["started", "built"]).flat()])
    expect(verdicts((yield* audited(page)).found)).toEqual(["numbers Same", "sum Same", "page Same"])
  }))

  it.effect("names the first element of a table that was changed, and its distance", () => Effect.gen(function*() {
    const { found } = yield* audited(Weights({}), (plan) => Effect.gen(function*() {
      const store = yield* Store
      const [step] = Plan.calls(plan)
      const table = yield* store.table(step!.outputs!["output"]!)
      const rows = table.rows.map((row, index) => index === 2 ? { ...row, loss: row.loss + 2 ** -57 } : row)
      const { address } = yield* store.putTable(Table.make(Column.typesOf(Weights.output), rows))
      yield* recordOther(step!, "output", address)
    }))
    expect(verdicts(found)).toEqual(["audited-weights OtherTable"])
    const [{ verdict }] = found as [Audited]
    const change = verdict._tag === "OtherTable" ? Difference.first(verdict.difference!)! : undefined
    expect(change).toMatchObject({ column: "loss", row: 3, now: 0.1 / 3 })
    expect(Difference.distance(change!)).toBe(1n)
  }))

  it.effect("names the first byte of a file that was changed", () => Effect.gen(function*() {
    const { found } = yield* audited(Written({}), (plan) => Effect.gen(function*() {
      const [step] = Plan.calls(plan)
      const { address } = yield* Store.use((store) => store.putBytes(new TextEncoder().encode("a fixture")))
      yield* recordOther(step!, "output", address)
    }))
    expect(found[0]!.verdict).toEqual({ _tag: "OtherBytes", output: "output", at: 5, lengths: [9, 8] })
  }))

  it.effect("finds a stage that gives something else each time", () => Effect.gen(function*() {
    const { found } = yield* audited(Moody({}))
    expect(found[0]!.verdict).toMatchObject({ _tag: "OtherTable", difference: { moved: [{ column: "value", first: { row: 1, old: calls - 2, now: calls - 1 } }] } })
  }))

  it.effect("finds a result that is damaged, and goes on with the others", () => Effect.gen(function*() {
    const { found } = yield* audited(Sum({ of: Numbers({ seed: 4 }) }), (plan, files) => Effect.sync(() => {
      const address = Plan.calls(plan)[1]!.outputs!["output"]!
      const path = `objects/${address.slice(0, 2)}/${address}.parquet`
      files.write(path, files.read(path)!.map((byte, index) => index === 30 ? byte ^ 1 : byte))
    }))
    expect(verdicts(found)).toEqual(["numbers Same", "sum Failed"])
    expect(found[1]!.verdict).toMatchObject({ message: expect.stringContaining("damaged") })
  }))
})

describe("a sample of an audit", () => {
  const plan = Effect.gen(function*() {
    const builder = yield* Builder
    const nodes = [
      ...Array.from({ length: 40 }, (_, seed) => Numbers({ seed })),
      ...Array.from({ length: 3 }, (_, seed) => Sum({ of: Numbers({ seed }) }))
    ]
    yield* builder.build(nodes)
    return yield* builder.plan([...nodes, Numbers({ seed: 99 })])
  }).pipe(Effect.provide(lab()))

  it.effect("has the share of each stage, at least one, of what is built alone, and is always the same", () => Effect.gen(function*() {
    const [one, two] = [yield* plan, yield* plan]
    const count = (steps: ReadonlyArray<Plan.CallStep>) => Map.groupBy(steps, ({ name }) => name)
    expect([...count(sample(one, 0.05))].map(([name, calls]) => `${name} ${calls.length}`)).toEqual(["numbers 2", "sum 1"])
    expect(sample(one, 1).length).toBe(43)
    expect(sample(one, 0.3).map(({ key }) => key)).toEqual(sample(two, 0.3).map(({ key }) => key))
    expect(sample(one, 1).every(({ state }) => state === "hit")).toBe(true)
  }))
})
