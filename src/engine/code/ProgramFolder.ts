/**
 * A program on the disk: `code/<digest>/` holds the bundle that runs, and `program.json` what it was made from.
 *
 * The digest is that of all its files, so that a folder that was damaged is known, and made again.
 */
import { randomUUID } from "node:crypto"
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { makeFolder } from "../makeFolder.ts"
import { digestOf, digestOfFields } from "./digest.ts"
import { Refusal } from "./Refusal.ts"
import type { FingerprintedStage } from "./stageFingerprints.ts"

/** What `program.json` says. */
export interface Description {
  /** Node's version. */
  readonly node: string
  /** The digest of each source, by its name. */
  readonly sources: { readonly [id: string]: string }
  readonly stages: { readonly [name: string]: FingerprintedStage }
  /** The digest of each file of the folder. */
  readonly files: { readonly [name: string]: string }
}

/** Makes the folder of programs, where it is not there. */
export const make = (code: string): void => {
  try {
    makeFolder(code)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Refusal(`nothing can be kept in ${dirname(code)} (${why}); make the folder writable, or choose another one by --cache`)
  }
}

/** Writes a program, unless it is there, and gives its digest. */
export const write = (
  code: string,
  description: Omit<Description, "files">,
  files: ReadonlyMap<string, string | Uint8Array>
): string => {
  const digests = [...files].map(([name, content]) => [name, digestOf(content)] as const)
  const whole: Description = { ...description, files: Object.fromEntries(digests) }
  const digest = digestOfDescription(whole)
  if (read(code, digest) !== undefined) return digest
  appear(code, digest, (aside) => {
    makeFolder(aside)
    for (const [name, content] of files) writeFileSync(join(aside, name), content, { flush: true })
    writeFileSync(join(aside, "program.json"), JSON.stringify({ digest, ...whole }, null, 1), { flush: true })
  })
  return digest
}

/** Copies a program to another folder of programs, unless it is there. */
export const copy = (from: string, to: string, digest: string): void => {
  if (read(to, digest) === undefined) appear(to, digest, (aside) => cpSync(join(from, digest), aside, { recursive: true }))
}

/**
 * A program is made aside: it is there as a whole or not at all. One that another process made meanwhile may already run,
 * and stays; one that is damaged goes.
 */
const appear = (code: string, digest: string, make: (aside: string) => void): void => {
  const aside = join(code, `.${randomUUID()}`)
  const place = join(code, digest)
  try {
    make(aside)
    if (!moved(aside, place) && read(code, digest) === undefined) {
      rmSync(place, { recursive: true, force: true })
      renameSync(aside, place)
    }
  } catch (cause) {
    // Another process may have been faster.
    if (read(code, digest) === undefined) throw cause
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Gives whether the folder was moved: not to where one is that holds anything. */
const moved = (from: string, to: string): boolean => {
  try {
    renameSync(from, to)
    return true
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && ["ENOTEMPTY", "EEXIST"].includes(String(cause.code))) return false
    throw cause
  }
}

/** Removes the programs that are more than a day old, but for one: what still runs of them has been read long since. */
export const prune = (code: string, keep: string): void => {
  for (const name of readdirSync(code)) {
    const folder = join(code, name)
    const isOld = /^[0-9a-f]{64}$/.test(name) && Date.now() - statSync(folder).mtimeMs > 24 * 3600 * 1000
    if (isOld && name !== keep) rmSync(folder, { recursive: true, force: true })
  }
}

/** What a program was made from; nothing where it is not there, or not whole. */
export const read = (code: string, digest: string): Description | undefined => {
  try {
    const description: Description = JSON.parse(readFileSync(join(code, digest, "program.json"), "utf8"))
    const isWhole = (name: string, content: string) => digestOf(readFileSync(join(code, digest, name))) === content
    const whole = digestOfDescription(description) === digest
      && Object.entries(description.files).every(([name, content]) => isWhole(name, content))
    return whole ? description : undefined
  } catch {
    return undefined
  }
}

const digestOfDescription = ({ files, node, sources, stages }: Description): string =>
  digestOfFields("program", node, ...[sources, stages, files].map((record) => JSON.stringify(record)))
