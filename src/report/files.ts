/** The files of a report's folder: the page, its figures and tables in the formats of papers, the verdicts. */
import type { Any } from "../engine/Node.ts"
import { encode } from "../engine/Parquet.ts"
import type { Table } from "../engine/Table.ts"
import { cellText } from "./cellText.ts"
import type { Conclusion } from "./conclude.ts"
import { csv } from "./csv.ts"
import { latexTable } from "./latex/table.ts"
import type { Experiment, Pipeline } from "./Pipeline.ts"
import { asIs, type File, tableFiles, text } from "./publish.ts"

/** `addressOf` finds what a node gave, if it was built. */
export const files = (
  { name }: Pipeline,
  { report, tables }: Experiment,
  { blocks, latex, page, verdicts }: Conclusion,
  addressOf: (node: Any) => string | undefined
): ReadonlyArray<File> => {
  const built = (path: string, node: Any): ReadonlyArray<File> => {
    const address = addressOf(node)
    return address === undefined ? [] : [asIs(path, address)]
  }
  const figures = report.content.filter((piece) => typeof piece === "object" && piece._tag === "Figure")
  return [
    ...built("index.html", page),
    ...figures.flatMap(({ node, pdf, png }, index) =>
      Object.entries({ svg: node, pdf, png }).flatMap(([format, file]) => built(`figures/figure-${index + 1}.${format}`, file))),
    ...built("figures.tex", latex),
    ...Object.entries(tables).flatMap(([table, node]) => {
      const address = addressOf(node)
      const columns = node.columns!
      // Those of vectors, such as weights, are left to `dln show`.
      return address === undefined || columns.some(({ kind }) => kind === "vector")
        ? []
        : tableFiles(`tables/${table}`, address, {
          parquet: { longest: MANY_ROWS, write: encode },
          csv: { longest: MANY_LINES_OF_TEXT, write: (rows) => new TextEncoder().encode(csv(rows)) },
          tex: { longest: MANY_ROWS, write: (rows) => new TextEncoder().encode(latexOf(name, table, rows)) }
        })
    }),
    ...blocks.flatMap((block) =>
      block._tag === "Table"
        ? [text(`tables/table-${block.number}.tex`, latexTable({ ...block, label: `tab:${name}-${block.number}` }))]
        : []),
    text("claims.json", `${JSON.stringify(verdicts, null, 2)}\n`)
  ]
}

/** More rows than a reader of Parquet opens at once, than one opens as text, and than a printed page holds. */
const MANY_ROWS = 1_000_000
const MANY_LINES_OF_TEXT = 100_000
const MANY_LINES = 40

const latexOf = (pipeline: string, name: string, table: Table<any>): string => {
  const columns = table.columns.map((column) => column.name)
  const rows = Array.from({ length: Math.min(MANY_LINES, table.length) }, (_, index) => table.row(index))
  return latexTable({
    caption: `The table \`${name}\` of ${pipeline}.`,
    label: `tab:${pipeline}-${name}`,
    columns,
    rows: rows.map((row) => columns.map((column) => cellText(row[column]))),
    total: table.length
  })
}
