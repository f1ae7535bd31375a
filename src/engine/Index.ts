/**
 * The index: which actions have a trace and which objects there are, as one look at the store.
 *
 * What counts is the files in `actions/` and `objects/`. The lines of `index.jsonl` are copies of the traces that
 * spare opening each: a line that is missing, torn, changed or of a trace that is gone is not believed, and is mended.
 */
import { checkedKey, type Files } from "./Files.ts"
import { extensions, placesOf } from "./Objects.ts"
import { quarantine } from "./quarantine.ts"
import { Damaged, Unusable } from "./StoreFailure.ts"
import * as Trace from "./Trace.ts"

export interface Snapshot {
  /** The trace of an action, if it was ever done and finished. */
  readonly trace: (action: string) => Trace.Trace | undefined
  /** Whether there is an object with this address; it is verified when it is read. */
  readonly has: (address: string) => boolean
  readonly traces: () => Iterable<Trace.Trace>
  /** The traces that were found damaged just now, and set apart: what they say is built again. */
  readonly damaged: ReadonlyArray<Damaged>
}

const index = "index.jsonl"

const pathOf = (action: string) => `actions/${checkedKey(action).slice(0, 2)}/${action}.json`

/** Writes a trace, after what it speaks of. */
export const record = (files: Files, trace: Trace.Trace): void => {
  const line = Trace.encode(trace)
  files.write(pathOf(trace.action), line)
  files.append(index, `${line}\n`)
}

/** Writes traces, after their outputs are on the disk for good. */
export const recordAll = async (files: Files, traces: ReadonlyArray<Trace.Trace>): Promise<void> => {
  const lines = new Map(traces.map((trace) => [pathOf(trace.action), Trace.encode(trace)]))
  const outputs = traces.flatMap((trace) => Object.values(trace.outputs).flatMap(({ address }) => placesOf(address)))
  await files.commit(outputs, lines)
  files.append(index, Array.from(lines.values(), (line) => `${line}\n`).join(""))
}

/** One trace, from its own file; a damaged one is set apart and thrown as `Damaged`. */
export const find = (files: Files, action: string): Trace.Trace | undefined => {
  const line = wholeLine(files, action)
  return line === undefined ? undefined : Trace.decode(line)
}

const wholeLine = (files: Files, action: string): string | undefined => {
  const line = textOf(files.read(pathOf(action)))
  if (line === undefined || Trace.actionOf(line) === action) return line
  throw quarantine(files, pathOf(action), "the trace is torn or changed")
}

/** A byte that is no UTF-8 becomes a character that no checksum fits. */
const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")

export const snapshot = (files: Files): Snapshot => {
  const actions = keysIn(files, "actions", ["json"])
  const objects = keysIn(files, "objects", extensions)
  const written = textOf(files.read(index))?.split("\n") ?? []
  const lines = linesOf(written, actions)
  const { damaged, found } = missingFrom(files, actions, lines)
  mend(files, lines, found, written.length)
  const traces = new Map<string, Trace.Trace>()
  const trace = (action: string): Trace.Trace | undefined => {
    const line = lines.get(action)
    if (line === undefined || traces.has(action)) return traces.get(action)
    const decoded = Trace.decode(line)
    traces.set(action, decoded)
    return decoded
  }
  return {
    trace,
    has: (address) => objects.has(address),
    traces: () => Array.from(lines.keys(), (action) => trace(action)!),
    damaged
  }
}

/** The keys that files in a folder of folders are named by, each with one of these endings. */
const keysIn = (files: Files, folder: string, endings: ReadonlyArray<string>): ReadonlySet<string> => {
  const keys = new Set<string>()
  for (const prefix of files.list(folder)) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue
    for (const name of files.list(`${folder}/${prefix}`)) {
      if (name[64] === "." && endings.includes(name.slice(65))) keys.add(name.slice(0, 64))
    }
  }
  return keys
}

/** The last whole line of each action that has a trace. */
const linesOf = (written: ReadonlyArray<string>, actions: ReadonlySet<string>): Map<string, string> => {
  const lines = new Map<string, string>()
  for (const line of written) {
    const action = Trace.actionOf(line)
    if (action !== undefined && actions.has(action)) lines.set(action, line)
  }
  return lines
}

/** The traces that the index does not know, or of which its line was damaged: they are read one by one. */
const missingFrom = (files: Files, actions: ReadonlySet<string>, lines: Map<string, string>) => {
  const damaged: Array<Damaged> = []
  const found: Array<string> = []
  if (lines.size === actions.size) return { damaged, found }
  for (const action of actions) {
    if (lines.has(action) || !/^[0-9a-f]{64}$/.test(action)) continue
    try {
      const line = wholeLine(files, action)
      if (line === undefined) continue
      lines.set(action, line)
      found.push(line)
    } catch (cause) {
      if (!(cause instanceof Damaged)) throw cause
      damaged.push(cause)
    }
  }
  return { damaged, found }
}

/** Adds what the index lacked; writes it anew where most of it is of no use. What may not be written is left alone. */
const mend = (files: Files, lines: ReadonlyMap<string, string>, found: ReadonlyArray<string>, count: number) => {
  const text = (some: Iterable<string>) => Array.from(some, (line) => `${line}\n`).join("")
  try {
    if (count + found.length > 2 * lines.size + 1) files.write(index, text(lines.values()))
    else if (found.length > 0) files.append(index, text(found))
  } catch (cause) {
    if (!(cause instanceof Unusable)) throw cause
  }
}
