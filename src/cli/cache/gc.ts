/** `dln cache gc`: says what may go, and removes it where it is asked to. */
import { join } from "node:path"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { programs, removeProgram } from "../../engine/code/programs.ts"
import * as Garbage from "../../engine/garbage.ts"
import * as flags from "../flags.ts"
import type { Started } from "../Started.ts"
import { WrongUse } from "../WrongUse.ts"
import { several, size } from "../words.ts"
import { folder } from "./folder.ts"

const options = {
  cache: flags.choice.cache,
  keep: Flag.String("keep").pipe(
    Flag.withDescription(
      "keep what this pipeline (its latest run with each choice of parameters) or this run uses; several by commas"
    ),
    Flag.atLeast(0)
  ),
  runs: flags.count("runs", 1, "keep what the last so many runs of each pipeline use").pipe(
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  older: Flag.Finite("older").pipe(
    Flag.filter((days) => days >= 0, () => "a number of days from 0 on"),
    Flag.withDescription("only results that no run of the last so many days uses"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  larger: Flag.String("larger").pipe(
    Flag.withDescription("only results larger than this, such as 10MB"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  remove: Flag.Boolean("remove").pipe(
    Flag.withDescription("remove it; without this it is only said what would go"),
    Flag.withDefault(false)
  ),
  json: flags.json
}

export const gc = (_: Started) =>
  Command.make(
    "gc",
    options,
    Effect.fn("cache gc")(function*(chosen) {
      const files = yield* folder(chosen.cache)
      const larger = chosen.larger === undefined ? undefined : yield* bytesOf(chosen.larger)
      const keep = chosen.keep
        .flatMap((names) => names.split(","))
        .map((name) => name.trim())
        .filter((name) => name !== "")
      const garbage = yield* Garbage.find(files, { keep, runs: chosen.runs, older: chosen.older, larger }, Date.now())
      const { apart, objects, results, runs } = garbage
      const code = join(files.folder, "code")
      const old = runs.length === 0 ? [] : programs(code).filter(({ digest }) => !garbage.programs.has(digest))
      const bytes = old.reduce((sum, program) => sum + program.bytes, garbage.bytes)
      if (chosen.remove) {
        yield* Garbage.remove(files, garbage)
        for (const { digest } of old) removeProgram(code, digest)
      }
      if (chosen.json) {
        return yield* Console.log(
          JSON.stringify({
            removed: chosen.remove,
            bytes,
            results: results.map(({ action }) => action),
            objects: objects.map(({ address }) => address),
            runs,
            programs: old.map(({ digest }) => digest),
            apart
          })
        )
      }
      for (const [stage, some] of Map.groupBy(results, ({ stage }) => stage)) {
        const seconds = some.reduce((sum, one) => sum + one.seconds, 0)
        yield* Console.log(`${stage}: ${several(some.length, "result")}, which took ${seconds.toFixed(1)} s to compute`)
      }
      yield* Console.log(
        `${several(results.length, "result")}, ${several(objects.length, "object")}, the logs of ${several(runs.length, "run")}, ${several(old.length, "program")}, ${several(apart.length, "damaged file")}: ${size(bytes)}`
      )
      yield* Console.error(chosen.remove ? "removed" : "nothing was removed: with --remove it is")
    })
  )

const units: { readonly [unit: string]: number } = {
  "": 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40
}

const bytesOf = (text: string): Effect.Effect<number, WrongUse> => {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)$/i.exec(text) ?? []
  const factor = units[unit.toUpperCase()] ?? units[`${unit.toUpperCase()}B`]
  return number === undefined || factor === undefined
    ? Effect.fail(new WrongUse({ problem: `--larger ${text} is no size: write it as 10MB or 2GiB` }))
    : Effect.succeed(Number(number) * factor)
}
