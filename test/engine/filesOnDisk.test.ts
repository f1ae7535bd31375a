/** A store on a disk that dies at any call of the system, or that may not be written. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { spawnSync } from "node:child_process"
import { hash } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, describe, expect, it, vi } from "vitest"
import { filesOnDisk } from "../../src/engine/filesOnDisk.ts"
import { over, Store } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"

/** Calls that are left before the machine stops; what was begun by then is half done. */
const machine = vi.hoisted(() => ({ left: Infinity, full: false, calls: new Array<string>() }))

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>()
  const mortal = <A extends ReadonlyArray<any>, B>(call: (...given: A) => B, half?: (...given: A) => unknown) => (...given: A): B => {
    machine.calls.push(call.name)
    if (machine.left === 0) half?.(...given)
    if (machine.left-- <= 0) throw new Error("the machine stopped")
    return call(...given)
  }
  const noSpace = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })
  const writeSync = (handle: number, bytes: Uint8Array, ...others: ReadonlyArray<any>): number => {
    if (!machine.full) return fs.writeSync(handle, bytes, ...others)
    fs.writeSync(handle, bytes, 0, bytes.length >> 1)
    throw noSpace()
  }
  return {
    ...fs,
    openSync: mortal(fs.openSync), closeSync: mortal(fs.closeSync), fsyncSync: mortal(fs.fsyncSync), mkdirSync: mortal(fs.mkdirSync),
    renameSync: mortal(fs.renameSync), unlinkSync: mortal(fs.unlinkSync), rmSync: mortal(fs.rmSync), utimesSync: mortal(fs.utimesSync),
    writeSync: mortal(writeSync, (handle, bytes) => fs.writeSync(handle, bytes, 0, bytes.length >> 1)),
    writeFileSync: mortal(fs.writeFileSync, (file, text) => fs.writeFileSync(file, String(text).slice(0, 20), { flag: "wx" })),
    appendFileSync: mortal(fs.appendFileSync, (file, text) => fs.appendFileSync(file, String(text).slice(0, 100)))
  }
})

const folders: Array<string> = []
const newFolder = () => {
  folders.push(mkdtempSync(join(tmpdir(), "dln-files-")))
  return folders.at(-1)!
}
afterEach(() => { Object.assign(machine, { left: Infinity, full: false }) })
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

const using = <A>(folder: string, f: (store: Store["Service"]) => Effect.Effect<A, any, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(over(filesOnDisk(folder)), f)))
const failing = (folder: string, f: (store: Store["Service"]) => Effect.Effect<unknown, any, Scope.Scope>) =>
  Effect.runPromise(Effect.scoped(Effect.flip(Effect.flatMap(over(filesOnDisk(folder)), f))))

const key = (text: string) => hash("sha256", text)
const table = (seed: number) => Table.make<any>([{ name: "x", kind: "float64", nullable: false }], { x: Float64Array.of(seed, 2, 3) })

/** What a builder does with one action. */
const build = (seed: number) => (store: Store["Service"]) => Effect.scoped(Effect.gen(function*() {
  expect(yield* store.lease(key(`action ${seed}`))).toBe("mine")
  const outputs = { output: yield* store.putTable(table(seed)) }
  yield* store.record({
    action: key(`action ${seed}`), recipe: key("recipe"), stage: "train", fingerprint: key("code"), params: {}, inputs: {}, outputs, seconds: 1,
    host: "here", node: "v26.10.0", backend: "js", finished: "2026-01-01T00:00:00.000Z"
  })
}))

/** Every trace there is, after all that it speaks of was read and verified. */
const finished = (store: Store["Service"]) => Effect.gen(function*() {
  const { damaged, traces } = yield* store.snapshot
  expect(damaged).toEqual([])
  for (const { outputs } of traces()) yield* store.table(outputs["output"]!.address)
  return Array.from(traces(), ({ action }) => action).toSorted()
})

