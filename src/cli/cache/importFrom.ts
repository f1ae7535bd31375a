/** `dln cache import`: verifies an archive, takes its results into the cache, and lays out its page and sources. */
import { createReadStream, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Archive from "../../engine/Archive.ts"
import { filesOnDisk } from "../../engine/filesOnDisk.ts"
import { makeFolder } from "../../engine/makeFolder.ts"
import { checkWritable, openFolder } from "../../engine/openFolder.ts"
import { attempt } from "../../engine/StoreFailure.ts"
import * as flags from "../flags.ts"
import type { Started } from "../Started.ts"
import { WrongUse } from "../WrongUse.ts"
import { several, typed } from "../words.ts"

const options = {
  file: Argument.String("file").pipe(Argument.withDescription("an archive that dln cache export wrote")),
  cache: flags.choice.cache,
  out: Flag.String("out").pipe(
    Flag.withDescription("the folder for its page and sources (default: imported/<pipeline>)"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  json: flags.json
}

export const importFrom = (_: Started) =>
  Command.make(
    "import",
    options,
    Effect.fn("cache import")(function*(chosen) {
      const archive = Stream.suspend(() =>
        Stream.fromAsyncIterable(
          createReadStream(chosen.file),
          (error) => new WrongUse({ problem: `${chosen.file} cannot be read: ${said(error)}` })
        )
      )
      const opened = yield* Archive.open(archive)
      const files = filesOnDisk(chosen.cache)
      yield* attempt(() => {
        openFolder(files)
        checkWritable(files)
      })
      const taken = yield* Archive.take(files, opened, archive)
      const { begun } = opened.run
      const out = chosen.out ?? join("imported", begun.pipeline.replace(/[^\w.-]/g, "-").replace(/^\.+/, "-"))
      yield* Effect.try({
        try: () => opened.enclosed.forEach((file) => lay(out, file)),
        catch: (error) =>
          new WrongUse({
            problem: `${out} cannot be written: ${said(error)}; the results are in the cache: choose another folder by --out`
          })
      })
      const { pipeline } = opened.cover
      const named = pipeline.startsWith("source/") ? join(out, pipeline) : pipeline
      const command = `dln run ${typed(named)}${opened.cover.options}`
      const contradictions = taken.contradictions.map(({ action, stage }) => ({ stage, action }))
      if (chosen.json) {
        return yield* Console.log(
          JSON.stringify({
            run: begun.run,
            pipeline: begun.pipeline,
            version: begun.version,
            ...taken,
            contradictions,
            folder: out,
            command
          })
        )
      }
      yield* Console.log(
        `${several(taken.objects, "object")} and ${several(taken.traces, "result")} are new in ${files.folder}; all of the archive fits its checksums`
      )
      for (const { action, stage } of contradictions) {
        yield* Console.log(
          `${stage} ${action.slice(0, 12)} is here already with another result, which stays: dln audit tells which is right`
        )
      }
      yield* Console.log(
        `${join(out, "index.html")} is its report; with dln-lab ${begun.version}, this finds its results again:`
      )
      yield* Console.log(command)
    })
  )

/** The paths were checked when the archive was opened. */
const lay = (out: string, { bytes, path }: Archive.Enclosed) => {
  const file = join(out, path)
  makeFolder(dirname(file))
  writeFileSync(`${file}.part`, bytes)
  renameSync(`${file}.part`, file)
}

const said = (error: unknown): string => error instanceof Error ? error.message : String(error)
