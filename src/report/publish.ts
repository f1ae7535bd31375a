/**
 * Writes the folder of a report: the page, its figures, the published tables, the verdicts.
 *
 * A file whose content is the one that is there already is left alone, which `contents.json` tells: it holds the content
 * address of every file and, like all of them but `run.json`, depends on code, parameters and inputs only.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Key from "../engine/Key.ts"
import { makeFolder } from "../engine/makeFolder.ts"
import { Store, type StoreFailure } from "../engine/Store.ts"
import type { Table } from "../engine/Table.ts"

/** A file of the report: what it is made from, and how. */
export interface File {
  readonly path: string
  readonly address: string
  /** `undefined` for what is left out. */
  readonly bytes: Effect.Effect<Uint8Array | undefined, StoreFailure, Store>
}

/** A file of the store, as it is. */
export const asIs = (path: string, address: string): File => ({ path, address, bytes: Store.use((store) => store.bytes(address)) })

/** A text of which the content address is a digest of itself. */
export const text = (path: string, content: string): File => {
  const bytes = new TextEncoder().encode(content)
  return { path, address: Key.bytesAddress(bytes), bytes: Effect.succeed(bytes) }
}

const leftOut = (address: string) => `${address} left out: more rows than files of this format are written with`

/** How a table is written, and up to how many rows; `dln show` exports tables of any length. */
export interface Format {
  readonly longest: number
  readonly write: (table: Table<any>) => Uint8Array
}

/** A table in several formats, by the endings of their files. It is read once for all, unless memory is short. */
export const tableFiles = (
  path: string,
  address: string,
  formats: { readonly [ending: string]: Format }
): ReadonlyArray<File> => {
  let kept: WeakRef<Table<any>> | undefined
  const read = Effect.suspend(() => {
    const table = kept?.deref()
    return table !== undefined ? Effect.succeed(table) : Effect.tap(Store.use((store) => store.table(address)), (table) =>
      Effect.sync(() => {
        kept = new WeakRef(table)
      }))
  })
  return Object.entries(formats).map(([ending, { longest, write }]) => ({
    path: `${path}.${ending}`,
    address,
    bytes: Effect.map(read, (table) => table.length > longest ? undefined : write(table))
  }))
}

/** Writes what is new; gives the paths of the files that were written. */
export const publish = Effect.fnUntraced(function*(
  folder: string,
  files: ReadonlyArray<File>
): Effect.fn.Return<ReadonlyArray<string>, StoreFailure | Unwritable, Store> {
  const before = contentsOf(folder)
  const contents: Record<string, string> = {}
  const written: Array<string> = []
  for (const { path, address, bytes } of files) {
    const known = before[path] === leftOut(address) || (before[path] === address && existsSync(join(folder, path)))
    const content = known ? undefined : yield* bytes
    contents[path] = known ? before[path]! : content === undefined ? leftOut(address) : address
    if (content === undefined) {
      // What an earlier run wrote there would be a file of other content.
      if (!known) yield* attempt(folder, () => rmSync(join(folder, path), { force: true }))
      continue
    }
    yield* write(folder, path, content)
    written.push(path)
  }
  for (const path of Object.keys(before)) if (!(path in contents)) yield* attempt(folder, () => rmSync(join(folder, path), { force: true }))
  const text = `${JSON.stringify(contents, null, 2)}\n`
  if (text !== `${JSON.stringify(before, null, 2)}\n`) yield* write(folder, "contents.json", new TextEncoder().encode(text))
  return written
})

/** A file appears whole or not at all. */
export const write = (folder: string, path: string, content: Uint8Array): Effect.Effect<void, Unwritable> =>
  attempt(folder, () => {
    const file = join(folder, path)
    makeFolder(dirname(file))
    writeFileSync(`${file}.part`, content)
    renameSync(`${file}.part`, file)
  })

const attempt = (folder: string, act: () => void): Effect.Effect<void, Unwritable> =>
  Effect.try({ try: act, catch: (error) => new Unwritable({ folder, problem: error instanceof Error ? error.message : String(error) }) })

/** What `contents.json` says; nothing where it is missing or was spoilt. */
const contentsOf = (folder: string): Readonly<Record<string, string>> => {
  try {
    return JSON.parse(readFileSync(join(folder, "contents.json"), "utf8"))
  } catch {
    return {}
  }
}

/** The folder of a report cannot be written. */
export class Unwritable extends Schema.TaggedError<Unwritable>()("Unwritable", { folder: Schema.String, problem: Schema.String }) {
  override get message() {
    return `the report's folder ${this.folder} cannot be written (${this.problem}); what was built is in the cache: make the folder writable, or choose another with --reports`
  }
}
