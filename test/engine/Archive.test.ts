/** One file that carries a run elsewhere: whole, checked, and the same for the same run. */
import * as Effect from "effect/Effect"
import * as Tar from "effect/encoding/Tar"
import * as Stream from "effect/Stream"
import { describe, expect, it } from "vitest"
import * as Archive from "../../src/engine/Archive.ts"
import { Builder } from "../../src/engine/Builder.ts"
import { type Files, inMemory } from "../../src/engine/Files.ts"
import * as Grid from "../../src/engine/Grid.ts"
import * as Inventory from "../../src/engine/Inventory.ts"
import * as Plan from "../../src/engine/Plan.ts"
import * as RunLog from "../../src/engine/RunLog.ts"
import { Store } from "../../src/engine/Store.ts"
import * as Trace from "../../src/engine/Trace.ts"
import { verify } from "../../src/engine/verify.ts"
import { flipped } from "./places.ts"
import { begun, labOver, ran } from "./runs.ts"
import { Halves, Numbers, Sum } from "./sums.ts"

const grid = (seeds: number, by = 2) => Grid.map(Grid.range("seed", 1, seeds), ({ seed }) => Sum({ of: Halves({ by, numbers: Numbers({ seed }) }).whole }))
const enclosed = [
  { path: "index.html", bytes: Buffer.from("<p>a page") },
  { path: "source/pipelines/läb 1.ts", bytes: Buffer.from("export default 1") },
  { path: "code/abc/main.mjs", bytes: Buffer.from("") }
]
const cover = { pipeline: "source/pipelines/läb 1.ts", options: " --set seeds=2" }

const packed = (files: Files, run = "one") => Effect.runPromise(Effect.gen(function*() {
  const stream = yield* Archive.pack(files, RunLog.read(files, run)!, enclosed, cover)
  return Buffer.concat(yield* Stream.runCollect(stream))
}))
const inPieces = (bytes: Uint8Array) => Stream.fromIterable(Array.from({ length: Math.ceil(bytes.length / 700) }, (_, index) => bytes.subarray(700 * index, 700 * index + 700)))
const opened = (archive: Uint8Array) => Effect.runPromise(Archive.open(inPieces(archive)))
const taken = (files: Files, archive: Uint8Array) => Effect.runPromise(Effect.flatMap(Archive.open(inPieces(archive)), (opened) => Archive.take(files, opened, inPieces(archive))))

const filled = async () => {
  const files = inMemory()
  await ran(files, begun("one"), { sums: grid(2) })
  await ran(files, begun("two"), { sums: grid(3, 3) })
  return files
}
const paths = (files: Files) => ["objects", "actions"].flatMap((folder) => Inventory.pathsIn(files, folder))
const entries = (archive: Uint8Array) => Effect.runPromise(Stream.runCollect(inPieces(archive).pipe(
  Stream.pipeThroughChannel(Tar.decode()),
  Stream.mapEffect(({ body, header: { path } }) => Effect.map(Stream.runCollect(body), (chunks) => ({ path, bytes: Buffer.concat(chunks) })))
)))
const repacked = async (files: ReadonlyArray<Archive.Enclosed>) =>
  Buffer.concat(await Effect.runPromise(Stream.runCollect(Stream.fromIterable(files).pipe(Stream.map(({ bytes, path }) => Tar.file(path, bytes)), Stream.pipeThroughChannel(Tar.encode())))))

