/** What changed between two fingerprints of a stage, as far as their anatomies are kept beside the programs. */
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Anatomy from "../engine/code/Anatomy.ts"
import type { Started } from "./Started.ts"

/** Where programs are kept: those of a cache, and the one that runs. */
export const codeFolders = ({ program }: Started, cache: string): ReadonlyArray<string> => [
  join(cache, "code"),
  codeFolder(program)
]

/** The folder of the program that runs, and of others beside it. */
export const codeFolder = ({ worker }: Started["program"]): string => dirname(dirname(fileURLToPath(worker)))

/** A line for each change, the first ones where they are many. */
export const codeChanges = (folders: ReadonlyArray<string>, old: string, now: string): ReadonlyArray<string> => {
  const find = (fingerprint: string) =>
    folders.map((folder) => Anatomy.read(folder, fingerprint)).find((anatomy) => anatomy !== undefined)
  const [before, after] = [find(old), find(now)]
  if (before === undefined || after === undefined) {
    return ["what its code was then is not known: the record of it is gone from the cache"]
  }
  const changes = Anatomy.changes(before, after)
  if (changes.length === 0) return ["the same declarations in another order"]
  return changes.length <= MOST ? changes : [...changes.slice(0, MOST), `… and ${changes.length - MOST} more`]
}

const MOST = 8
