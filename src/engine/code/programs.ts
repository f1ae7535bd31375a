/** The programs that are kept beside the results that they made. */
import { readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { digestOf } from "./digest.ts"
import * as ProgramFolder from "./ProgramFolder.ts"

export interface Kept {
  readonly digest: string
  readonly bytes: number
}

/** Those of a folder of programs; none where there is no such folder. */
export const programs = (code: string): ReadonlyArray<Kept> =>
  namesIn(code)
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .toSorted()
    .map((digest) => ({ digest, bytes: sizeOf(join(code, digest)) }))

/** What tells programs apart that run other code; nothing where there is no such program. */
export const codeOf = (code: string, digest: string): string | undefined => {
  const description = ProgramFolder.read(code, digest)
  return description && digestOf(JSON.stringify(description.files))
}

/** It is made again when it is needed. */
export const removeProgram = (code: string, digest: string): void =>
  rmSync(join(code, digest), { recursive: true, force: true })

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const sizeOf = (folder: string): number =>
  namesIn(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
