/** A table of text as HTML; columns of numbers stand flush right. */
import { escape } from "./escape.ts"

interface Look {
  readonly className?: string
  /** Sets the names of columns. */
  readonly heading?: (text: string) => string
  /** Where cells of this text lead. */
  readonly links?: { readonly [cell: string]: string }
}

/** `name` is what a screen reader calls the part of the page that scrolls where the table is wide. */
export const grid = (
  name: string,
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { className = columns.length > many ? "many" : "few", heading = (text) => broken(escape(text)), links = {} }: Look = {}
): string => {
  const numeric = columns.map((_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column]!)))
  const cell = (tag: string, html: string, column: number) =>
    `<${tag}${numeric[column] === true ? ' class="number"' : ""}>${html}</${tag.split(" ")[0]}>`
  const head = (text: string, column: number) =>
    cell('th scope="col"', heading(text), column)
  const body = (text: string, column: number) => {
    const html = raised(broken(escape(text)))
    return cell("td", links[text] === undefined ? html : `<a href="${escape(links[text])}">${html}</a>`, column)
  }
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(name)}"><table class="${className}">
<thead><tr>${columns.map(head).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(body).join("")}</tr>`).join("\n")}${rows.length === 0 ? `<tr><td colspan="${columns.length}">no rows</td></tr>` : ""}
</tbody></table></div>`
}

/** More columns than this are set smaller. */
const many = 9

const isNumber = (text: string): boolean => /^(−?[\d.]+(e−?\d+)?|−?∞|NaN|–)$/.test(text)

/** Powers of ten as one writes them. */
const raised = (text: string): string => text.replace(/^(−?\d[\d.]*)e(−?\d+)$/, "$1 × 10<sup>$2</sup>")

/** Long names may be broken after an underscore. */
const broken = (text: string): string => text.replace(/_(?=[a-z]{3})/gi, "_<wbr>")
