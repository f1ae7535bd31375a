/**
 * The files of a store in a folder of a disk.
 *
 * A file is written aside, brought to the disk, and renamed to its place, whose folder is then brought to the disk
 * too: a crash at any moment leaves the old file or the new one. Calls are synchronous, since for such files they are
 * faster, but for those that wait for the disk on behalf of many: it brings many there in the time of one.
 */
import { randomUUID } from "node:crypto"
import * as fs from "node:fs"
import { dirname, join, resolve } from "node:path"
import { checkedPath, type Files } from "./Files.ts"
import { makeFolder } from "./makeFolder.ts"
import { Unusable } from "./StoreFailure.ts"

export const filesOnDisk = (folder: string): Files => {
  const root = resolve(folder)
  const at = (path: string) => join(root, checkedPath(path))
  const known = new Set<string>()

  /** Makes a folder and those above it; gives the folders that have a new name in them. */
  const ensure = (path: string): ReadonlyArray<string> => {
    if (known.has(path)) return []
    const first = makeFolder(path)
    known.add(path)
    const changed: Array<string> = []
    if (first === undefined) return changed
    for (let made = path; made.length >= first.length; made = dirname(made)) changed.push(dirname(made))
    return changed
  }

  const asideOf = () => join(root, "tmp", randomUUID())

  /** Writes a file aside and renames it to its place; gives the folders that have a new name in them. */
  const place = (file: string, write: (aside: string) => void): ReadonlySet<string> => {
    const aside = asideOf()
    const changed = new Set([...ensure(dirname(aside)), dirname(file), ...ensure(dirname(file))])
    try {
      write(aside)
      fs.renameSync(aside, file)
    } catch (cause) {
      fs.rmSync(aside, { force: true })
      throw cause
    }
    return changed
  }

  /** Folders whose name in the folder above has reached the disk. */
  const lasting = new Set([root])

  /** Brings some files to the disk, and the folders that lead to others as far as they are not there. */
  const settle = async (files: ReadonlyArray<string>, named: ReadonlyArray<string>): Promise<void> => {
    const folders = new Set(named.map(dirname))
    for (const folder of folders) if (!lasting.has(folder)) folders.add(dirname(folder))
    await synced([...files, ...folders])
    folders.forEach((folder) => lasting.add(folder))
  }

  return {
    folder: root,
    read: (path) => use(at(path), (file) => isThere(file) ? orAbsent(() => readWhole(file)) : undefined),
    write: (path, bytes) => use(at(path), (file) => {
      const changed = place(file, (aside) => writeWhole(aside, typeof bytes === "string" ? Buffer.from(bytes) : bytes, true))
      changed.forEach(sync)
    }),
    place: (path, bytes) => use(at(path), (file) => void place(file, (aside) => writeWhole(aside, bytes, false))),
    commit: async (placed, texts) => {
      const files = Array.from(texts, ([path, text]) => ({ file: at(path), aside: asideOf(), bytes: Buffer.from(text) }))
      try {
        ensure(join(root, "tmp"))
        for (const { aside, bytes } of files) writeWhole(aside, bytes, false)
        const there = placed.map(at).filter(isThere)
        await settle([...there, ...files.map(({ aside }) => aside)], there)
        for (const { aside, file } of files) {
          ensure(dirname(file))
          fs.renameSync(aside, file)
        }
        await settle([], files.map(({ file }) => file))
      } catch (cause) {
        for (const { aside } of files) fs.rmSync(aside, { force: true })
        throw unusable(files[0]?.file ?? root, cause)
      }
    },
    append: (path, text) => use(at(path), (file) => {
      ensure(dirname(file))
      fs.appendFileSync(file, text)
    }),
    create: (path, text) => use(at(path), (file) => {
      ensure(dirname(file))
      return unless("EEXIST", false, () => (fs.writeFileSync(file, text, { flag: "wx" }), true))
    }),
    move: (from, to) => use(at(from), (file) => {
      ensure(dirname(at(to)))
      orAbsent(() => fs.renameSync(file, at(to)))
    }),
    remove: (path) => use(at(path), (file) => orAbsent(() => fs.unlinkSync(file))),
    list: (path) => use(at(path), (file) => orAbsent(() => fs.readdirSync(file)) ?? []),
    size: (path) => use(at(path), (file) => orAbsent(() => fs.statSync(file).size)),
    age: (path) => use(at(path), (file) => {
      const time = orAbsent(() => fs.statSync(file).mtimeMs)
      return time === undefined ? undefined : (Date.now() - time) / 1000
    }),
    refresh: (path) => use(at(path), (file) => orAbsent(() => fs.utimesSync(file, new Date(), new Date())))
  }
}

/** Does something with a file; what the system refuses is a failure of the store. */
const use = <A>(path: string, f: (path: string) => A): A => {
  try {
    return f(path)
  } catch (cause) {
    throw unusable(path, cause)
  }
}

const unusable = (path: string, cause: unknown): unknown =>
  cause instanceof Error && "code" in cause
    ? new Unusable({ path, code: String(cause.code), reason: cause.message.replace(/^\w+: /, "") })
    : cause

const unless = <A, B>(code: string, otherwise: B, f: () => A): A | B => {
  try {
    return f()
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === code) return otherwise
    throw cause
  }
}

/** Asked before a file is opened: an error that is thrown costs more than it. */
const isThere = (file: string) => fs.statSync(file, { throwIfNoEntry: false }) !== undefined

const orAbsent = <A>(f: () => A): A | undefined => unless("ENOENT", undefined, f)

const sync = (folder: string) => {
  const handle = fs.openSync(folder, "r")
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

/** Brings files and folders to the disk, all at once; where it fails, all have ended. */
const synced = async (paths: ReadonlyArray<string>): Promise<void> => {
  const ends = await Promise.allSettled(paths.map(async (path) => {
    const handle = fs.openSync(path, "r")
    try {
      await fsync(handle)
    } finally {
      fs.closeSync(handle)
    }
  }))
  for (const end of ends) if (end.status === "rejected") throw end.reason
}

const fsync = (handle: number) =>
  new Promise<void>((done, failed) => fs.fsync(handle, (cause) => cause === null ? done() : failed(cause)))

/** The most that one call of the system reads or writes. */
const piece = 2 ** 30

const writeWhole = (file: string, bytes: Uint8Array, lasting: boolean) => {
  const handle = fs.openSync(file, "wx")
  try {
    for (let from = 0; from < bytes.length;) {
      from += fs.writeSync(handle, bytes, from, Math.min(piece, bytes.length - from))
    }
    if (lasting) fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

const readWhole = (file: string): Uint8Array => {
  const handle = fs.openSync(file, "r")
  try {
    const bytes = new Uint8Array(fs.fstatSync(handle).size)
    for (let from = 0; from < bytes.length;) {
      const read = fs.readSync(handle, bytes, from, Math.min(piece, bytes.length - from), from)
      if (read === 0) return bytes.subarray(0, from)
      from += read
    }
    return bytes
  } finally {
    fs.closeSync(handle)
  }
}
