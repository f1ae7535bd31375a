/** A store on a disk that is full, or that may not be written. */
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, describe, expect, it, vi } from "vitest"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import { Store } from "../../src/engine/Store.ts"
import { machine, repaired } from "./mortalFileSystem.ts"
import { traceOf } from "./places.ts"
import { build, failing, finished, key, newFolder, table, using } from "./storeOnDisk.ts"

vi.mock("node:fs", async (original) => (await import("./mortalFileSystem.ts")).mortal(await original()))

afterEach(repaired)

it("a file is on the disk before it gets its name, and its name before the write returns", () => {
  const files = filesOnDisk(newFolder())
  files.write("a/first", "x")
  machine.calls = []
  files.write("a/second", "y")
  const file = ["openSync", "writeSync", "fsyncSync", "closeSync"]
  expect(machine.calls).toEqual([...file, "renameSync", "openSync", "fsyncSync", "closeSync"])
})

describe("a trace that is recorded", () => {
  it("has its name after what it tells of is on the disk, and stays when it is told to be there", async () => {
    const folder = newFolder()
    await using(folder, build(1))
    machine.disk = []
    await using(folder, build(2))
    const [object, trace] = ["objects", "actions"].map((room) => machine.disk.find((line) => line.startsWith(`name ${join(folder, room)}`))!.slice(5))
    const named = machine.disk.indexOf(`name ${trace}`)
    const before = machine.disk.slice(0, named)
    expect(before).toEqual(expect.arrayContaining([object!, dirname(object!), join(folder, "objects")].map((path) => `sync ${path}`)))
    expect(before.filter((line) => line.startsWith(`sync ${join(folder, "tmp")}/`))).toHaveLength(1)
    expect(machine.disk.slice(named)).toEqual(expect.arrayContaining([dirname(trace!), join(folder, "actions")].map((path) => `sync ${path}`)))
  })

  it("waits for the disk together with others, and fails for none of them", async () => {
    const folder = newFolder()
    const fates = await using(folder, (store) => {
      machine.disk = []
      const record = (name: string) => Effect.match(store.record({ ...traceOf(name), ...(name === "5" && { action: "../5" }) }), {
        onFailure: ({ _tag }) => _tag,
        onSuccess: () => "there"
      })
      return Effect.forEach(Array.from({ length: 10 }, (_, index) => String(index)), record, { concurrency: "unbounded" })
    })
    expect(fates).toEqual(Array.from({ length: 10 }, (_, index) => index === 5 ? "WrongName" : "there"))
    expect(await using(folder, ({ snapshot }) => Effect.map(snapshot, ({ traces }) => [...traces()].length))).toBe(9)
    machine.disk = []
    await using(folder, (store) => Effect.forEach(Array.from({ length: 100 }, (_, index) => traceOf(`more ${index}`)), store.record, { concurrency: "unbounded" }))
    expect(machine.disk.filter((line) => line === `sync ${join(folder, "actions")}`)).toHaveLength(2)
  })
})

describe("a write that fails", () => {
  it("is a failure that names the file, and leaves nothing behind", () => {
    const folder = newFolder()
    mkdirSync(join(folder, "objects", "figure.bin", "in the way"), { recursive: true })
    const refusal = { _tag: "Unusable", path: join(folder, "objects", "figure.bin") }
    expect(() => filesOnDisk(folder).write("objects/figure.bin", "x")).toThrow(expect.objectContaining(refusal))
    expect(readdirSync(join(folder, "tmp"))).toEqual([])
  })

  it("because the disk is full says to free some space, and keeps what was built", async () => {
    const folder = newFolder()
    await using(folder, build(1))
    const failure = await using(folder, (store) => {
      machine.full = true
      return Effect.flip(build(2)(store))
    })
    machine.full = false
    const message = expect.stringContaining("free some space on its disk")
    expect(failure).toMatchObject({ _tag: "Unusable", code: "ENOSPC", message })
    expect(readdirSync(join(folder, "tmp"))).toEqual([])
    expect(await using(folder, finished)).toEqual([key("action 1")])
    await using(folder, build(2))
    expect(await using(folder, finished)).toHaveLength(2)
  })
})

