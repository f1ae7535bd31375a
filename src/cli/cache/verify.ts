/** `dln cache verify`: checks every file, and repairs where it is asked to. */
import { join } from "node:path"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ProgramFolder from "../../engine/code/ProgramFolder.ts"
import { programs, removeProgram } from "../../engine/code/programs.ts"
import { repair, verify as verified } from "../../engine/verify.ts"
import * as flags from "../flags.ts"
import type { Started } from "../Started.ts"
import { several, size } from "../words.ts"
import { folder } from "./folder.ts"

const options = {
  cache: flags.choice.cache,
  repair: Flag.Boolean("repair").pipe(
    Flag.withDescription("set apart what is damaged and what speaks of it: the next run builds it again"),
    Flag.withDefault(false)
  ),
  json: flags.json
}

export const verify = (_: Started) =>
  Command.make(
    "verify",
    options,
    Effect.fn("cache verify")(function*(chosen) {
      const files = yield* folder(chosen.cache)
      const found = yield* verified(files)
      const { bytes, dangling, objects, orphans, traces } = found
      const code = join(files.folder, "code")
      const broken = programs(code).filter(({ digest }) => ProgramFolder.read(code, digest) === undefined)
      const damaged = [
        ...found.damaged,
        ...broken.map(({ digest }) => ({
          path: `code/${digest}`,
          problem: "a file of this program is missing or changed"
        }))
      ]
      const wrong = damaged.length + dangling.length
      if (chosen.json) {
        yield* Console.log(
          JSON.stringify({ objects, traces, bytes, damaged, dangling, orphans: orphans.map(({ path }) => path) })
        )
      }
      else {
        for (const { path, problem } of damaged) yield* Console.log(`damaged   ${path}: ${problem}`)
        for (const { path, problem } of dangling) yield* Console.log(`dangling  ${path}: ${problem}`)
        if (orphans.length > 0) {
          yield* Console.log(
            `${several(orphans.length, "object")} (${size(orphans.reduce((sum, one) => sum + one.bytes, 0))}) that nothing speaks of: dln cache gc frees them`
          )
        }
        yield* Console.log(
          `${several(objects, "object")} and ${several(traces, "trace")} (${size(bytes)}) checked, ${damaged.length} damaged, ${dangling.length} dangling`
        )
      }
      if (wrong === 0) return
      if (!chosen.repair) return yield* new NotWhole({ files: wrong })
      yield* repair(files, found)
      for (const { digest } of broken) removeProgram(code, digest)
      yield* Console.error(
        `${several(wrong, "file was", "files were")} set apart in ${files.folder}/quarantine; the next run builds again what is needed of them`
      )
    })
  )

/** Files of the cache are damaged, or speak of what is not there. */
export class NotWhole extends Schema.TaggedError<NotWhole>()("NotWhole", { files: Schema.Int }) {
  override get message() {
    return `${several(this.files, "file is", "files are")} damaged or dangling; dln cache verify --repair sets ${this.files === 1 ? "it" : "them"} apart, and the next run builds what is needed`
  }
}
