/** `dln diff`: what differs between two runs, down to the numbers of their tables; without runs, which there are. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Comparison, compareRuns, type TableComparison } from "../engine/compareRuns.ts"
import * as Inventory from "../engine/Inventory.ts"
import { canonical } from "../engine/Key.ts"
import type * as RunLog from "../engine/RunLog.ts"
import { over } from "../engine/Store.ts"
import { attempt } from "../engine/StoreFailure.ts"
import { folder } from "./cache/folder.ts"
import { codeChanges, codeFolders } from "./codeChanges.ts"
import { differenceLines } from "./differenceText.ts"
import * as flags from "./flags.ts"
import { duration } from "./Progress.ts"
import type { Started } from "./Started.ts"
import { WrongUse } from "./WrongUse.ts"
import { columns } from "./words.ts"

const run = (name: string, what: string) =>
  Argument.String(name).pipe(Argument.withDescription(what), Argument.optional, Argument.map(Option.getOrUndefined))

const options = {
  old: run("old", "a run, by the first characters of its id; without it, the list of runs"),
  new: run("new", "the run to compare with (default: the latest of the same pipeline)"),
  cache: flags.choice.cache,
  json: flags.json
}

export const diff = (started: Started) =>
  Command.make(
    "diff",
    options,
    Effect.fn("diff")(function*(chosen) {
      const files = yield* folder(chosen.cache)
      const inventory = yield* attempt(() => Inventory.take(files))
      const { runs } = inventory
      if (chosen.old === undefined) {
        if (chosen.json) {
          return yield* Console.log(
            JSON.stringify({
              runs: runs.map(({ begun, ended }) => ({
                run: begun.run,
                pipeline: begun.pipeline,
                started: begun.started,
                seconds: ended?.seconds ?? null,
                command: begun.command
              }))
            })
          )
        }
        for (const line of columns([["run", "pipeline", "took", "tables"], ...runs.map(rowOf)])) {
          yield* Console.log(line)
        }
        return
      }
      const old = yield* runNamed(runs, chosen.old)
      const now =
        chosen.new === undefined
          ? runs.findLast(({ begun }) => begun.pipeline === old.begun.pipeline)!
          : yield* runNamed(runs, chosen.new)
      if (old === now) {
        return yield* new WrongUse({
          problem: `${old.begun.run} is the latest run of ${old.begun.pipeline}: name another one to compare it with`
        })
      }
      const found = yield* Effect.scoped(Effect.flatMap(over(files), (store) => compareRuns(store, old, now)))
      const used = new Set([...Inventory.usedBy(inventory, [old, now])].map(({ stage }) => stage))
      const compared = { ...found, code: found.code.filter(({ stage }) => used.has(stage)) }
      if (chosen.json) {
        return yield* Console.log(JSON.stringify({ old: old.begun.run, new: now.begun.run, ...compared }))
      }
      yield* Console.log(`${old.begun.pipeline} ${old.begun.run} → ${now.begun.pipeline} ${now.begun.run}`)
      for (const line of lines(compared, codeFolders(started, chosen.cache))) yield* Console.log(line)
    })
  )

const rowOf = ({ begun, ended }: RunLog.Run): ReadonlyArray<string> => [
  begun.run,
  begun.pipeline,
  ended === undefined ? "stopped" : duration(ended.seconds),
  String(Object.keys(ended?.tables ?? {}).length)
]

const runNamed = (runs: ReadonlyArray<RunLog.Run>, name: string): Effect.Effect<RunLog.Run, WrongUse> => {
  const found = runs.filter(({ begun }) => begun.run === name)
  const like = found.length > 0 ? found : runs.filter(({ begun }) => begun.run.startsWith(name))
  if (like.length === 1) return Effect.succeed(like[0]!)
  return Effect.fail(
    new WrongUse({
      problem:
        like.length > 1
          ? `${like.length} runs begin with ${name}: ${like
              .slice(0, 4)
              .map(({ begun }) => begun.run)
              .join(", ")}`
          : `there is no run "${name}"; ${runs.length === 0 ? "the cache has no record of a run" : "dln diff lists those that there are"}`
    })
  )
}

const lines = ({ code, params, tables }: Comparison, folders: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...section(
    "parameters",
    params.map(({ name, now, old }) => `${name}: ${spelt(old)} → ${spelt(now)}`)
  ),
  ...section(
    "code",
    code.flatMap(({ now, old, stage }) =>
      old === undefined || now === undefined
        ? [`${stage} ${old === undefined ? "came" : "went"}`]
        : [stage, ...codeChanges(folders, old, now).map((change) => `  ${change}`)]
    )
  ),
  ...section("tables", tables.flatMap(tableLines)),
  ...(tables.every(({ _tag }) => _tag === "Same") ? ["all tables are the same, bit for bit"] : same(tables))
]

const section = (title: string, some: ReadonlyArray<string>): ReadonlyArray<string> =>
  some.length === 0 ? [] : [title, ...some.map((line) => `  ${line}`)]

const spelt = (value: unknown): string => value === undefined ? "none" : canonical(value)

const tableLines = (table: TableComparison): ReadonlyArray<string> => {
  switch (table._tag) {
    case "Same":
      return []
    case "Came":
      return [`${table.name} is new`]
    case "Went":
      return [`${table.name} is gone`]
    case "Lost":
      return [`${table.name} differs, but it cannot be said by how much: ${table.message}`]
    case "Differs":
      return [table.name, ...differenceLines(table.difference).map((line) => `  ${line}`)]
  }
}

const same = (tables: ReadonlyArray<TableComparison>): ReadonlyArray<string> => {
  const names = tables.flatMap(({ _tag, name }) => _tag === "Same" ? [name] : [])
  return names.length === 0 ? [] : [`the same, bit for bit: ${names.join(", ")}`]
}
