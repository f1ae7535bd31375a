/** The bits of a whole pipeline do not depend on what computes them; and a result that was changed is found. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import { over } from "../../src/engine/Store.ts"
import { Table } from "../../src/engine/Table.ts"
import { load } from "../../src/linalg/compiled/Backend.ts"
import { dln, small } from "./dln.ts"

const folder = mkdtempSync(join(tmpdir(), "dln äudit "))
const cache = join(folder, "cache")
const about = ["rank-patterns", "--cache", cache, ...small]
beforeAll(() => expect(dln(["run", ...about, "--reports", join(folder, "reports"), "--quiet"])).toMatchObject({ code: 0 }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const kernels = (["js", "wasm", "native"] as const).filter((kernel) => load(kernel) !== undefined)

describe("dln audit", () => {
  it("has more than one kernel to compare", () => expect(kernels.length).toBeGreaterThan(1))

  it.each(kernels)("the content addresses of rank-patterns are the same with the kernel %s", (kernel) => {
    const { code, stdout } = dln(["audit", ...about, "--kernel", kernel, "--json"])
    const { audited, differ } = JSON.parse(stdout)
    expect({ code, differ }).toEqual({ code: 0, differ: [] })
    expect(audited).toBeGreaterThan(40)
  })

  it("takes of each stage a share, at least one result, always the same", () => {
    const audited = () => dln(["audit", ...about, "--sample", "1%"])
    const { code, stdout } = audited()
    expect(code).toBe(0)
    const stages = Number(/of (\d+) results/.exec(stdout)![1])
    expect(stages).toBeGreaterThan(10)
    expect(stages).toBeLessThan(40)
    expect(audited().stdout).toBe(stdout)
  })

  it("says how much of what it was asked for is not there", () => {
    const { code, stderr } = dln(["audit", ...about, "--set", "seeds=3", "--sample", "1%"])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^\d+ of \d+ results are not in the cache and not audited; dln run rank-patterns .*builds them\n/)
  })

  it("finds a page that was changed", async () => {
    const page = await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
      const store = yield* over(filesOnDisk(cache))
      const { traces } = yield* store.snapshot
      const trace = [...traces()].find(({ stage }) => stage === "page")!
      const bytes = yield* store.bytes(trace.outputs["output"]!.address)
      const output = yield* store.putBytes(bytes.map((byte, index) => index === 100 ? byte ^ 1 : byte))
      yield* store.record({ ...trace, outputs: { output } })
      return trace
    })))
    expect(dln(["audit", ...about, "--sample", "100%"]).stdout).toMatch(/^page \w+ differs from byte 101 on/m)
    await Effect.runPromise(Effect.scoped(Effect.flatMap(over(filesOnDisk(cache)), (store) => store.record(page))))
  })

  it("finds one element that was changed by one unit in the last place, though the store is whole", async () => {
    const changed = await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
      const store = yield* over(filesOnDisk(cache))
      const { traces } = yield* store.snapshot
      const trace = [...traces()].find(({ stage, params }) => stage === "train" && params["batch"] !== null)!
      const table = yield* store.table(trace.outputs["curve"]!.address)
      const columns = table.columns.map((column) => {
        if (column.kind !== "float64") return column
        const values = column.values.map((value, row) => row === 17 && column.name === "loss" ? value * (1 + Number.EPSILON) : value)
        return { ...column, values }
      })
      const curve = yield* store.putTable(new Table(columns))
      yield* store.record({ ...trace, outputs: { ...trace.outputs, curve } })
      return trace
    })))
    expect(dln(["cache", "verify", "--cache", cache]).code, "every checksum fits").toBe(0)
    const { code, stdout, stderr } = dln(["audit", ...about, "--sample", "100%"])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^train\[.*\]|train\.curve\[/m)
    expect(stdout).toMatch(/first: column loss, row 18: \S+ → \S+ \([12] ulps?\)/)
    expect(stderr).toMatch(/1 result is not what the stages give/)
    expect(changed.stage).toBe("train")
  })
})
