/** A store on a disk that cannot be written: what is there is read, and what cannot be built says why. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { audit, sample } from "../../src/engine/audit.ts"
import { Builder } from "../../src/engine/Builder.ts"
import { Executor } from "../../src/engine/Executor.ts"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import * as Garbage from "../../src/engine/garbage.ts"
import * as Plan from "../../src/engine/Plan.ts"
import { beside } from "../../src/engine/scratch.ts"
import { over, Store } from "../../src/engine/Store.ts"
import { Unusable } from "../../src/engine/StoreFailure.ts"
import { repair, verify } from "../../src/engine/verify.ts"
import * as Layer from "effect/Layer"
import { flipped } from "./places.ts"
import { begun, labOver, ran } from "./runs.ts"
import { Numbers, Sum } from "./sums.ts"

const total = Sum({ of: Numbers({ seed: 3 }) })

/** The same files, of which none can be changed. */
const readOnly = (files: Files): Files => {
  const refuse = (path: string): never => { throw new Unusable({ path: `/disk/${path}`, code: "EROFS", reason: `read-only file system, open '/disk/${path}'` }) }
  return { ...files, folder: "/disk", write: refuse, place: refuse, append: refuse, create: refuse, move: refuse, remove: refuse, refresh: refuse, commit: async () => refuse("") }
}
const filled = async () => {
  const files = inMemory()
  await ran(files, begun("one"), { total })
  return files
}
const using = <A, E>(files: Files, effect: Effect.Effect<A, E, Builder | Store | Executor>) => Effect.runPromise(Effect.provide(effect, labOver(files)))
const message = /^\/disk cannot be used as a cache: read-only file system \(EROFS\); its disk is read-only: give another folder by --cache$/

describe("a store on a read-only disk", () => {
  it("is planned, built where all is there, and read", async () => {
    const files = readOnly(await filled())
    const { plan, table } = await using(files, Effect.gen(function*() {
      const builder = yield* Builder
      const { plan } = yield* builder.build([total])
      return { plan, table: yield* Store.use((store) => store.table(plan.roots[0]!.step.outputs!["output"]!)) }
    }))
    expect(Plan.builds(plan)).toEqual([])
    expect(table.rows).toEqual([{ total: 93, rows: 3 }])
  })

  it("is read where its index is lost, which it cannot mend", async () => {
    const files = await filled()
    files.remove("index.jsonl")
    const plan = await using(readOnly(files), Builder.use((builder) => builder.plan([total])))
    expect(Plan.builds(plan)).toEqual([])
  })

  it("builds nothing, and says why before any work starts", async () => {
    const files = readOnly(await filled())
    await expect(using(files, Builder.use((builder) => builder.build([Sum({ of: Numbers({ seed: 4 }) })])))).rejects.toThrow(message)
  })

  it("is verified, audited and measured, and what is damaged in it stays where it is", async () => {
    const files = await filled()
    const address = (await using(files, Builder.use((builder) => builder.plan([total])))).roots[0]!.step.outputs!["output"]!
    const path = `objects/${address.slice(0, 2)}/${address}.parquet`
    files.write(path, flipped(files.read(path)!, 40))
    const closed = readOnly(files)
    const found = await Effect.runPromise(verify(closed))
    expect(found.damaged.map((finding) => finding.path)).toEqual([path])
    await expect(Effect.runPromise(repair(closed, found))).rejects.toThrow(message)
    const audited = await using(closed, Effect.gen(function*() {
      const plan = yield* Builder.use((builder) => builder.plan([total]))
      const store = yield* Store
      const scratch = yield* Effect.flatMap(over(inMemory()), (aside) => beside(store, aside))
      return yield* Effect.gen(function*() {
        return yield* audit(sample(plan, 1), { store, scratch, executor: yield* Executor, tell: () => {} })
      }).pipe(Effect.provide(Layer.provide(Executor.layerInlineOf(1), Layer.succeed(Store, scratch))))
    }).pipe(Effect.scoped))
    expect(audited.map(({ verdict }) => verdict._tag)).toEqual(["Same", "Failed"])
    expect(files.list("quarantine")).toEqual([])
  })

  it("frees nothing, and says why", async () => {
    const files = readOnly(await filled())
    const garbage = await Effect.runPromise(Garbage.find(files, { keep: [], runs: 1, older: undefined, larger: undefined }, Date.now()))
    await expect(Effect.runPromise(Garbage.remove(files, garbage))).rejects.toThrow(message)
  })
})
