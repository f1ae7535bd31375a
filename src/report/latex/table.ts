/** A table as LaTeX, in the manner of the package booktabs: no vertical lines, numbers flush right. */
import { cell, inline } from "./markup.ts"

export interface LatexTable {
  /** Markdown. */
  readonly caption: string
  readonly label: string
  /** Markdown. */
  readonly columns: ReadonlyArray<string>
  /** Cells as `cellText` writes them. */
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** How many rows there are in all. */
  readonly total: number
}

export const latexTable = ({ caption, columns, label, rows, total }: LatexTable): string => {
  const line = (cells: ReadonlyArray<string>) => `    ${cells.join(" & ")} \\\\`
  const numeric = columns.map((_, column) => rows.some((row) => /\d/.test(row[column]!)) && rows.every((row) => isNumber(row[column]!)))
  const cut = rows.length < total ? ` The first ${rows.length} of ${total} rows.` : ""
  const environment = columns.length > narrow ? "table*" : "table"
  return `% Made by dln-lab: needs the packages booktabs and graphicx.
\\begin{${environment}}[tbp]
  \\centering
  \\caption{${inline(caption)}${cut}}
  \\label{${label}}
  % A table that is wider than the text is scaled down to it.
  \\resizebox{\\ifdim\\width>\\linewidth \\linewidth\\else\\width\\fi}{!}{%
  \\begin{tabular}{${numeric.map((right) => (right ? "r" : "l")).join("")}}
    \\toprule
${line(columns.map(inline))}
    \\midrule
${rows.length === 0 ? line([`\\multicolumn{${columns.length}}{l}{no rows}`]) : rows.map((row) => line(row.map(cell))).join("\n")}
    \\bottomrule
  \\end{tabular}}
\\end{${environment}}
`
}

/** More columns than this span both columns of a journal. */
const narrow = 6

const isNumber = (text: string): boolean => /^(−?[\d.]+(e−?\d+)?|−?∞|NaN|–)$/.test(text)
