/** `dln show`: a published table, to be read here or exported. */
import { writeFileSync } from "node:fs"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Builder } from "../engine/Builder.ts"
import { encode } from "../engine/Parquet.ts"
import { Store } from "../engine/Store.ts"
import type { Table } from "../engine/Table.ts"
import { cellText } from "../report/cellText.ts"
import { csv } from "../report/csv.ts"
import { suggestion } from "../report/Pipeline.ts"
import * as flags from "./flags.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"
import { WrongUse } from "./WrongUse.ts"

const options = {
  pipeline: flags.pipeline,
  table: Argument.String("table").pipe(Argument.withDescription("the name of a published table; without it, their list"), Argument.optional, Argument.map(Option.getOrUndefined)),
  ...flags.choice,
  out: Flag.String("out").pipe(Flag.withDescription("write it to this file: .parquet or .csv"), Flag.optional, Flag.map(Option.getOrUndefined)),
  head: Flag.Int("head").pipe(Flag.withDescription("rows to print (default: 10)"), Flag.withDefault(10))
}

export const show = (started: Started) =>
  Command.make("show", options, Effect.fn("show")(function*(chosen) {
    const session = yield* Session.open(started, chosen)
    const { tables } = session.experiment
    if (chosen.table === undefined) {
      for (const [name, node] of Object.entries(tables)) yield* Console.log(`${name.padEnd(18)} ${node.columns!.map((column) => column.name).join(", ")}`)
      return
    }
    const node = tables[chosen.table]
    if (node === undefined) return yield* new WrongUse({ problem: `${session.pipeline.name} publishes no table "${chosen.table}"; ${suggestion(chosen.table, Object.keys(tables))}` })
    const write = writerOf(chosen.out)
    if (write === undefined) return yield* new WrongUse({ problem: `--out ${chosen.out}: the file must end in .parquet or .csv` })
    const table = yield* Effect.provide(Effect.gen(function*() {
      const plan = yield* Builder.use((builder) => builder.plan([node]))
      const { step, output } = plan.roots[0]!
      if (step.state === "build") {
        return yield* new WrongUse({ problem: `${chosen.table} has not been built with these parameters: ${session.command.replace(/^dln run/, "dln run")} builds it` })
      }
      return yield* Store.use((store) => store.table(step.outputs![output]!))
    }), Session.engine(started, chosen))
    if (chosen.out !== undefined) {
      yield* Effect.try({
        try: () => writeFileSync(chosen.out!, write(table)),
        catch: (error) => new WrongUse({ problem: `${chosen.out} cannot be written: ${error instanceof Error ? error.message : String(error)}` })
      })
      return yield* Console.log(chosen.out)
    }
    for (const line of text(table, chosen.head)) yield* Console.log(line)
  }))

const writerOf = (out: string | undefined): ((table: Table<any>) => Uint8Array | string) | undefined =>
  out === undefined || out.endsWith(".parquet") ? encode : out.endsWith(".csv") ? csv : undefined

/** The first rows in columns, after a line that says how many there are. */
const text = (table: Table<any>, head: number): ReadonlyArray<string> => {
  const names = table.columns.map(({ name }) => name)
  const rows = table.rows.slice(0, head).map((row) => names.map((name) => cellText(row[name])))
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: ReadonlyArray<string>) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()
  return [`${table.length} rows`, line(names), ...rows.map(line)]
}
