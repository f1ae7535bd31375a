import { hash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Builder } from "../../src/engine/Builder.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Any } from "../../src/engine/Node.ts"
import * as Plan from "../../src/engine/Plan.ts"
import * as Reason from "../../src/engine/Reason.ts"
import * as Stage from "../../src/engine/Stage.ts"
import { type Snapshot, Store, type Trace } from "../../src/engine/Store.ts"
import { type Code, fingerprints, lab } from "./lab.ts"
import { Halves, Numbers, Page, Sum } from "./sums.ts"

const nothing: Snapshot = { trace: () => undefined, has: () => false, traces: () => [], damaged: [] }

const traceOf = (facts: Partial<Trace>): Trace => ({
  action: "", recipe: "", stage: "numbers", fingerprint: "", params: {}, inputs: {}, outputs: {}, seconds: 0, host: "", node: "", backend: "", finished: "", ...facts
})

const planOf = (roots: ReadonlyArray<Any>, snapshot = nothing) => Plan.plan(roots, { fingerprints: fingerprints({}), snapshot })

const halves = (seed: number, by = 2) => Halves({ by, numbers: Numbers({ seed }) }).whole
const sum = (seed: number, by = 2) => Sum({ of: halves(seed, by) })

/** What is planned for a node, a line a call, once others were built; an edit of the code may come between. */
const planned = (node: Any, { after, edit = {} }: { readonly after: ReadonlyArray<Any>; readonly edit?: Code }) => {
  const code: Code = {}
  return Effect.gen(function*() {
    const builder = yield* Builder
    yield* builder.build(after)
    Object.assign(code, edit)
    const plan = yield* builder.plan([node])
    return Plan.calls(plan).map((step) => `${step.name}: ${step.reason === undefined ? "hit" : Reason.say(step.reason)}`)
  }).pipe(Effect.provide(lab({ code })))
}

describe("a plan", () => {
  it("has every step that the roots need once, inputs first", () => {
    const plan = planOf([Page({ title: "a", sums: [sum(1), sum(2)] }), Page({ title: "b", sums: [sum(2), sum(1)] })])
    expect(plan.steps.map((step) => step.name)).toEqual(["numbers", "halves", "sum", "numbers", "halves", "sum", "page", "page"])
    expect(plan.roots.map(({ step }) => plan.steps.indexOf(step))).toEqual([6, 7])
    for (const [index, step] of plan.steps.entries()) {
      for (const link of Plan.linksOf(step)) expect(plan.steps.indexOf(link.step)).toBeLessThan(index)
    }
  })

  it("takes the outputs of one call for one step", () => {
    const { rest, whole } = Halves({ numbers: Numbers({ seed: 1 }) })
    const plan = planOf([rest, whole])
    expect(plan.steps.map((step) => step.name)).toEqual(["numbers", "halves"])
    expect(plan.roots.map(({ output }) => output)).toEqual(["rest", "whole"])
  })

  it("refuses a node that is made from itself, and says how", () => {
    const sums = [sum(1)]
    const Total = Stage.make(import.meta.url, "total", { params: {}, inputs: { of: Stage.many(Sum.output) }, outputs: Sum.output, run: () => Effect.succeed([]) })
    const total = Total({ of: sums })
    sums.push(Grid.concat([total, Total({ of: [total] })]) as typeof total)
    expect(() => planOf([total])).toThrow("total ← total gathered ← total; change")
  })

  it("places a step in the grids where all that it is used for stands", () => {
    const cells = Grid.map(Grid.cross({ by: [2, 3], seed: [1, 2] }), ({ by, seed }) => sum(seed, by))
    const all = Grid.map(Grid.range("copy", 1, 2), () => cells)
    const labels = (node: Any) => Plan.calls(planOf([node])).map(Plan.label)
    expect(labels(cells)).toEqual([
      "numbers[seed=1]", "halves[by=2,seed=1]", "sum[by=2,seed=1]", "numbers[seed=2]", "halves[by=2,seed=2]", "sum[by=2,seed=2]",
      "halves[by=3,seed=1]", "sum[by=3,seed=1]", "halves[by=3,seed=2]", "sum[by=3,seed=2]"
    ])
    expect(labels(all)).toEqual(labels(cells))
    expect(labels(Sum({ of: halves(1) }))).toEqual(["numbers", "halves", "sum"])
  })
})

