/**
 * Objects: tables, manifests and the bytes of files, each under the address of what it holds.
 *
 * An object is verified when it is first read in a process; what is damaged is set apart and fails as `Damaged`.
 * Putting what is there already writes nothing, unless what is there is damaged. What is put is there for good when a
 * trace tells of it; a manifest, of which none does, is put again where it is lost.
 */
import { hash } from "node:crypto"
import * as Effect from "effect/Effect"
import { checkedKey, type Files } from "./Files.ts"
import * as Key from "./Key.ts"
import * as Manifest from "./Manifest.ts"
import * as Parquet from "./Parquet.ts"
import { quarantine } from "./quarantine.ts"
import * as Recent from "./Recent.ts"
import { attempt, Missing, type StoreFailure } from "./StoreFailure.ts"
import * as Table from "./Table.ts"
import type { Stored } from "./Trace.ts"

export interface Objects {
  readonly table: (address: string) => Effect.Effect<Table.Table<any>, StoreFailure>
  readonly bytes: (address: string) => Effect.Effect<Uint8Array, StoreFailure>
  readonly putTable: (table: Table.Table<any>) => Effect.Effect<Stored, StoreFailure>
  readonly putBytes: (bytes: Uint8Array) => Effect.Effect<Stored, StoreFailure>
  readonly putManifest: (manifest: Manifest.Manifest) => Effect.Effect<Stored, StoreFailure>
}

/** So many bytes of tables are remembered. */
export const make = (files: Files, remembered = 0): Objects => {
  const verified = new Set<string>()
  const recent = Recent.make(remembered)

  /** What is there under an address, with its file; `undefined` where nothing is. */
  const find = Effect.fnUntraced(function*<A>(
    kind: Kind<A>,
    address: string
  ): Effect.fn.Return<Found<A> | undefined, StoreFailure> {
    const path = yield* attempt(() => pathOf(kind, address))
    const file = yield* attempt(() => files.read(path))
    if (file === undefined) return undefined
    const value = yield* Effect.catch(decoded(kind, address, file), (problem) =>
      attempt((): never => { throw quarantine(files, path, problem) }))
    return { file, value }
  })

  const decoded = <A>(kind: Kind<A>, address: string, file: Uint8Array) => Effect.tryPromise({
    try: async () => {
      const value = await kind.decode(file)
      if (!verified.has(address) && kind.addressOf(value) !== address) throw new Error("it holds something else")
      verified.add(address)
      return value
    },
    catch: problemOf
  })

  const put = Effect.fnUntraced(function*<A>(kind: Kind<A>, value: A): Effect.fn.Return<Stored, StoreFailure> {
    const address = kind.addressOf(value)
    const found = yield* Effect.catchTag(find(kind, address), "Damaged", () => Effect.undefined)
    if (found !== undefined) return storedOf(address, found.file)
    const file = kind.encode(value)
    yield* attempt(() => files.place(pathOf(kind, address), file))
    return storedOf(address, file)
  })

  const missing = (address: string) => new Missing({ address, folder: files.folder })

  const table = Effect.fnUntraced(function*(address: string): Effect.fn.Return<Table.Table<any>, StoreFailure> {
    const known = recent.find(address)
    if (known !== undefined) return known
    const found = yield* find(tables, address)
    if (found !== undefined) {
      recent.keep(address, found.value)
      return found.value
    }
    const manifest = (yield* find(manifests, address))?.value
    if (manifest === undefined) return yield* missing(address)
    const parts = new Map<string, Table.Table<any>>()
    for (const part of new Set(manifest.parts)) parts.set(part, yield* table(part))
    const cells = manifest.cells.map((cell, index) => ({ cell, table: parts.get(manifest.parts[index]!)! }))
    return yield* attempt(() => Table.gather(manifest.columns, cells))
  })

  const bytes = Effect.fnUntraced(function*(address: string): Effect.fn.Return<Uint8Array, StoreFailure> {
    return (yield* find(binaries, address))?.value ?? (yield* missing(address))
  })

  return {
    table,
    bytes,
    putTable: (table) => Effect.tap(put(tables, table), ({ address }) => Effect.sync(() => recent.keep(address, table))),
    putBytes: (bytes) => put(binaries, bytes),
    putManifest: (manifest) => put(manifests, manifest)
  }
}

interface Found<A> {
  readonly file: Uint8Array
  readonly value: A
}

interface Kind<A> {
  readonly extension: string
  readonly encode: (value: A) => Uint8Array
  readonly decode: (file: Uint8Array) => A | Promise<A>
  readonly addressOf: (value: A) => string
}

const tables: Kind<Table.Table<any>> = {
  extension: "parquet",
  encode: Parquet.encode,
  decode: Parquet.decode,
  addressOf: Key.tableAddress
}
const binaries: Kind<Uint8Array> = {
  extension: "bin",
  encode: (bytes) => bytes,
  decode: (file) => file,
  addressOf: Key.bytesAddress
}
const manifests: Kind<Manifest.Manifest> = {
  extension: "json",
  encode: (manifest) => Buffer.from(Manifest.encode(manifest)),
  decode: (file) => Manifest.decode(Buffer.from(file).toString("utf8")),
  addressOf: Key.manifestAddress
}

/** What the name of an object may end in. */
export const extensions: ReadonlyArray<string> = [tables, manifests, binaries].map(({ extension }) => extension)

const pathOf = ({ extension }: Kind<any>, address: string) =>
  `objects/${checkedKey(address).slice(0, 2)}/${address}.${extension}`

/** Where the table or the file of an address may be. */
export const placesOf = (address: string): ReadonlyArray<string> => [tables, binaries].map((kind) => pathOf(kind, address))

const storedOf = (address: string, file: Uint8Array): Stored =>
  ({ address, bytes: file.length, sha256: hash("sha256", file) })

/** What is wrong with a file by what reading it failed with; want of memory, a RangeError, says nothing of it. */
const problemOf = (cause: unknown): string => {
  if (cause instanceof Error && !(cause instanceof RangeError)) return cause.message
  throw cause
}
