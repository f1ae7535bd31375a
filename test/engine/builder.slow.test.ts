import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Builder } from "../../src/engine/Builder.ts"
import { Executor } from "../../src/engine/Executor.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Any } from "../../src/engine/Node.ts"
import * as Stage from "../../src/engine/Stage.ts"
import { lab } from "./lab.ts"
import { mapStore } from "./mapStore.ts"
import { Halves, Numbers, Sum } from "./sums.ts"

describe("a graph of 10,000 calls", () => {
  const Row = Schema.Struct({ value: Schema.Int })
  const Next = Stage.make(import.meta.url, "successor", {
    params: { step: Schema.Int },
    inputs: { from: Row },
    outputs: Row,
    run: ({ step }, { from }) => Effect.succeed([{ value: from.column("value")[0]! + step }])
  })
  const one = Halves({ numbers: Numbers({ seed: 0, count: 1 }) }).whole
  const chain = Array.from({ length: 10_000 }, (_, step) => step).reduce<Any>((from, step) => Next({ step, from }), one)
  const grid = Grid.map(Grid.range("step", 1, 10_000), ({ step }) => Next({ step, from: one }))

  it.live.each([
    { shape: "a chain", node: chain, total: 49_995_000, rows: 1 },
    { shape: "a grid", node: grid, total: 50_005_000, rows: 10_000 }
  ])("is built as $shape, and read again", ({ node, rows, total }) => Effect.gen(function*() {
    const { outcomes } = yield* Builder.use((builder) => builder.build([node]))
    expect([...outcomes.values()].filter((outcome) => outcome._tag === "built" && outcome.seconds > 0).length).toBe(10_002)
    expect((yield* Sum({ of: node })).rows).toEqual([{ total, rows }])
  }).pipe(Effect.provide(lab({ store: mapStore, executor: Executor.layerInlineOf(2) }))))
})
