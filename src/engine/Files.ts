/**
 * The files of a store, by their path from its folder: on a disk, or in memory for tests.
 *
 * A file is written whole or not at all. Every path is made of plain names, so that none leaves the folder.
 */
import { WrongName } from "./StoreFailure.ts"

export interface Files {
  /** What a person calls the folder. */
  readonly folder: string
  readonly read: (path: string) => Uint8Array | undefined
  /** Replaces the file; it is there for good when this returns. */
  readonly write: (path: string, bytes: Uint8Array | string) => void
  /** Adds to the end of a file, which may be torn by a crash. */
  readonly append: (path: string, text: string) => void
  /** Makes a file that is not there; false where one is. */
  readonly create: (path: string, text: string) => boolean
  readonly move: (from: string, to: string) => void
  readonly remove: (path: string) => void
  /** The names in a folder; none where there is no folder. */
  readonly list: (path: string) => ReadonlyArray<string>
  /** Seconds since a file was written or refreshed; `undefined` where there is none. */
  readonly age: (path: string) => number | undefined
  readonly refresh: (path: string) => void
}

/** The path itself, of names that start with a letter, a digit or `_`, and hold only these and `.` and `-`. */
export const checkedPath = (path: string): string => {
  if (!/^\w[\w.-]*(\/\w[\w.-]*)*$/.test(path)) throw new WrongName({ name: path, expected: "the path of a file in the cache" })
  return path
}

/** A key or an address as part of a path. */
export const checkedKey = (key: string): string => {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new WrongName({ name: key, expected: "a key or an address: 64 hexadecimal digits" })
  return key
}

/** Files that are forgotten with the process. */
export const inMemory = (): Files => {
  const files = new Map<string, { readonly bytes: Uint8Array; at: number }>()
  const put = (path: string, bytes: Uint8Array | string) =>
    void files.set(checkedPath(path), { bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes.slice(), at: performance.now() })
  return {
    folder: "memory",
    read: (path) => files.get(checkedPath(path))?.bytes,
    write: put,
    append: (path, text) => put(path, Buffer.concat([files.get(path)?.bytes ?? Buffer.of(), Buffer.from(text)])),
    create: (path, text) => !files.has(path) && (put(path, text), true),
    move: (from, to) => {
      const file = files.get(from)
      if (file !== undefined) put(to, file.bytes)
      files.delete(from)
    },
    remove: (path) => void files.delete(path),
    list: (path) => {
      const under = path === "" ? "" : `${checkedPath(path)}/`
      return [...new Set([...files.keys()].filter((name) => name.startsWith(under)).map((name) => name.slice(under.length).split("/")[0]!))]
    },
    age: (path) => {
      const file = files.get(path)
      return file && (performance.now() - file.at) / 1000
    },
    refresh: (path) => {
      const file = files.get(path)
      if (file !== undefined) file.at = performance.now()
    }
  }
}
