/** From a report and what its blocks came to, the node of its page. */
import type { Node } from "../engine/Node.ts"
import type { Table } from "../engine/Table.ts"
import type { Block, Verdict } from "./Block.ts"
import { cellText } from "./cellText.ts"
import type * as Content from "./page/Content.ts"
import { Page } from "./page/Page.ts"
import type { Report } from "./Report.ts"

/** What became of a block's node. */
export type Built =
  | { readonly _tag: "Table"; readonly table: Table<any>; readonly made: Content.Made }
  | { readonly _tag: "File"; readonly made: Content.Made }
  | { readonly _tag: "Failed"; readonly why: string }

export const typeset = (
  report: Report<any>,
  run: Content.Run,
  builtOf: (block: Block<any>) => Built,
  verdictOf: (block: Block<any>) => Verdict
): Node<Uint8Array, any> => {
  const blocks = report.content.map((piece): Content.Block => {
    if (typeof piece === "string") return { _tag: "Prose", markdown: piece }
    if (piece._tag === "Sentence") return { _tag: "Verdict", ...verdictOf(piece) }
    const built = builtOf(piece)
    if (built._tag === "Failed") return { _tag: "Prose", markdown: `**${piece._tag} missing.** ${piece.caption} It could not be built: \`${built.why}\`` }
    if (built._tag === "File") return { _tag: "Figure", caption: piece.caption, made: built.made }
    const { columns, limit, where } = piece as Extract<typeof piece, { readonly _tag: "Table" }>
    const rows = built.table.rows.filter(where)
    return {
      _tag: "Table",
      caption: piece.caption,
      columns,
      rows: rows.slice(0, limit).map((row) => columns.map((name) => cellText(row[name]))),
      total: rows.length,
      made: built.made
    }
  })
  const figures = report.content.flatMap((piece) => typeof piece === "object" && piece._tag === "Figure" && builtOf(piece)._tag === "File" ? [piece.node] : [])
  return Page({ run, blocks, figures })
}
