/** What may be freed: never what a run reaches that is kept. */
import * as Effect from "effect/Effect"
import * as fc from "../fc.ts"
import { describe, expect, it } from "vitest"
import { Builder } from "../../src/engine/Builder.ts"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import * as Garbage from "../../src/engine/garbage.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as Lease from "../../src/engine/Lease.ts"
import * as Plan from "../../src/engine/Plan.ts"
import * as RunLog from "../../src/engine/RunLog.ts"
import { Store } from "../../src/engine/Store.ts"
import { verify } from "../../src/engine/verify.ts"
import type { Code } from "./lab.ts"
import { key, table, using } from "./places.ts"
import { begun, labOver, ran } from "./runs.ts"
import { Halves, Numbers, Sum } from "./sums.ts"

const grid = (seeds: number, by = 2) => Grid.map(Grid.range("seed", 1, seeds), ({ seed }) => Sum({ of: Halves({ by, numbers: Numbers({ seed }) }).whole }))
const nothing: Garbage.Choice = { keep: [], runs: undefined, older: undefined, larger: undefined }
const now = Date.parse("2026-03-01T00:00:00.000Z")
const day = (day: number) => new Date(now - day * 86_400_000).toISOString()

const find = (files: Files, choice: Partial<Garbage.Choice>, at = now) => Effect.runPromise(Garbage.find(files, { ...nothing, ...choice }, at))
const collect = async (files: Files, choice: Partial<Garbage.Choice>, at = now) => {
  const garbage = await find(files, choice, at)
  await Effect.runPromise(Garbage.remove(files, garbage))
  return garbage
}

/** How many calls of a plan would be built. */
const missing = (files: Files, node: any, code: Code = {}) => Effect.runPromise(Effect.provide(Effect.map(Builder.use((builder) => builder.plan([node])), (plan) => Plan.builds(plan).length), labOver(files, code)))
const results = ({ results }: Garbage.Garbage) => [...Map.groupBy(results, ({ stage }) => stage)].map(([stage, some]) => `${stage} ${some.length}`).toSorted()

