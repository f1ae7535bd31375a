/** `dln show`: a table, published or of any node, to be read here or exported; its schema, statistics and lineage. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Builder } from "../engine/Builder.ts"
import { encode } from "../engine/Parquet.ts"
import * as Plan from "../engine/Plan.ts"
import { isBytes } from "../engine/Stage.ts"
import { Store } from "../engine/Store.ts"
import type { Table } from "../engine/Table.ts"
import { csv } from "../report/csv.ts"
import * as flags from "./flags.ts"
import { nodesNamed } from "./nodesNamed.ts"
import { nodeName } from "./Progress.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"
import { lineageLines, rowLines, schemaLines, statisticsLines } from "./tableText.ts"
import { checkOut, writeOut } from "./writeOut.ts"
import { WrongUse } from "./WrongUse.ts"
import { size } from "./words.ts"

const yes = (name: string, what: string) => Flag.Boolean(name).pipe(Flag.withDescription(what), Flag.withDefault(false))

const options = {
  pipeline: flags.pipeline,
  table: Argument.String("table").pipe(
    Argument.withDescription(
      "a published table, or a node: stage[axis=value,…] or the first digits of a key; without it, the list of tables"
    ),
    Argument.optional,
    Argument.map(Option.getOrUndefined)
  ),
  ...flags.choice,
  out: Flag.String("out").pipe(
    Flag.withDescription("write it to this file: .parquet or .csv, or a figure as it is"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  head: flags.count("head", 0, "rows to print (default: 10)").pipe(Flag.withDefault(10)),
  schema: yes("schema", "its columns with their types, its address, and when and where it was made"),
  stats: yes("stats", "each column in a few numbers"),
  lineage: yes("lineage", "what it is made from, back to the roots")
}

export const show = (started: Started) =>
  Command.make(
    "show",
    options,
    Effect.fn("show")(function*(chosen) {
      const session = yield* Session.open(started, chosen)
      const { tables } = session.experiment
      const { out, table } = chosen
      const isAsked = out !== undefined || chosen.schema || chosen.stats || chosen.lineage
      if (table === undefined && isAsked) {
        return yield* new WrongUse({ problem: `name the table that is meant: ${Object.keys(tables).join(", ")}` })
      }
      yield* checkOut(out)
      if (table === undefined) {
        for (const [name, node] of Object.entries(tables)) {
          yield* Console.log(`${name.padEnd(18)} ${node.columns!.map((column) => column.name).join(", ")}`)
        }
        return
      }
      yield* Effect.provide(shown(session, table, chosen), Session.engine(started, chosen))
    })
  )

const shown = Effect.fnUntraced(function*(
  session: Session.Session,
  name: string,
  { head, lineage, out, schema, stats }: Chosen
) {
  const { link, isTable } = yield* linkNamed(session, name)
  const { output, step } = link
  if (lineage) for (const line of lineageLines(link)) yield* Console.log(line)
  const address = step.outputs?.[output]
  if (step.state === "build" || address === undefined) {
    if (lineage && !schema && !stats && out === undefined) return
    return yield* new WrongUse({
      problem: `${name} has not been built with these parameters: ${session.command} builds it`
    })
  }
  const store = yield* Store
  if (!isTable) {
    const bytes = yield* store.bytes(address)
    if (out === undefined) return yield* Console.log(`a file of ${size(bytes.length)}, ${address}; --out writes it`)
    return yield* writeOut(out, () => bytes)
  }
  const table = yield* store.table(address)
  if (out !== undefined) {
    const write = writerOf(out)
    if (write === undefined) {
      return yield* new WrongUse({ problem: `--out ${out}: the file must end in .parquet or .csv` })
    }
    return yield* writeOut(out, () => write(table))
  }
  const trace = step._tag === "Call" && step.action !== undefined ? yield* store.trace(step.action) : undefined
  if (schema) for (const line of schemaLines(table, link, trace)) yield* Console.log(line)
  if (stats) for (const line of statisticsLines(table)) yield* Console.log(line)
  if (!schema && !stats && !lineage) for (const line of rowLines(table, head, terminal())) yield* Console.log(line)
})

/** What is piped has every column. */
const terminal = (): number => process.stdout.isTTY ? process.stdout.columns : Infinity

interface Chosen {
  readonly head: number
  readonly out: string | undefined
  readonly schema: boolean
  readonly stats: boolean
  readonly lineage: boolean
}

/** Where in the plan a table is, and whether it is one: a published one by its name, else that of a single node. */
const linkNamed = Effect.fnUntraced(function*(
  { experiment: { tables }, pipeline, roots }: Session.Session,
  name: string
) {
  const published = tables[name]
  const builder = yield* Builder
  const plan = yield* builder.plan(published === undefined ? roots : [published])
  if (published !== undefined) return { link: plan.roots[0]!, isTable: true }
  const { calls, output } = yield* Effect.mapError(
    nodesNamed(Plan.calls(plan), name),
    ({ problem }) =>
      new WrongUse({
        problem: `${pipeline.name} publishes no table "${name}" (but ${Object.keys(tables).join(", ")}), and ${problem}`
      })
  )
  const [step] = calls
  if (calls.length > 1) {
    return yield* new WrongUse({
      problem: `${name} names ${calls.length} nodes: name one by its cell or its key, such as\n${calls
        .slice(0, 6)
        .map(({ cell, key, name }) => `  ${nodeName(name, cell)} ${key.slice(0, 12)}`)
        .join("\n")}`
    })
  }
  const outputs = Object.keys(step!.call.stage.outputs)
  const chosen = output ?? (outputs.length === 1 ? outputs[0] : undefined)
  if (chosen === undefined) {
    return yield* new WrongUse({
      problem: `${name} has several outputs: name one as ${outputs.map((one) => nodeName(`${step!.name}.${one}`, step!.cell)).join(" or ")}`
    })
  }
  return { link: { step: step!, output: chosen }, isTable: !isFile(step!, chosen) }
})

const isFile = ({ call }: Plan.CallStep, output: string): boolean => isBytes(call.stage.outputs[output]!)

const writerOf = (out: string): ((table: Table<any>) => Uint8Array | string) | undefined =>
  out.endsWith(".parquet") ? encode : out.endsWith(".csv") ? csv : undefined
