/** Describes the folder of a report to machines: the files that are in it, and the run that made them. */
import { statSync } from "node:fs"
import { join } from "node:path"
import type * as Effect from "effect/Effect"
import { type Contents, crate, type File } from "./crate.ts"
import * as Publish from "./publish.ts"

/** `files` by their paths; those that were left out are not told. */
export const describe = (
  folder: string,
  files: { readonly [path: string]: string },
  contents: Omit<Contents, "files" | "folders">
): Effect.Effect<void, Publish.Unwritable> =>
  Publish.write(
    folder,
    "ro-crate-metadata.json",
    new TextEncoder().encode(
      crate({
        ...contents,
        files: [...Object.entries(files), ["run.json", undefined] as const].flatMap(([path, address]) =>
          fileAt(folder, path, address)
        ),
        folders: []
      })
    )
  )

const fileAt = (folder: string, path: string, address: string | undefined): ReadonlyArray<File> => {
  const bytes = statSync(join(folder, path), { throwIfNoEntry: false })?.size
  return bytes === undefined ? [] : [{ path, bytes, ...(address !== undefined && { address }) }]
}
