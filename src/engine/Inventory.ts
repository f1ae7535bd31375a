/**
 * What a store holds and how it hangs together: which objects a trace gives and takes, which parts a gathered table has,
 * what a run has used.
 */
import type { Files } from "./Files.ts"
import * as Index from "./Index.ts"
import * as Manifest from "./Manifest.ts"
import * as RunLog from "./RunLog.ts"
import type { Trace } from "./Trace.ts"

export interface Kept {
  readonly address: string
  readonly kind: "table" | "gathered table" | "file"
  readonly path: string
  readonly bytes: number
}

export interface Inventory {
  /** By address. */
  readonly objects: ReadonlyMap<string, Kept>
  /** By action key. */
  readonly traces: ReadonlyMap<string, Trace>
  readonly runs: ReadonlyArray<RunLog.Run>
  /** Of all objects, and of all that a trace tells of. */
  readonly addresses: ReadonlySet<string>
  /** The parts of a gathered table; none of anything else, or of one that cannot be read. */
  readonly parts: (address: string) => ReadonlyArray<string>
}

export const take = (files: Files): Inventory => {
  const objects = new Map(objectsIn(files).map((object) => [object.address, object]))
  const parts = new Map<string, ReadonlyArray<string>>()
  for (const { address, kind, path } of objects.values()) if (kind === "gathered table") parts.set(address, partsIn(files.read(path)))
  const traces = new Map(Array.from(Index.snapshot(files).traces(), (trace) => [trace.action, trace]))
  return {
    objects,
    traces,
    runs: RunLog.all(files),
    addresses: new Set([...objects.keys(), ...[...traces.values()].flatMap(outputsOf)]),
    parts: (address) => parts.get(address) ?? []
  }
}

const kinds: { readonly [extension: string]: Kept["kind"] } = { parquet: "table", json: "gathered table", bin: "file" }

const objectsIn = (files: Files): ReadonlyArray<Kept> =>
  pathsIn(files, "objects").flatMap((path) => {
    const [, address, extension] = /([0-9a-f]{64})\.(\w+)$/.exec(path) ?? []
    const kind = kinds[extension ?? ""]
    return kind === undefined ? [] : [{ address: address!, kind, path, bytes: files.size(path) ?? 0 }]
  })

/** The paths of the files in a folder of folders. */
export const pathsIn = (files: Files, folder: string): ReadonlyArray<string> =>
  files.list(folder).filter((prefix) => /^[0-9a-f]{2}$/.test(prefix)).toSorted()
    .flatMap((prefix) => files.list(`${folder}/${prefix}`).filter((name) => /^\w[\w.-]*$/.test(name)).toSorted().map((name) => `${folder}/${prefix}/${name}`))

const partsIn = (bytes: Uint8Array | undefined): ReadonlyArray<string> => {
  try {
    return Manifest.decode(Buffer.from(bytes ?? []).toString("utf8")).parts
  } catch {
    return []
  }
}

/** The addresses that a trace speaks of. */
export const addressesOf = (trace: Trace): ReadonlyArray<string> => [...Object.values(trace.inputs).flat(), ...outputsOf(trace)]

const outputsOf = ({ outputs }: Trace): ReadonlyArray<string> => Object.values(outputs).map(({ address }) => address)

/** These addresses with the parts of what is gathered, however deep. */
export const withParts = ({ parts }: Inventory, addresses: Iterable<string>): ReadonlySet<string> => {
  const all = new Set(addresses)
  for (const address of all) for (const part of parts(address)) all.add(part)
  return all
}

/** The traces that these addresses rest on: those that gave them or a part of them, and what those were made from. */
export const madeBy = (inventory: Inventory, addresses: Iterable<string>): ReadonlySet<Trace> => {
  const makers = Map.groupBy(
    [...inventory.traces.values()].flatMap((trace) => outputsOf(trace).map((address) => ({ address, trace }))),
    ({ address }) => address
  )
  const found = new Set<Trace>()
  const open = new Set(addresses)
  for (const address of open) {
    for (const part of inventory.parts(address)) open.add(part)
    for (const { trace } of makers.get(address) ?? []) {
      found.add(trace)
      for (const other of addressesOf(trace)) open.add(other)
    }
  }
  return found
}

/** The addresses that a run made, found or published. */
export const usedBy = ({ addresses }: Inventory, { ended, used }: RunLog.Run): ReadonlyArray<string> =>
  [...[...addresses].filter(used), ...Object.values(ended?.tables ?? {})]