describe("an archive", () => {
  it("holds what the run used, and nothing else, and is the same for the same run", async () => {
    const files = await filled()
    const archive = await packed(files)
    expect(await packed(files)).toEqual(archive)
    const names = (await entries(archive)).map(({ path }) => path)
    expect(names.slice(0, 3)).toEqual(enclosed.map(({ path }) => path))
    expect(names.at(-1)).toBe("archive.json")
    const alone = inMemory()
    await ran(alone, begun("one"), { sums: grid(2) })
    expect(names.slice(3, -2)).toEqual(paths(alone).map((path) => `cache/${path}`))
    expect(names.at(-2)).toBe("cache/runs/one.jsonl")
  })

  it("taken into an empty store makes the run a hit there, its tables readable, the store whole", async () => {
    const archive = await packed(await filled())
    const files = inMemory()
    const found = await opened(archive)
    expect(found.cover).toMatchObject({ ...cover, run: "one" })
    expect(found.enclosed.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual(enclosed.map(({ path, bytes }) => [path, bytes.toString()]))
    expect(await taken(files, archive)).toEqual({ objects: paths(files).filter((path) => path.startsWith("objects")).length, traces: 6, contradictions: [] })
    expect(await Effect.runPromise(verify(files))).toMatchObject({ damaged: [], dangling: [], orphans: [] })
    const plan = await Effect.runPromise(Effect.provide(Builder.use((builder) => builder.plan([grid(2)])), labOver(files)))
    expect(Plan.builds(plan)).toEqual([])
    const table = await Effect.runPromise(Effect.provide(Store.use((store) => store.table(RunLog.read(files, "one")!.ended!.tables["sums"]!)), labOver(files)))
    expect(table.rows.map((row) => row.seed)).toEqual([1, 2])
  })

  it("taken twice changes nothing, and mends what is damaged", async () => {
    const archive = await packed(await filled())
    const files = inMemory()
    await taken(files, archive)
    expect(await taken(files, archive)).toEqual({ objects: 0, traces: 0, contradictions: [] })
    const [path] = paths(files) as [string]
    files.write(path, flipped(files.read(path)!, 20))
    expect(await taken(files, archive)).toMatchObject({ objects: 1, traces: 0 })
    expect(await Effect.runPromise(verify(files))).toMatchObject({ damaged: [] })
  })

  it("that contradicts the store is said, and the store keeps its own", async () => {
    const archive = await packed(await filled())
    const files = inMemory()
    await ran(files, begun("mine"), { numbers: Numbers({ seed: 1 }) })
    const [path] = Inventory.pathsIn(files, "actions") as [string]
    const mine = Trace.decode(Buffer.from(files.read(path)!).toString())
    const other = await Effect.runPromise(Effect.provide(Store.use((store) => Effect.flatMap(store.putBytes(Uint8Array.of(1)), (output) => store.record({ ...mine, outputs: { output } }))), labOver(files)))
    expect(other).toBeUndefined()
    const { contradictions, traces } = await taken(files, archive)
    expect(contradictions.map(({ stage }) => stage)).toEqual(["numbers"])
    expect(traces).toBe(5)
    expect(Trace.decode(Buffer.from(files.read(path)!).toString()).outputs["output"]!.bytes).toBe(1)
  })

  it("with any bit changed is refused, or holds the same", async () => {
    const archive = await packed(await filled())
    const whole = await opened(archive)
    let refused = 0
    for (let at = 0; at < archive.length; at += 293) {
      const found = await opened(flipped(archive, at)).catch((error: Error) => error)
      if (found instanceof Error) {
        expect(found).toMatchObject({ _tag: "Broken" })
        refused++
      } else expect(found.cover).toEqual(whole.cover)
    }
    expect(refused).toBeGreaterThan(30)
  })

  it("cut off anywhere is refused", async () => {
    const archive = await packed(await filled())
    const end = archive.lastIndexOf("}\n")
    for (let length = 0; length < end; length += 3001) await expect(opened(archive.subarray(0, length))).rejects.toMatchObject({ _tag: "Broken" })
  })

  it.each<readonly [string, (files: ReadonlyArray<Archive.Enclosed>) => ReadonlyArray<Archive.Enclosed>, RegExp]>([
    ["an object is missing", (files) => files.filter(({ path }) => !path.endsWith(".parquet")), /missing/],
    ["a file is added", (files) => [{ path: "index2.html", bytes: Buffer.from("") }, ...files], /index2.html: it is not as it was packed/],
    ["a name leads out of the folder", (files) => [{ path: "source/../../evil", bytes: Buffer.from("") }, ...files], /no archive holds such a file/],
    ["a name is absolute", (files) => [{ path: "/etc/evil", bytes: Buffer.from("") }, ...files], /no archive holds such a file/],
    ["a name is that of no object", (files) => [{ path: "cache/objects/../x", bytes: Buffer.from("") }, ...files], /it is not where/],
    ["a file is there twice", (files) => [files[0]!, ...files], /twice/],
    ["a trace tells of something else", (files) => files.map((file) => {
      if (!file.path.startsWith("cache/actions/")) return file
      const trace = Trace.decode(Buffer.from(file.bytes).toString())
      return { ...file, bytes: Buffer.from(Trace.encode({ ...trace, params: { forged: true } })) }
    }), /something else/],
    ["a source is changed", (files) => files.map((file) => file.path.startsWith("source/") ? { ...file, bytes: Buffer.from("other") } : file), /not as it was packed/],
    ["it is empty", () => [], /archive.json: it is missing/]
  ])("is refused where %s", async (_, change, expected) => {
    const files = inMemory()
    const archive = await repacked(change(await entries(await packed(await filled()))))
    await expect(taken(files, archive)).rejects.toThrow(expected)
    expect(paths(files)).toEqual([])
  })

  it("is not made of a store that is damaged", async () => {
    const files = await filled()
    const [path] = paths(files) as [string]
    files.write(path, flipped(files.read(path)!, 30))
    await expect(packed(files).then(() => packed(files, "two"))).rejects.toThrow(path)
  })
})