describe("the reason of a step", () => {
  it.effect("is none where it is there", () => Effect.gen(function*() {
    expect(yield* planned(sum(1), { after: [sum(1)] })).toEqual(["numbers: hit", "halves: hit", "sum: hit"])
  }))

  it.effect("is that it was never built, where nothing like it was", () => Effect.gen(function*() {
    expect(yield* planned(sum(1), { after: [Numbers({ seed: 1 })] })).toEqual(["numbers: hit", "halves: it was never built", "sum: it was never built"])
    expect(yield* planned(Numbers({ seed: 2, count: 4 }), { after: [Numbers({ seed: 1 })] })).toEqual(["numbers: it was never built"])
  }))

  it.effect("is its code, old and new, and what is made from it may change", () => Effect.gen(function*() {
    expect(yield* planned(sum(1), { after: [sum(1)], edit: { halves: "edited" } })).toEqual([
      "numbers: hit",
      "halves: its code changed (halves → edited)",
      "sum: its input of may change: halves is built first"
    ])
  }))

  it.effect("is the one parameter that differs from the latest build that is so near", () => Effect.gen(function*() {
    expect(yield* planned(Numbers({ seed: 3 }), { after: [Numbers({ seed: 1 }), Numbers({ seed: 2 })] })).toEqual(["numbers: its parameter seed changed (2 → 3)"])
    expect(yield* planned(sum(1, 3), { after: [sum(1)] })).toEqual([
      "numbers: hit",
      "halves: its parameter by changed (2 → 3)",
      "sum: its input of may change: halves is built first"
    ])
  }))

  it.effect("is the input that differs, by content", () => Effect.gen(function*() {
    const [, , line] = yield* planned(sum(2), { after: [sum(1), halves(2)] })
    expect(line).toMatch(/^sum: its input of changed \([0-9a-f]{8} → [0-9a-f]{8}\)$/)
    const page = (...seeds: ReadonlyArray<number>) => Page({ title: "a", sums: seeds.map((seed) => sum(seed)) })
    expect((yield* planned(page(1, 2), { after: [page(1), sum(2)] })).at(-1)).toBe("page: its input sums changed (1 → 2 of them)")
    expect((yield* planned(page(1, 2), { after: [page(1, 3), sum(2)] })).at(-1)).toMatch(/^page: its input sums changed \(number 2: [0-9a-f]{8} → [0-9a-f]{8}\)$/)
  }))

  it.effect("is an output that is gone; what was made from that is there none the less", () => Effect.gen(function*() {
    const builder = yield* Builder
    const { outcomes } = yield* builder.build([sum(1)])
    const store = yield* Store
    const snapshot = yield* store.snapshot
    const lost = [...outcomes.values()].flatMap((outcome) => "outputs" in outcome ? outcome.outputs["rest"] ?? [] : [])[0]!
    const plan = planOf([sum(1)], { ...snapshot, has: (address) => address !== lost && snapshot.has(address) })
    expect(Plan.calls(plan).map((step) => step.reason && Reason.say(step.reason))).toEqual([
      undefined,
      `its output rest (${lost.slice(0, 8)}) is no longer in the store`,
      undefined
    ])
  }).pipe(Effect.provide(lab())))
})

describe("what a step is expected to take", () => {
  const tracesOf = (seconds: ReadonlyArray<readonly [seed: number, seconds: number]>): Snapshot => ({
    ...nothing,
    traces: () => seconds.map(([seed, seconds]) => traceOf({ params: { seed, count: 3 }, seconds }))
  })
  const expected = (seed: number, snapshot: Snapshot) => Plan.calls(planOf([Numbers({ seed })], snapshot))[0]!.expected

  it("is the mean of the builds with its parameters, else of all builds of its stage", () => {
    const past = tracesOf([[1, 2], [1, 4], [2, 9]])
    expect(expected(1, past)).toBe(3)
    expect(expected(3, past)).toBe(5)
    expect(expected(1, nothing)).toBe(undefined)
  })
})

describe("a graph of 10,000 calls", () => {
  const Row = Schema.Struct({ value: Schema.Int })
  const First = Stage.make(import.meta.url, "first", { params: { seed: Schema.Int }, inputs: {}, outputs: Row, run: () => Effect.succeed([]) })
  const Next = Stage.make(import.meta.url, "next", { params: { step: Schema.Int }, inputs: { from: Row }, outputs: Row, run: () => Effect.succeed([]) })
  const chain = Array.from({ length: 9_999 }, (_, step) => step).reduce<Any>((from, step) => Next({ step, from }), First({ seed: 0 }))
  const grid = Grid.map(Grid.range("seed", 1, 10_000), ({ seed }) => First({ seed }))
  const deep = Array.from({ length: 9_999 }, (_, level) => level).reduce<Any>((part) => Grid.concat([part]), First({ seed: 0 }))
  const trace = (action: string) => traceOf({ action, outputs: { output: { address: hash("sha256", action), bytes: 0, sha256: "" } } })
  const everything: Snapshot = { ...nothing, trace, has: () => true }

  it.each([["a chain", chain, 10_000], ["a grid", grid, 10_000], ["grids within grids", deep, 1]])("is planned as %s, built and not built", (_, node, calls) => {
    const missing = planOf([node])
    const there = planOf([node], everything)
    expect(Plan.builds(missing).length).toBe(calls)
    expect(Plan.calls(there).length).toBe(calls)
    expect(Plan.builds(there).length).toBe(0)
    expect(there.steps.map((step) => step.key)).toEqual(missing.steps.map((step) => step.key))
  })
})
