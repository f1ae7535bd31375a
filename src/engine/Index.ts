/**
 * The index: which actions have a trace and which objects there are, as one look at the store.
 *
 * What counts is the files in `actions/` and `objects/`. The lines of `index.jsonl` are copies of the traces that
 * spare opening each: a line that is missing, torn, changed or of a trace that is gone is not believed, and is mended.
 */
import type { Files } from "./Files.ts"
import { quarantine } from "./quarantine.ts"
import { Damaged, Unusable, WrongName } from "./StoreFailure.ts"
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

const pathOf = (action: string) => {
  if (!/^[0-9a-f]{64}$/.test(action)) throw new WrongName({ name: action, expected: "an action key: 64 hexadecimal digits" })
  return `actions/${action.slice(0, 2)}/${action}.json`
}

/** Writes a trace, after what it speaks of. */
export const record = (files: Files, trace: Trace.Trace): void => {
  const line = Trace.encode(trace)
  files.write(pathOf(trace.action), line)
  files.append(index, `${line}\n`)
}

/** One trace, from its own file; a damaged one is set apart and thrown as `Damaged`. */
export const find = (files: Files, action: string): Trace.Trace | undefined => {
  const line = wholeLine(files, action)
  return line && Trace.decode(line)
}

const wholeLine = (files: Files, action: string): Uint8Array | undefined => {
  const line = files.read(pathOf(action))
  if (line === undefined || Trace.actionOf(line) === action) return line
  throw quarantine(files, pathOf(action), "the trace is torn or changed")
}

export const snapshot = (files: Files): Snapshot => {
  const actions = namesIn(files, "actions", /^([0-9a-f]{64})\.json$/)
  const objects = namesIn(files, "objects", /^([0-9a-f]{64})\.(?:parquet|bin|json)$/)
  const bytes = files.read(index) ?? Buffer.of()
  const { count, lines } = linesOf(bytes, actions)
  const { damaged, found } = missingFrom(files, actions, lines)
  mend(files, lines, found, count)
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

/** The keys or addresses that name the files of a folder of folders. */
const namesIn = (files: Files, folder: string, pattern: RegExp): ReadonlySet<string> =>
  new Set(files.list(folder).filter((name) => /^[0-9a-f]{2}$/.test(name)).flatMap((prefix) =>
    files.list(`${folder}/${prefix}`).flatMap((name) => pattern.exec(name)?.[1] ?? [])))

/** The last whole line of each action that has a trace; `count` counts every line, whole or not. */
const linesOf = (bytes: Uint8Array, actions: ReadonlySet<string>) => {
  const lines = new Map<string, Uint8Array>()
  let count = 0
  for (let from = 0; from < bytes.length; count++) {
    const newline = bytes.indexOf(10, from)
    const to = newline < 0 ? bytes.length : newline
    const line = bytes.subarray(from, to)
    const action = Trace.actionOf(line)
    if (action !== undefined && actions.has(action)) lines.set(action, line)
    from = to + 1
  }
  return { lines, count }
}

/** The traces that the index does not know, or of which its line was damaged. */
const missingFrom = (files: Files, actions: ReadonlySet<string>, lines: Map<string, Uint8Array>) => {
  const damaged: Array<Damaged> = []
  const found: Array<Uint8Array> = []
  for (const action of actions) {
    if (lines.has(action)) continue
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

/** Adds what the index lacked; writes it anew where most of it is of no use. A store that may not be written is left alone. */
const mend = (files: Files, lines: ReadonlyMap<string, Uint8Array>, found: ReadonlyArray<Uint8Array>, count: number) => {
  const text = (some: Iterable<Uint8Array>) => Array.from(some, (line) => `${Buffer.from(line).toString("utf8")}\n`).join("")
  try {
    if (count + found.length > 2 * lines.size) files.write(index, text(lines.values()))
    else if (found.length > 0) files.append(index, text(found))
  } catch (cause) {
    if (!(cause instanceof Unusable)) throw cause
  }
}
