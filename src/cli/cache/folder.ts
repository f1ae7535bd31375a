/** The folder of a cache, as commands about it take it: one that is there, and that this dln-lab can read. */
import * as Effect from "effect/Effect"
import type { Files } from "../../engine/Files.ts"
import { filesOnDisk } from "../../engine/filesOnDisk.ts"
import { openFolder } from "../../engine/openFolder.ts"
import { attempt, type StoreFailure } from "../../engine/StoreFailure.ts"
import { WrongUse } from "../WrongUse.ts"

/** Fails where there is no cache: one is never made by looking at it. */
export const folder = (cache: string): Effect.Effect<Files, WrongUse | StoreFailure> => Effect.gen(function*() {
  const files = filesOnDisk(cache)
  if ((yield* attempt(() => files.read("format.json"))) === undefined) {
    return yield* new WrongUse({ problem: `there is no cache in ${files.folder}; name its folder by --cache` })
  }
  yield* attempt(() => openFolder(files))
  return files
})
