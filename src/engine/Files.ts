/**
 * The files of a store, by their path from its folder: on a disk, or in memory for tests.
 *
 * A file is written whole or not at all. Every path is made of plain names, so that none leaves the folder.
 */
import { basename, dirname } from "node:path"
import { WrongName } from "./StoreFailure.ts"

export interface Files {
  /** What a person calls the folder. */
  readonly folder: string
  readonly read: (path: string) => Uint8Array | undefined
  /** Replaces the file; it is there for good when this returns. */
  readonly write: (path: string, bytes: Uint8Array | string) => void
  /** Replaces the file as well; a machine that stops may lose it, or a part of it, until it is committed. */
  readonly place: (path: string, bytes: Uint8Array) => void
  /** Makes sure of files that were placed, those that are there, and then writes others: many cost little more than one. */
  readonly commit: (placed: ReadonlyArray<string>, files: ReadonlyMap<string, string>) => Promise<void>
  /** Adds to the end of a file, which may be torn by a crash. */
  readonly append: (path: string, text: string) => void
  /** Makes a file that is not there; false where one is. */
  readonly create: (path: string, text: string) => boolean
  readonly move: (from: string, to: string) => void
  readonly remove: (path: string) => void
  /** The names in a folder; none where there is no such folder. */
  readonly list: (path: string) => ReadonlyArray<string>
  /** The bytes of a file; `undefined` where there is none. */
  readonly size: (path: string) => number | undefined
  /** Seconds since a file was written or refreshed; `undefined` where there is none. */
  readonly age: (path: string) => number | undefined
  readonly refresh: (path: string) => void
}

/** The path itself, of names that start with a letter, a digit or `_`, and hold only these and `.` and `-`. */
export const checkedPath = (path: string): string => {
  if (/^\w[\w.-]*(\/\w[\w.-]*)*$/.test(path)) return path
  throw new WrongName({ name: path, expected: "the path of a file in the cache" })
}

/** A key or an address as part of a path. */
export const checkedKey = (key: string): string => {
  if (/^[0-9a-f]{64}$/.test(key)) return key
  throw new WrongName({ name: key, expected: "a key or an address: 64 hexadecimal digits" })
}

/** Files that are forgotten with the process. */
export const inMemory = (): Files => {
  const files = new Map<string, { pieces: Array<Uint8Array>; at: number }>()
  const names = new Map<string, Set<string>>()

  /** The names in each folder; a folder is in the one above it. */
  const enter = (path: string): void => {
    const folder = dirname(path)
    const there = names.get(folder)
    if (there !== undefined) return void there.add(basename(path))
    names.set(folder, new Set([basename(path)]))
    if (folder !== ".") enter(folder)
  }
  const put = (path: string, pieces: Array<Uint8Array>) => {
    enter(checkedPath(path))
    files.set(path, { pieces, at: performance.now() })
  }
  const remove = (path: string) => {
    if (files.delete(path)) names.get(dirname(path))!.delete(basename(path))
  }

  return {
    folder: "memory",
    read: (path) => {
      const file = files.get(checkedPath(path))
      if (file !== undefined && file.pieces.length !== 1) file.pieces = [Buffer.concat(file.pieces)]
      return file?.pieces[0]
    },
    write: (path, bytes) => put(path, [Buffer.from(bytes)]),
    place: (path, bytes) => put(path, [Buffer.from(bytes)]),
    commit: async (_, files) => {
      for (const [path, text] of files) put(path, [Buffer.from(text)])
    },
    append: (path, text) => {
      const pieces = files.get(path)?.pieces ?? []
      pieces.push(Buffer.from(text))
      put(path, pieces)
    },
    create: (path, text) => !files.has(path) && (put(path, [Buffer.from(text)]), true),
    move: (from, to) => {
      const file = files.get(from)
      if (file !== undefined) put(to, file.pieces)
      remove(from)
    },
    remove,
    list: (path) => [...names.get(path) ?? []],
    size: (path) => files.get(path)?.pieces.reduce((sum, piece) => sum + piece.length, 0),
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
