/** Sets a damaged file apart, so that it is never read again and can be looked at; what failed says where it is. */
import { randomUUID } from "node:crypto"
import { basename, join } from "node:path"
import type { Files } from "./Files.ts"
import { Damaged, Unusable } from "./StoreFailure.ts"

export const quarantine = (files: Files, path: string, what: string): Damaged =>
  new Damaged({ file: join(files.folder, path), what, apart: apart(files, path) })

const apart = (files: Files, path: string): string | null => {
  const to = `quarantine/${randomUUID().slice(0, 8)}-${basename(path)}`
  try {
    files.move(path, to)
    return join(files.folder, to)
  } catch (cause) {
    if (cause instanceof Unusable) return null
    throw cause
  }
}
