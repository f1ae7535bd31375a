/** Verifying a store: a whole one is found whole, every kind of damage is found, and a repaired one is whole again. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { Builder } from "../../src/engine/Builder.ts"
import type { Files } from "../../src/engine/Files.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as Inventory from "../../src/engine/Inventory.ts"
import * as Plan from "../../src/engine/Plan.ts"
import { over } from "../../src/engine/Store.ts"
import * as Trace from "../../src/engine/Trace.ts"
import { repair, verify } from "../../src/engine/verify.ts"
import { flipped, places, table, using } from "./places.ts"
import { begun, labOver, ran } from "./runs.ts"
import { Halves, Numbers, Page, Sum } from "./sums.ts"

const sums = Grid.map(Grid.range("seed", 1, 3), ({ seed }) => Sum({ of: Halves({ numbers: Numbers({ seed }) }).whole }))
const roots = { sums, page: Page({ title: "a page", sums: [Sum({ of: Numbers({ seed: 9 }) })] }) }
const look = (files: Files) => Effect.runPromise(verify(files))
const mend = (files: Files) => Effect.runPromise(Effect.flatMap(verify(files), (found) => repair(files, found)))

/** Every file of the store but its index, logs and leases. */
const contents = (files: Files) => Object.fromEntries(["objects", "actions"].flatMap((folder) => Inventory.pathsIn(files, folder)).map((path) => [path, Buffer.from(files.read(path)!).toString("hex")]))

describe.each(places)("a store $where", ({ make, step }) => {
  const filled = async () => {
    const files = make()
    await ran(files, begun("one"), roots)
    return files
  }

  it("that builds have filled is whole, and nothing in it is an orphan", async () => {
    const files = await filled()
    expect(await look(files)).toMatchObject({ objects: 14, traces: 12, damaged: [], dangling: [], orphans: [] })
  })

  it("has each file found of which a bit is changed or the end is missing, and is not changed by looking", async () => {
    const files = await filled()
    const paths = Object.keys(contents(files))
    expect(paths.length).toBe(26)
    for (const [index, path] of paths.entries()) {
      const whole = files.read(path)!
      const places = Array.from({ length: step > 3 ? 1 : 5 }, (_, place) => (13 * index + 101 * place) % whole.length)
      for (const spoilt of [...places.map((place) => flipped(whole, place)), whole.slice(0, -1), new Uint8Array(0)]) {
        files.write(path, spoilt)
        const before = contents(files)
        const { damaged } = await look(files)
        expect(damaged.map((finding) => finding.path), path).toEqual([path])
        expect(contents(files)).toEqual(before)
      }
      files.write(path, whole)
    }
    expect(await look(files)).toMatchObject({ damaged: [], dangling: [] })
  })

  it("that was repaired is whole, and one build makes of it what it was", async () => {
    const files = await filled()
    const before = contents(files)
    const paths = Object.keys(before)
    for (const path of [paths[0]!, paths[9]!, paths.at(-1)!]) files.write(path, flipped(files.read(path)!, 5))
    expect(await mend(files)).toBeGreaterThanOrEqual(3)
    expect(await look(files)).toMatchObject({ damaged: [], dangling: [] })
    await ran(files, begun("two"), roots)
    expect(Object.keys(contents(files))).toEqual(paths)
    for (const path of paths) if (path.startsWith("objects/")) expect(contents(files)[path]).toBe(before[path])
  })

  it("loses no trace that its index has a copy of", async () => {
    const files = await filled()
    const [path] = Inventory.pathsIn(files, "actions") as [string]
    const whole = Buffer.from(files.read(path)!).toString()
    files.write(path, whole.slice(3))
    await mend(files)
    expect(Buffer.from(files.read(path)!).toString()).toBe(whole)
    expect(files.list("quarantine").length).toBe(1)
  })

  it("has a trace found that is whole, but of something else than its name says", async () => {
    const files = await filled()
    const [path] = Inventory.pathsIn(files, "actions") as [string]
    const trace = Trace.decode(Buffer.from(files.read(path)!).toString())
    files.write(path, Trace.encode({ ...trace, params: { ...trace.params, seed: 1234 } }))
    expect((await look(files)).damaged).toEqual([{ path, problem: expect.stringContaining("something else") }])
  })

  it("has traces found whose results are gone, gathered tables that lack a part, and sets both apart", async () => {
    const files = await filled()
    const plan = await Effect.runPromise(Effect.provide(Builder.use((builder) => builder.plan([sums])), labOver(files)))
    const sum = Plan.calls(plan).find(({ name }) => name === "sum")!
    const address = sum.outputs!["output"]!
    files.remove(`objects/${address.slice(0, 2)}/${address}.parquet`)
    const { damaged, dangling } = await look(files)
    expect(damaged).toEqual([])
    expect(dangling.map(({ path, problem }) => `${path.split("/")[0]} ${problem}`)).toEqual([
      `actions the output of sum is not there (${address})`,
      `objects a part of the gathered table is not there (${address})`
    ])
    expect(await mend(files)).toBe(2)
    expect(await look(files)).toMatchObject({ damaged: [], dangling: [] })
  })

  it("has an object found that nothing speaks of, and leaves it", async () => {
    const files = await filled()
    const { address } = await using(files, (store) => store.putTable(table(5)))
    expect((await look(files)).orphans).toMatchObject([{ address, kind: "table" }])
    expect(await mend(files)).toBe(0)
    expect((await look(files)).orphans.length).toBe(1)
  })
})

it("a store whose objects were exchanged is found out", async () => {
  const files = places[0]!.make()
  await ran(files, begun("one"), roots)
  const [one, other] = Inventory.pathsIn(files, "objects").filter((path) => path.endsWith(".parquet")) as [string, string]
  files.write(one, files.read(other)!)
  expect((await look(files)).damaged).toEqual([{ path: one, problem: "it holds something else" }])
  await expect(Effect.runPromise(Effect.scoped(Effect.flatMap(over(files), (store) => store.table(/(\w{64})/.exec(one)![1]!))))).rejects.toThrow(/damaged/)
})