describe("what a killed process was writing", () => {
  it("is cleared a day later, and not before", async () => {
    const folder = newFolder()
    await using(folder, () => Effect.void)
    for (const [name, hours] of [["old", 25], ["young", 23]] as const) {
      writeFileSync(join(folder, "tmp", name), "half")
      const time = Date.now() / 1000 - hours * 3600
      utimesSync(join(folder, "tmp", name), time, time)
    }
    await using(folder, () => Effect.void)
    expect(readdirSync(join(folder, "tmp"))).toEqual(["young"])
  })
})

describe("a folder that cannot be written", () => {
  const store = fileURLToPath(new URL("../../src/engine/Store.ts", import.meta.url))
  /** What a process without rights sees. */
  const asOther = (folder: string, address = key("none")): Record<string, any> => {
    const program = `
      import * as Effect from "effect/Effect"
      import { over } from ${JSON.stringify(store)}
      import { filesOnDisk } from ${JSON.stringify(store.replace("Store.ts", "filesOnDisk.ts"))}
      const said = (effect) => Effect.runPromise(Effect.match(effect, {
        onFailure: ({ _tag, code, message }) => ({ _tag, code, message }),
        onSuccess: (value) => value ?? "done"
      }))
      console.log(JSON.stringify(await said(Effect.scoped(Effect.gen(function*() {
        const store = yield* over(filesOnDisk(${JSON.stringify(folder)}))
        return {
          rows: yield* Effect.promise(() => said(Effect.map(store.table("${address}"), (table) => table.rows))),
          traces: yield* Effect.promise(() => said(Effect.map(store.snapshot, ({ traces }) => [...traces()].length))),
          check: yield* Effect.promise(() => said(store.check)),
          put: yield* Effect.promise(() => said(store.putBytes(Uint8Array.of(1))))
        }
      })))))`
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const given = { ...nobody, encoding: "utf8", cwd: join(store, "../../..") } as const
    const { stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], given)
    return JSON.parse(stdout || JSON.stringify({ stderr }))
  }

  it("serves what it holds, also without an index, and says before work starts that it cannot keep more", async () => {
    const folder = newFolder()
    await using(folder, build(1))
    const { address } = await using(folder, (store) => store.putTable(table(1)))
    rmSync(join(folder, "index.jsonl"))
    spawnSync("chmod", ["-R", "a-w,a+rX", folder])
    const message = expect.stringContaining("make the folder writable, or give another one by --cache")
    const refused = { _tag: "Unusable", code: "EACCES", message }
    const rows = [{ x: 1 }, { x: 2 }, { x: 3 }]
    expect(asOther(folder, address)).toEqual({ rows, traces: 1, check: refused, put: refused })
    spawnSync("chmod", ["-R", "u+w", folder])
    expect(await using(folder, (store) => store.check)).toBeUndefined()
  })

  it("and is not there is refused when the store is opened", () => {
    const folder = newFolder()
    chmodSync(folder, 0o555)
    expect(asOther(join(folder, "cache"))).toMatchObject({ _tag: "Unusable", code: "EACCES" })
  })

  it("because it is a file is refused when the store is opened", async () => {
    const file = join(newFolder(), "file")
    writeFileSync(file, "")
    const failure = await failing(file, () => Effect.void)
    expect(failure).toMatchObject({ _tag: "Unusable", path: expect.stringContaining(file) })
  })
})

it("a store of a folder is that of its layer", async () => {
  const folder = newFolder()
  const put = Store.use((store) => store.putTable(table(1)))
  const { address } = await Effect.runPromise(Effect.provide(put, Store.layerDisk(folder)))
  expect((await using(folder, (store) => store.table(address))).rows).toEqual(table(1).rows)
})
