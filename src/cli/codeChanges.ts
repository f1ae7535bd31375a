/** What changed between two fingerprints of a stage, as far as their anatomies are kept beside the programs. */
import * as Anatomy from "../engine/code/Anatomy.ts"

/** A line for each change, the first ones where they are many. */
export const codeChanges = (code: string, old: string, now: string): ReadonlyArray<string> => {
  const [before, after] = [Anatomy.read(code, old), Anatomy.read(code, now)]
  if (before === undefined || after === undefined) return ["what its code was then is not known: the record of it is gone from the cache"]
  const changes = Anatomy.changes(before, after)
  if (changes.length === 0) return ["the same declarations in another order"]
  return changes.length <= MOST ? changes : [...changes.slice(0, MOST), `… and ${changes.length - MOST} more`]
}

const MOST = 8
