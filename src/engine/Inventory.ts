/**
 * What a store holds and how it hangs together: which objects a trace gives and takes, which parts a gathered table
 * has, what a run has used.
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
  /** The parts of a gathered table; none of anything else, or of one that cannot be read. */
  readonly parts: (address: string) => ReadonlyArray<string>
}

export const take = (files: Files): Inventory => {
  const objects = new Map(objectsIn(files).map((object) => [object.address, object]))
  const parts = new Map<string, ReadonlyArray<string>>()
  for (const { address, kind, path } of objects.values()) {
    if (kind === "gathered table") parts.set(address, partsIn(files.read(path)))
  }
  return {
    objects,
    traces: new Map(Array.from(Index.snapshot(files).traces(), (trace) => [trace.action, trace])),
    runs: RunLog.all(files),
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
  files
    .list(folder)
    .filter((prefix) => /^[0-9a-f]{2}$/.test(prefix))
    .toSorted()
    .flatMap((prefix) =>
      files
        .list(`${folder}/${prefix}`)
        .filter((name) => /^\w[\w.-]*$/.test(name))
        .toSorted()
        .map((name) => `${folder}/${prefix}/${name}`)
    )

const partsIn = (bytes: Uint8Array | undefined): ReadonlyArray<string> => {
  try {
    return Manifest.decode(Buffer.from(bytes ?? []).toString("utf8")).parts
  } catch {
    return []
  }
}

/** The addresses that a trace speaks of. */
export const addressesOf = ({ inputs, outputs }: Trace): ReadonlyArray<string> => [
  ...Object.values(inputs).flat(),
  ...Object.values(outputs).map(({ address }) => address)
]

/** These addresses with the parts of what is gathered, however deep. */
export const withParts = ({ parts }: Inventory, addresses: Iterable<string>): ReadonlySet<string> => {
  const all = new Set(addresses)
  for (const address of all) for (const part of parts(address)) all.add(part)
  return all
}

/** The traces of what runs made or found. */
export const usedBy = ({ traces }: Inventory, runs: ReadonlyArray<RunLog.Run>): ReadonlySet<Trace> =>
  new Set([...traces.values()].filter(({ action }) => runs.some(({ used }) => used(action))))

/** The addresses of the tables that runs published. */
export const publishedBy = (runs: ReadonlyArray<RunLog.Run>): ReadonlyArray<string> =>
  runs.flatMap(({ ended }) => Object.values(ended?.tables ?? {}))