describe("a machine that stops", () => {
  it("at any call of the system loses nothing that was finished, and shows nothing that was not", async () => {
    let stops = 0
    for (let calls = 0, survived = false; !survived; calls++) {
      const folder = newFolder()
      await using(folder, build(1))
      machine.left = calls
      survived = await using(folder, build(2)).then(() => true, () => false)
      survived &&= machine.left > 0
      machine.left = Infinity
      stops++
      const seen = await using(folder, finished)
      expect(seen).toContain(key("action 1"))
      if (survived) expect(seen).toContain(key("action 2"))
      rmSync(join(folder, "leases"), { recursive: true, force: true })
      await using(folder, build(2))
      expect(await using(folder, finished)).toEqual([key("action 1"), key("action 2")].toSorted())
    }
    expect(stops).toBeGreaterThan(20)
  })

  it("while it opens a folder for the first time leaves one that opens", async () => {
    for (let calls = 0, survived = false; !survived; calls++) {
      const folder = join(newFolder(), "deep", "cache")
      machine.left = calls
      survived = await using(folder, () => Effect.void).then(() => true, () => false)
      machine.left = Infinity
      await using(folder, build(1))
    }
  })
})

it("a file is on the disk before it gets its name, and its name before the write returns", () => {
  const files = filesOnDisk(newFolder())
  files.write("a/first", "x")
  machine.calls = []
  files.write("a/second", "y")
  expect(machine.calls).toEqual(["openSync", "writeSync", "fsyncSync", "closeSync", "renameSync", "openSync", "fsyncSync", "closeSync"])
})

describe("a write that fails", () => {
  it("is a failure that names the file, and leaves nothing behind", async () => {
    const folder = newFolder()
    const { address } = await using(newFolder(), (store) => store.putTable(table(1)))
    mkdirSync(join(folder, "objects", address.slice(0, 2), `${address}.parquet`, "in the way"), { recursive: true })
    const files = filesOnDisk(folder)
    expect(() => files.write(`objects/${address.slice(0, 2)}/${address}.parquet`, "x")).toThrow(expect.objectContaining({ _tag: "Unusable", path: expect.stringContaining(address) }))
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
    expect(failure).toMatchObject({ _tag: "Unusable", code: "ENOSPC", message: expect.stringContaining("free some space on its disk") })
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
      const said = (effect) => Effect.runPromise(Effect.match(effect, { onFailure: ({ _tag, code, message }) => ({ _tag, code, message }), onSuccess: (value) => value ?? "done" }))
      console.log(JSON.stringify(await said(Effect.scoped(Effect.gen(function*() {
        const store = yield* over(filesOnDisk(${JSON.stringify(folder)}))
        return {
          rows: yield* Effect.promise(() => said(Effect.map(store.table("${address}"), (table) => table.rows))),
          traces: yield* Effect.promise(() => said(Effect.map(store.snapshot, ({ traces }) => Array.from(traces()).length))),
          check: yield* Effect.promise(() => said(store.check)),
          put: yield* Effect.promise(() => said(store.putBytes(Uint8Array.of(1))))
        }
      })))))`
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const { stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { ...nobody, encoding: "utf8", cwd: join(store, "../../..") })
    return JSON.parse(stdout || JSON.stringify({ stderr }))
  }

  it("serves what it holds, also where its index must be mended, and says before work starts that it cannot keep more", async () => {
    const folder = newFolder()
    await using(folder, build(1))
    const { address } = await using(folder, (store) => store.putTable(table(1)))
    rmSync(join(folder, "index.jsonl"))
    spawnSync("chmod", ["-R", "a-w,a+rX", folder])
    const refused = { _tag: "Unusable", code: "EACCES", message: expect.stringContaining("make the folder writable, or give another one by --cache") }
    expect(asOther(folder, address)).toEqual({ rows: [{ x: 1 }, { x: 2 }, { x: 3 }], traces: 1, check: refused, put: refused })
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
    expect(await failing(file, () => Effect.void)).toMatchObject({ _tag: "Unusable", path: expect.stringContaining(file) })
  })
})

it("a store of a folder is that of its layer", async () => {
  const folder = newFolder()
  const { address } = await Effect.runPromise(Effect.provide(Store.use((store) => store.putTable(table(1))), Store.layerDisk(folder)))
  expect((await using(folder, (store) => store.table(address))).rows).toEqual(table(1).rows)
})