describe("garbage", () => {
  it("is nothing of what runs reach, and nothing is removed by looking", async () => {
    const files = inMemory()
    await ran(files, begun("one"), { sums: grid(3) })
    expect(await find(files, {})).toMatchObject({ results: [], objects: [], runs: [], apart: [], bytes: 0 })
    expect(await find(files, { runs: 1 })).toMatchObject({ results: [], objects: [], runs: [] })
    expect(await missing(files, grid(3))).toBe(0)
  })

  it("is, where nothing is asked for, what nothing speaks of, and what was set apart", async () => {
    const files = inMemory()
    await ran(files, begun("one"), { sums: grid(2) })
    const { address } = await using(files, (store) => store.putTable(table(5)))
    files.write("quarantine/old", "12345")
    const garbage = await collect(files, {})
    expect(garbage).toMatchObject({ results: [], objects: [{ address }], apart: ["quarantine/old"] })
    expect(garbage.bytes).toBe(garbage.objects[0]!.bytes + 5)
    expect(files.list("quarantine")).toEqual([])
    expect(await missing(files, grid(2))).toBe(0)
  })

  it("is of the runs that are not kept, but for what those that are kept share with them", async () => {
    const files = inMemory()
    await ran(files, begun("one", { started: day(9), params: { by: 2 } }), { sums: grid(3) })
    await ran(files, begun("two", { started: day(8), params: { by: 3 } }), { sums: grid(3, 3) })
    const garbage = await find(files, { keep: ["two"] })
    expect(results(garbage)).toEqual(["halves 3", "sum 3"])
    expect(garbage.runs).toEqual(["one"])
    expect(results(await find(files, { runs: 1 }))).toEqual(["halves 3", "sum 3"])
    await collect(files, { keep: ["two"] })
    expect(await missing(files, grid(3, 3))).toBe(0)
    expect(await missing(files, grid(3))).toBe(6)
    expect(RunLog.names(files)).toEqual(["two"])
  })

  it("leaves of a pipeline the latest run with each choice of parameters", async () => {
    const files = inMemory()
    for (const [run, by, seeds] of [["a", 2, 3], ["b", 3, 2], ["c", 2, 2]] as const) {
      await ran(files, begun(run, { params: { by }, pipeline: "sums" }), { sums: grid(seeds, by) })
    }
    await ran(files, begun("d", { pipeline: "other" }), { sums: grid(1, 5) })
    const garbage = await find(files, { keep: ["sums"] })
    expect(garbage.runs).toEqual(["a", "d"])
    expect(results(garbage)).toEqual(["halves 2", "numbers 1", "sum 2"])
  })

  it("is nothing that a run needs which was stopped and goes on, and nothing of the one before it that ended", async () => {
    const files = inMemory()
    await ran(files, begun("1-whole", { params: {} }), { sums: grid(3) })
    await ran(files, begun("2-stopped", { params: {} }), { sums: grid(2, 7) }, { stopped: true })
    expect(await find(files, { keep: ["λ"] })).toMatchObject({ results: [], runs: [] })
    expect(await find(files, { runs: 1 })).toMatchObject({ results: [], runs: [] })
    expect(results(await find(files, { keep: ["2-stopped"] }))).toEqual(["halves 3", "numbers 1", "sum 3"])
  })

  it("is what an edit built again, and nothing that was found below it since its output is the same", async () => {
    const files = inMemory()
    const code = { numbers: "edited, and gives the same" }
    await ran(files, begun("one"), { sums: grid(2) })
    await ran(files, begun("two"), { sums: grid(2) }, { code })
    expect(results(await collect(files, { keep: ["two"] }))).toEqual(["numbers 2"])
    expect(await missing(files, grid(2), code)).toBe(0)
    expect(await missing(files, grid(2))).toBe(6)
  })

  it("is older than what was used since, and larger than asked for", async () => {
    const files = inMemory()
    await ran(files, begun("old", { started: day(40) }), { sums: grid(3) })
    await ran(files, begun("young", { started: day(5) }), { sums: grid(1) })
    const later = Date.now() + 100 * 86_400_000
    expect(results(await find(files, { older: 30 }, later))).toEqual(["halves 3", "numbers 3", "sum 3"])
    expect(results(await find(files, { older: 30 }))).toEqual([])
    const { traces } = await using(files, (store) => store.snapshot)
    const sizes = [...traces()].map(({ outputs, stage }) => ({ stage, bytes: Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0) }))
    const largest = Math.max(...sizes.map(({ bytes }) => bytes))
    expect(results(await find(files, { keep: ["young"], larger: largest - 1 }))).toEqual(["halves 2"])
    expect(await find(files, { larger: 0 })).toMatchObject({ results: [] })
  })

  it("that is to be kept by an unknown name is refused", async () => {
    const files = inMemory()
    await ran(files, begun("one"), { sums: grid(1) })
    await expect(find(files, { keep: ["tow"] })).rejects.toThrow(/no run or pipeline "tow"; name λ/)
  })

  it("is not removed while something is built", async () => {
    const files = inMemory()
    await ran(files, begun("one"), { sums: grid(1) })
    const lease = Lease.take(files, key("a step"))!
    files.write("quarantine/old", "")
    await expect(collect(files, {})).rejects.toThrow(/a step is being built/)
    expect(files.list("quarantine")).toEqual(["old"])
    lease.release()
    await collect(files, {})
    expect(files.list("quarantine")).toEqual([])
  })

  it("of any runs leaves every run that is kept a hit, its tables readable, and the store whole", () => fc.assert(fc.asyncProperty(
    fc.array(fc.record({ seeds: fc.integer({ min: 1, max: 3 }), by: fc.integer({ min: 2, max: 4 }), stopped: fc.boolean() }), { minLength: 1, maxLength: 5 }),
    fc.nat(),
    async (runs, chosen) => {
      const files = inMemory()
      for (const [index, { by, seeds, stopped }] of runs.entries()) await ran(files, begun(`run${index}`, { params: { index } }), { sums: grid(seeds, by) }, { stopped })
      const kept = runs.flatMap((run, index) => chosen >> index & 1 ? [{ ...run, name: `run${index}` }] : [])
      await collect(files, kept.length === 0 ? { runs: 1 } : { keep: kept.map(({ name }) => name) })
      for (const { by, seeds } of kept) expect(await missing(files, grid(seeds, by))).toBe(0)
      for (const { ended } of RunLog.all(files)) {
        for (const address of Object.values(ended?.tables ?? {})) await Effect.runPromise(Effect.provide(Store.use((store) => store.table(address)), labOver(files)))
      }
      expect(await Effect.runPromise(verify(files))).toMatchObject({ damaged: [], dangling: [], orphans: [] })
    }
  ), { numRuns: 40 }))
})
