/** From a report and what its blocks came to, the blocks of its page. */
import type { Table } from "../engine/Table.ts"
import type { Block, Verdict } from "./Block.ts"
import { cellText } from "./cellText.ts"
import type * as Content from "./page/Content.ts"
import type { Experiment } from "./Pipeline.ts"

/** What became of a block's node. */
export type Built =
  | { readonly _tag: "Table"; readonly table: Table<any>; readonly made: Content.Made }
  | { readonly _tag: "File"; readonly made: Content.Made }
  | { readonly _tag: "Failed"; readonly why: string }

/** Figures, tables and verdicts are numbered in the order of the report, those that are missing too. */
export const typeset = (
  { conditions, intervals, names = {}, report }: Experiment,
  preset: string,
  builtOf: (block: Block<any>) => Built,
  verdictOf: (block: Block<any>) => Verdict
): ReadonlyArray<Content.Block> => {
  const counts = new Map<string, number>()
  const next = (kind: string): number => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return counts.get(kind)!
  }
  const conditionsOf = (explained: boolean): string => {
    const parts = [conditions, explained ? intervals : undefined, preset === "" ? undefined : `preset ${preset}`]
    const said = parts.filter((part) => part !== undefined).join("; ")
    return said === "" ? "" : `${said.charAt(0).toUpperCase()}${said.slice(1)}.`
  }
  const heading = (column: string): string => names[column] ?? column.replaceAll("_", " ")
  const cell = (value: unknown): string => typeof value === "string" ? names[value] ?? value : cellText(value)
  return report.content.map((piece): Content.Block => {
    if (typeof piece === "string") return { _tag: "Prose", markdown: piece }
    const number = next(piece._tag)
    if (piece._tag === "Sentence") return { _tag: "Verdict", number, ...verdictOf(piece) }
    const { caption } = piece
    const built = builtOf(piece)
    if (built._tag === "Failed") return { _tag: "Missing", kind: piece._tag, number, caption, why: built.why }
    const { made } = built
    if (piece._tag === "Figure") return { _tag: "Figure", number, caption, conditions: conditionsOf(piece.intervals), made }
    const { columns, limit, links, where } = piece
    const rows = (built as Extract<Built, { readonly _tag: "Table" }>).table.rows.filter(where)
    return {
      _tag: "Table",
      number,
      caption,
      conditions: conditionsOf(false),
      columns: columns.map(heading),
      rows: rows.slice(0, limit).map((row) => columns.map((name) => cell(row[name]))),
      links,
      total: rows.length,
      made
    }
  })
}
