/** What differs between two runs of a pipeline. */
import { describe, expect, it } from "vitest"
import { compareRuns } from "../../src/engine/compareRuns.ts"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as RunLog from "../../src/engine/RunLog.ts"
import { using } from "./places.ts"
import { begun, ran } from "./runs.ts"
import { Halves, Numbers, Sum } from "./sums.ts"

const sums = (seeds: number, by = 2) => Grid.map(Grid.range("seed", 1, seeds), ({ seed }) => Sum({ of: Halves({ by, numbers: Numbers({ seed }) }).whole }))
const compared = (files: Files, old: string, now: string) =>
  using(files, (store) => compareRuns(store, RunLog.read(files, old)!, RunLog.read(files, now)!))

const two = async () => {
  const files = inMemory()
  await ran(files, begun("old", { params: { seeds: 3, steps: { early: 1, late: 2 }, only: 1 }, code: { sum: "a", gone: "b" } }), { sums: sums(3), numbers: Numbers({ seed: 1 }), old: Numbers({ seed: 5 }) })
  await ran(files, begun("new", { params: { seeds: 4, steps: { early: 1, late: 3 } }, code: { sum: "c", come: "d" } }), { sums: sums(4, 5), numbers: Numbers({ seed: 1 }), new: Numbers({ seed: 5 }) })
  return files
}

describe("two runs", () => {
  it("differ in parameters, by their path, and in the code of stages", async () => {
    const { code, params } = await compared(await two(), "old", "new")
    expect(params).toEqual([{ name: "seeds", old: 3, now: 4 }, { name: "steps.late", old: 2, now: 3 }, { name: "only", old: 1, now: undefined }])
    expect(code).toEqual([{ stage: "sum", old: "a", now: "c" }, { stage: "gone", old: "b", now: undefined }, { stage: "come", old: undefined, now: "d" }])
  })

  it("differ in the numbers of their tables, cell by cell", async () => {
    const { tables } = await compared(await two(), "old", "new")
    expect(tables.map(({ _tag, name }) => `${name} ${_tag}`)).toEqual(["sums Differs", "numbers Same", "old Went", "new Came"])
    // Halves of 10, 11, 12 sum to 16, fifths to 6; and so on: rows of seed 4 came.
    expect(tables[0]).toMatchObject({ difference: { rows: 3, rowsAdded: 1, rowsRemoved: 0, moved: [{ column: "total", entries: 3, first: { row: 1, old: 16, now: 6 } }] } })
  })

  it("of the same parameters and code differ in nothing", async () => {
    const files = await two()
    await ran(files, begun("again", { params: { seeds: 4, steps: { early: 1, late: 3 } }, code: { sum: "c", come: "d" } }), { sums: sums(4, 5), numbers: Numbers({ seed: 1 }), new: Numbers({ seed: 5 }) })
    const { code, params, tables } = await compared(files, "new", "again")
    expect([code, params]).toEqual([[], []])
    expect(new Set(tables.map(({ _tag }) => _tag))).toEqual(new Set(["Same"]))
  })

  it("whose tables are no longer there are told apart all the same", async () => {
    const files = await two()
    const address = RunLog.read(files, "old")!.ended!.tables["sums"]!
    files.remove(`objects/${address.slice(0, 2)}/${address}.json`)
    expect((await compared(files, "old", "new")).tables[0]).toMatchObject({ name: "sums", _tag: "Lost", message: expect.stringContaining(address) })
  })

  it("are compared as far as they went where one was stopped", async () => {
    const files = await two()
    await ran(files, begun("stopped", { params: {} }), { sums: sums(1) }, { stopped: true })
    expect((await compared(files, "old", "stopped")).tables.map(({ _tag }) => _tag)).toEqual(["Went", "Went", "Went"])
  })
})
