/** `dln cache`: what the folder of results holds, whether it is whole, what of it may go, and how it travels. */
import * as Command from "effect/cli/Command"
import type { Started } from "../Started.ts"
import { exportTo } from "./exportTo.ts"
import { gc } from "./gc.ts"
import { importFrom } from "./importFrom.ts"
import { stats } from "./stats.ts"
import { verify } from "./verify.ts"

export const cache = (started: Started) =>
  Command.make("cache").pipe(
    Command.withSubcommands([
      stats(started).pipe(Command.withDescription("Say what the cache holds, and what computing it took.")),
      verify(started).pipe(
        Command.withDescription("Check every file against its checksum, and find what is missing or left over.")
      ),
      gc(started).pipe(Command.withDescription("Free what no kept run uses; without --remove only say what that is.")),
      exportTo(started).pipe(
        Command.withDescription("Write one file with all that a report needs: results, code, parameters.")
      ),
      importFrom(started).pipe(Command.withDescription("Verify such a file and take it into the cache."))
    ])
  )
