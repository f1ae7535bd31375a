/** `dln cache stats`: what the cache holds, and what computing it took. */
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Inventory from "../../engine/Inventory.ts"
import { stats as statsOf } from "../../engine/stats.ts"
import { attempt } from "../../engine/StoreFailure.ts"
import * as flags from "../flags.ts"
import { duration } from "../Progress.ts"
import type { Started } from "../Started.ts"
import { columns, several, size } from "../words.ts"
import { folder } from "./folder.ts"

export const stats = (_: Started) =>
  Command.make(
    "stats",
    { cache: flags.choice.cache, json: flags.json },
    Effect.fn("cache stats")(function*(chosen) {
      const files = yield* folder(chosen.cache)
      const found = statsOf(yield* attempt(() => Inventory.take(files)))
      if (chosen.json) return yield* Console.log(JSON.stringify(found))
      const { bytes, kinds, objects, runs, seconds, stages } = found
      const lines = columns([
        ["stage", "results", "bytes", "computed in"],
        ...stages.map((stage) => [stage.name, String(stage.results), size(stage.bytes), duration(stage.seconds)])
      ])
      for (const line of lines) yield* Console.log(line)
      yield* Console.log("")
      yield* Console.log(
        `${several(objects, "object")} (${kinds.map(({ name, results }) => several(results, name)).join(", ")}), ${size(bytes)}, which took ${duration(seconds)} to compute; ${several(runs, "run")}`
      )
    })
  )
