/** Tables as a person reads them in a terminal. */
import { type Numbers, statistics } from "../engine/ColumnStatistics.ts"
import { canonical } from "../engine/Key.ts"
import { lineage } from "../engine/lineage.ts"
import * as Plan from "../engine/Plan.ts"
import type { Trace } from "../engine/Store.ts"
import type { Table } from "../engine/Table.ts"
import { cellText } from "../report/cellText.ts"
import { duration, nodeName } from "./Progress.ts"
import { columns, several, size } from "./words.ts"

/** The first rows, in as many columns as fit into the width, after a line that says how many there are. */
export const rowLines = (table: Table<any>, head: number, width: number): ReadonlyArray<string> => {
  const names = table.columns.map(({ name }) => name)
  const rows = Array.from({ length: Math.min(Math.max(0, head), table.length) }, (_, index) => table.row(index)).map(
    (row) => names.map((name) => cellText(row[name]))
  )
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)))
  const ends = widths.map((_, column) => widths.slice(0, column + 1).reduce((sum, one) => sum + one + 2, -2))
  const shown = Math.max(1, ends.filter((end) => end <= width).length)
  const line = (cells: ReadonlyArray<string>) =>
    cells
      .slice(0, shown)
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd()
  const hidden = shown === names.length ? "" : `, ${shown} of ${names.length} columns: --stats has a line for each, --out file.csv and \`| less -S\` all of them`
  return [`${several(table.length, "row")}${hidden}`, line(names), ...rows.map(line)]
}

export const schemaLines = (
  table: Table<any>,
  { output, step }: Plan.Link,
  trace: Trace | undefined
): ReadonlyArray<string> => {
  const width = Math.max(...table.columns.map(({ name }) => name.length))
  const stored = trace?.outputs[output]
  return [
    `${several(table.length, "row")} of`,
    ...table.columns.map(({ kind, name, nullable }) => `  ${name.padEnd(width)}  ${kind}${nullable ? " or null" : ""}`),
    `address     ${step.outputs![output]}${stored === undefined ? "" : ` (${size(stored.bytes)})`}`,
    ...(step._tag === "Gather"
      ? [`gathered    from ${several(step.links.parts.length, "part")} of ${step.name}`]
      : [`made by     ${nodeName(step.name, step.cell)} ${step.key}`, `code        ${step.fingerprint}`]),
    ...(trace === undefined
      ? []
      : [
          `parameters  ${canonical(trace.params)}`,
          `computed    ${trace.finished} in ${duration(trace.seconds)} on ${trace.host}, Node ${trace.node}, kernel ${trace.backend}`
        ])
  ]
}

export const statisticsLines = (table: Table<any>): ReadonlyArray<string> =>
  columns([
    [
      "column",
      "nulls",
      "not finite",
      "distinct",
      "least",
      "quartile",
      "median",
      "quartile",
      "greatest",
      "mean",
      "deviation"
    ],
    ...table.columns.map((column) => {
      const { distinct, notFinite, nulls, numbers } = statistics(column)
      const places: ReadonlyArray<keyof Numbers> = [
        "least",
        "lower",
        "median",
        "upper",
        "greatest",
        "mean",
        "deviation"
      ]
      return [
        column.name,
        String(nulls),
        String(notFinite),
        distinct === undefined ? "" : String(distinct),
        ...places.map((place) => numbers === undefined ? "" : short(numbers[place]))
      ]
    })
  ])

/** Five digits. */
const short = (value: number): string => String(Number(value.toPrecision(5)))

/** A line for each call, those of its inputs under it. */
export const lineageLines = (root: Plan.Link): ReadonlyArray<string> =>
  lineage(root).map(({ above, between, depth, input, others, output, step }) => {
    const name = step.call.stage.single ? step.name : `${step.name}.${output}`
    const notes = [
      others === 0 ? "" : `and ${others} more`,
      between === 0 ? "" : `after ${between} more of itself`,
      above
        ? "as above"
        : `${step.key.slice(0, 12)}, code ${step.fingerprint.slice(0, 8)}${step.state === "build" ? ", to build" : ""}`
    ].filter((note) => note !== "")
    return `${"  ".repeat(depth)}${input === "" ? "" : `${input}: `}${nodeName(name, step.cell)} (${notes.join("; ")})${above ? "" : paramsOf(step)}`
  })

const paramsOf = ({ call: { params } }: Plan.CallStep): string => {
  const text = Object.entries(params)
    .map(([name, value]) => `${name}=${canonical(value ?? null)}`)
    .join(" ")
  return text === "" ? "" : ` ${text.length > 160 ? `${text.slice(0, 159)}…` : text}`
}
