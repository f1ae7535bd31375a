/** A store that keeps tables as they are: for builds of so many steps that files, even in memory, would be what is measured. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Key from "../../src/engine/Key.ts"
import { Missing, type Snapshot, Store, type Stored, type Trace } from "../../src/engine/Store.ts"
import * as Table from "../../src/engine/Table.ts"

export const mapStore: Layer.Layer<Store> = Layer.sync(Store, () => {
  const tables = new Map<string, Table.Table<any>>()
  const files = new Map<string, Uint8Array>()
  const traces = new Map<string, Trace>()
  const put = <A>(kept: Map<string, A>, address: string, value: A) => Effect.sync((): Stored => {
    kept.set(address, value)
    return { address, bytes: 0, sha256: "" }
  })
  const get = <A>(kept: Map<string, A>, address: string) => Effect.suspend(() => {
    const value = kept.get(address)
    return value === undefined ? Effect.fail(new Missing({ address, folder: "a map" })) : Effect.succeed(value)
  })
  const snapshot: Snapshot = {
    trace: (action) => traces.get(action),
    has: (address) => tables.has(address) || files.has(address),
    traces: () => traces.values(),
    damaged: []
  }
  return {
    snapshot: Effect.succeed(snapshot),
    trace: (action) => Effect.sync(() => traces.get(action)),
    table: (address) => get(tables, address),
    bytes: (address) => get(files, address),
    putTable: (table) => put(tables, Key.tableAddress(table), table),
    putBytes: (bytes) => put(files, Key.bytesAddress(bytes), bytes),
    putManifest: (manifest) => Effect.flatMap(
      Effect.forEach(manifest.parts, (part, index) => Effect.map(get(tables, part), (table) => ({ cell: manifest.cells[index]!, table }))),
      (parts) => put(tables, Key.manifestAddress(manifest), Table.gather(manifest.columns, parts))
    ),
    record: (trace) => Effect.sync(() => void traces.set(trace.action, trace)),
    lease: () => Effect.succeed("mine"),
    log: () => Effect.void,
    check: Effect.void
  }
})
