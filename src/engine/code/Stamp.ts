/** What the file system says of a file without reading it, and what tells that the file did not change since. */
import { readFileSync, type Stats, statSync } from "node:fs"
import { digestOf } from "./digest.ts"

export interface Stamp {
  readonly path: string
  readonly size: number
  readonly mtime: number
  readonly ctime: number
  /** Of the content. Without it, a file that is touched counts as changed: so do those of packages. */
  readonly sha256?: string
}

export const stampOf = (path: string, { ctimeMs, mtimeMs, size }: Stats): Stamp =>
  ({ path, size, mtime: mtimeMs, ctime: ctimeMs })

/** A file as it was read. */
export interface Stamped {
  readonly stamp: Stamp & { readonly sha256: string }
  readonly bytes: Buffer
}

/** Of a file, stamped before it is read: an edit in between is found by the next look. */
export const stampAndRead = (path: string): Stamped => {
  const stamp = stampOf(path, statSync(path))
  const bytes = readFileSync(path)
  return { bytes, stamp: { ...stamp, sha256: digestOf(bytes) } }
}

/**
 * The stamp of a file today, if the file is as it was when it was stamped. Where the old one is so young that an edit
 * in the same tick of the file system's clock could hide behind it, the content is compared.
 */
export const look = (old: Stamp, taken: number): Stamp | undefined => {
  const stats = statSync(old.path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  const now = stampOf(old.path, stats)
  const same = now.size === old.size && now.mtime === old.mtime && now.ctime === old.ctime
  if (same && (old.sha256 === undefined || Math.max(old.mtime, old.ctime) < taken - tick)) return old
  const { sha256 } = old
  return sha256 !== undefined && digestOf(readFileSync(old.path)) === sha256 ? { ...now, sha256 } : undefined
}

/** The coarsest clock of a file system, in milliseconds. */
const tick = 2000
