/**
 * A file that belongs to a stage's code: `Asset.bytes(new URL("./rates.csv", import.meta.url))`, or
 * `import.meta.resolve("package/file")`. What it holds is part of the stage's fingerprint, so the name is a literal.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const bytes = (url: URL | string): Uint8Array => new Uint8Array(readFileSync(new URL(url)))

export const text = (url: URL | string): string => readFileSync(new URL(url), "utf8")

/** For what reads files itself. */
export const path = (url: URL | string): string => fileURLToPath(url)
