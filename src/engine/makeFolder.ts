import * as fs from "node:fs"
import { dirname } from "node:path"

/**
 * Makes a folder and those above it that are missing; gives the first that it made. `mkdirSync` does so by itself, but in
 * folders where nothing can be made and the system says that something is missing, as in /proc, it tries for ever.
 */
export const makeFolder = (path: string): string | undefined => {
  if (isFolder(path)) return undefined
  const above = dirname(path)
  const first = fs.existsSync(above) ? undefined : makeFolder(above)
  try {
    fs.mkdirSync(path)
    return first ?? path
  } catch (cause) {
    // Another process may have been faster.
    if (isFolder(path)) return first
    throw cause
  }
}

const isFolder = (path: string): boolean => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
