/**
 * The files of a program that are the user's: the pipeline with what it imports and reads, as they lay on the disk when
 * the program was made. Those of dln-lab are known by its version.
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { digestOf } from "./digest.ts"
import type { Memory } from "./openProgram.ts"
import * as ProgramFolder from "./ProgramFolder.ts"
import { Refusal } from "./Refusal.ts"

export interface UserSource {
  /** From the folder that all of them lie in. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** `code` is the folder of programs. The first is the pipeline. */
export const userSources = (code: string, digest: string, pipeline: string): ReadonlyArray<UserSource> => {
  const description = ProgramFolder.read(code, digest)
  const stamps = memories(code).find((memory) => memory.digest === digest)?.stamps ?? []
  const sources = new Set(
    Object.entries(description?.sources ?? {}).flatMap(([id, sha256]) => id.startsWith("dln-lab/") ? [] : [sha256])
  )
  const assets = Object.keys(description?.files ?? {}).flatMap(
    (name) => /^asset-([0-9a-f]{16})\b/.exec(name)?.[1] ?? []
  )
  const known = new Map(
    stamps.flatMap(({ path, sha256 }) =>
      sha256 !== undefined && (sources.has(sha256) || assets.includes(sha256.slice(0, 16)))
        ? [[path, sha256] as const]
        : []
    )
  )
  const files = [pipeline, ...[...known.keys()].filter((path) => path !== pipeline)]
  const folder = files.map(dirname).reduce(common)
  return files.map((file) => {
    const bytes = readFileSync(file)
    const expected = known.get(file)
    if (expected !== undefined && digestOf(bytes) !== expected) {
      throw new Refusal(`${file} was changed since the program was made; try again`)
    }
    return { path: relative(folder, file).replaceAll(sep, "/"), bytes }
  })
}

/** What is remembered of programs that were made here. */
const memories = (code: string): ReadonlyArray<Memory> => {
  try {
    const made = join(code, "made")
    return readdirSync(made).map((name): Memory => JSON.parse(readFileSync(join(made, name), "utf8")))
  } catch {
    return []
  }
}

/** The folder that both lie in. */
const common = (one: string, other: string): string => {
  const [names, others] = [one.split(sep), other.split(sep)]
  const at = names.findIndex((name, index) => name !== others[index])
  return (at < 0 ? names : names.slice(0, at)).join(sep) || sep
}
