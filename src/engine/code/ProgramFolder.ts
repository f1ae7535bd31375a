/**
 * A program on the disk: `code/<digest>/` holds the bundle that runs and `program.json`, which says what it was made from.
 *
 * The digest is that of all its files, so that a folder that was damaged is known, and made again.
 */
import { randomUUID } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { digestOf, digestOfFields } from "./digest.ts"

/** What `program.json` says. */
export interface Description {
  /** Node's version. */
  readonly node: string
  /** The digest of each source, by its name. */
  readonly sources: { readonly [id: string]: string }
  readonly stages: { readonly [name: string]: { readonly module: string; readonly export: string; readonly fingerprint: string } }
  /** The digest of each file of the folder. */
  readonly files: { readonly [name: string]: string }
}

/** Writes a program, unless it is there, and gives its digest. */
export const write = (code: string, description: Omit<Description, "files">, files: ReadonlyMap<string, string | Uint8Array>): string => {
  const whole: Description = { ...description, files: Object.fromEntries([...files].map(([name, content]) => [name, digestOf(content)])) }
  const digest = digestOfDescription(whole)
  if (read(code, digest) !== undefined) return digest
  const aside = join(code, `.${randomUUID()}`)
  mkdirSync(aside, { recursive: true })
  try {
    for (const [name, content] of files) writeFileSync(join(aside, name), content, { flush: true })
    writeFileSync(join(aside, "program.json"), JSON.stringify({ digest, ...whole }, null, 1), { flush: true })
    rmSync(join(code, digest), { recursive: true, force: true })
    renameSync(aside, join(code, digest))
  } catch (cause) {
    rmSync(aside, { recursive: true, force: true })
    // Another process may have been faster.
    if (read(code, digest) === undefined) throw cause
  }
  return digest
}

/** What a program was made from; nothing where it is not there, or not whole. */
export const read = (code: string, digest: string): Description | undefined => {
  try {
    const description: Description = JSON.parse(readFileSync(join(code, digest, "program.json"), "utf8"))
    const whole = digestOfDescription(description) === digest
      && Object.entries(description.files).every(([name, content]) => digestOf(readFileSync(join(code, digest, name))) === content)
    return whole ? description : undefined
  } catch {
    return undefined
  }
}

const digestOfDescription = ({ files, node, sources, stages }: Description): string =>
  digestOfFields("program", node, ...[sources, stages, files].map((record) => JSON.stringify(record)))
