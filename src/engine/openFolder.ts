/**
 * Opens a folder as a cache: one of this format, or one that is made so.
 * What processes that were killed have left is cleared: their leases, and after a day what they had half written.
 */
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import type { Files } from "./Files.ts"
import * as Lease from "./Lease.ts"
import { NewerFormat, Unusable } from "./StoreFailure.ts"

/** How the files are laid out and spelt. */
const known = 1

export const openFolder = (files: Files): void => {
  const bytes = files.read("format.json")
  if (bytes === undefined) return files.write("format.json", `${JSON.stringify({ format: known })}\n`)
  const found = formatOf(bytes)
  if (found === undefined) throw formatless(files)
  if (found > known) throw new NewerFormat({ folder: files.folder, found, known })
  try {
    for (const name of files.list("tmp")) if (files.age(`tmp/${name}`)! > day) files.remove(`tmp/${name}`)
    Lease.clear(files)
  } catch (cause) {
    if (!(cause instanceof Unusable)) throw cause
  }
}

/** Fails where nothing can be written: what is wrong is so of the folder, and not of the file that this is tried with. */
export const checkWritable = (files: Files): void => {
  const path = `tmp/${randomUUID()}`
  try {
    files.write(path, "")
    files.remove(path)
  } catch (cause) {
    if (!(cause instanceof Unusable)) throw cause
    throw new Unusable({ path: files.folder, code: cause.code, reason: cause.reason.replace(/, \w+ '.*$/, "") })
  }
}

const day = 86400

const formatless = (files: Files) => new Unusable({
  path: join(files.folder, "format.json"),
  code: "FORMAT",
  reason: "it does not say the format of a cache"
})

const formatOf = (bytes: Uint8Array): number | undefined => {
  try {
    const { format } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly format: unknown }
    return typeof format === "number" ? format : undefined
  } catch {
    return undefined
  }
}
