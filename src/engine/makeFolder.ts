import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"

/**
 * Makes a folder and those above it that are missing. `mkdirSync` does so by itself, but in folders where nothing can be
 * made and the system says that something is missing, as in /proc, it tries for ever.
 */
export const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (cause) {
    if (!existsSync(path)) throw cause
  }
}
