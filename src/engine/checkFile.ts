/** Whether a file of a store holds what its name promises: each name is a digest of what is in the file. */
import * as Key from "./Key.ts"
import * as Manifest from "./Manifest.ts"
import * as Parquet from "./Parquet.ts"
import * as Trace from "./Trace.ts"

/** What is wrong with a file of `objects/` or `actions/`, `undefined` where nothing is. */
export const problemIn = async (path: string, file: Uint8Array): Promise<string | undefined> => {
  const [, folder, prefix, name, extension] =
    /^(objects|actions)\/([0-9a-f]{2})\/([0-9a-f]{64})\.(\w+)$/.exec(path) ?? []
  if (name === undefined || !name.startsWith(prefix!)) return "it is not where a file of this name belongs"
  if (folder === "actions") return problemInTrace(name, text(file))
  const addressOf = addresses[extension!]
  if (addressOf === undefined) return "it is no kind of object"
  try {
    return (await addressOf(file)) === name ? undefined : "it holds something else"
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

/** By the ending of the file: what `Objects` writes. */
const addresses: { readonly [extension: string]: (file: Uint8Array) => string | Promise<string> } = {
  parquet: async (file) => Key.tableAddress(await Parquet.decode(file)),
  json: (file) => Key.manifestAddress(Manifest.decode(text(file))),
  bin: Key.bytesAddress
}

const problemInTrace = (action: string, line: string): string | undefined => {
  if (Trace.actionOf(line) !== action) return "the trace is torn or changed"
  return Key.actionKey(Trace.decode(line)) === action
    ? undefined
    : "the trace tells of something else than what its name is the key of"
}

const text = (file: Uint8Array): string => Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString("utf8")
