/** Where dln-lab's own code lies, and which of its files stand apart when code is identified. */
import { join, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of the package. */
export const home: string = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[\\/]$/, "")

/** Whether a file is of this package, and not of one that is installed in it. */
export const isHome = (home: string, file: string): boolean =>
  file.startsWith(home + sep) && !file.slice(home.length).includes(`${sep}node_modules${sep}`)

/** Our sources are declarations alone: importing one that nothing is used of changes nothing. */
export const isOwn = (home: string, file: string): boolean => file.startsWith(join(home, "src") + sep)

/** Plain functions, which declare nothing but functions and plain values. */
export const isScience = (home: string, file: string): boolean =>
  ["linalg", "stats", "dln", "sde"].some((room) => file.startsWith(join(home, "src", room) + sep))

/** The engine and the command are no part of any stage. */
export const isMachinery = (home: string, file: string): boolean =>
  isEngine(home, file) || file.startsWith(join(home, "src/cli") + sep)

/** Represented in a fingerprint by the number `format`. */
export const isEngine = (home: string, file: string): boolean => file.startsWith(join(home, "src/engine") + sep)

/** The door to what is compiled: represented in a fingerprint by the TypeScript that defines it. */
export const kernel = (home: string): string => join(home, "src/linalg/Kernel.ts")
export const isReference = (home: string, file: string): boolean =>
  file.startsWith(join(home, "src/linalg/reference") + sep)

export const command = (home: string): string => join(home, "src/cli/main.ts")
export const worker = (home: string): string => join(home, "src/engine/worker.ts")
