/** One block of a page as HTML: prose, a figure with its caption, a table, a verdict. */
import { plainText } from "../plainText.ts"
import type { Block, Figure, Made, Table } from "./Content.ts"
import { escape } from "./escape.ts"
import { grid } from "./grid.ts"
import type { Typesetter } from "./prose.ts"

export interface Setting {
  readonly type: Typesetter
  /** What makes the report again. */
  readonly command: string
  /** Of a figure. */
  readonly svg: string
}

/** The anchor of a block; prose has those of its headings. */
export const idOf = (block: Block): string | undefined =>
  block._tag === "Prose" ? undefined : `${(block._tag === "Missing" ? block.kind : block._tag).toLowerCase()}-${block.number}`

export const block = (one: Block, setting: Setting): string => {
  const { command, svg, type } = setting
  switch (one._tag) {
    case "Prose":
      return type.prose(one.markdown)
    case "Figure":
      return `<figure id="${idOf(one)}">
<div class="drawing">${named(svg, one)}</div>
<figcaption>${caption(one, type)}</figcaption>
${made(one.made, command, [`figures/figure-${one.number}.svg`, `figures/figure-${one.number}.pdf`, `figures/figure-${one.number}.png`])}
</figure>`
    case "Table":
      return `<figure id="${idOf(one)}" class="table">
<figcaption>${caption(one, type)}</figcaption>
${grid(`Table ${one.number}`, one.columns, one.rows, { heading: type.inline, links: one.links })}
${made(one.made, command, [`tables/table-${one.number}.tex`])}
</figure>`
    case "Missing":
      return `<figure id="${idOf(one)}" class="missing">
<p><span class="mark fails">missing</span> It could not be built: ${escape(one.why)}</p>
<figcaption><b>${one.kind} ${one.number}.</b> ${type.inline(one.caption)}</figcaption>
</figure>`
    case "Verdict":
      return `<div id="${idOf(one)}" class="verdict ${one.verdict}" role="group" aria-label="${one.kind} ${one.number}">
<p><span class="mark ${one.verdict}">${one.verdict}</span> <span class="kind">${one.kind}</span> ${type.inline(one.name)}</p>
<p class="evidence">${escape(one.evidence)}</p>
${one.counterexamples.length === 0 ? "" : `<details${one.verdict === "fails" ? " open" : ""}><summary>Rows that speak against it</summary>
${grid("Rows that speak against it", Object.keys(one.counterexamples[0]!), one.counterexamples.map((row) => Object.values(row)))}</details>`}
</div>`
  }
}

/** The drawing with its width in points for the style, and with a name for who does not see it. */
const named = (svg: string, { caption, number }: Figure): string => {
  const [, width] = /viewBox="0 0 (\S+)/.exec(svg) ?? []
  const [first] = plainText(caption).split(/(?<=\.) /)
  return svg.trim().replace("<svg ", `<svg style="--points:${width}" aria-label="${escape(`Figure ${number}. ${first}`)}" `)
}

const caption = (one: Figure | Table, type: Typesetter): string => {
  const cut = one._tag === "Table" && one.rows.length < one.total ? ` The first ${one.rows.length} of ${one.total} rows.` : ""
  return `<a class="anchor" href="#${idOf(one)}">${one._tag} ${one.number}.</a> ${type.inline(one.caption)}${cut}`
    + (one.conditions === "" ? "" : ` <span class="conditions">${type.inline(one.conditions)}</span>`)
}

const made = ({ address, stages }: Made, command: string, files: ReadonlyArray<string>): string => `<details class="made"><summary>How this was made</summary>
<p>By <code>${escape(command)}</code>; as ${files.map((file) => `<a href="${file}">${file.split("/").at(-1)}</a>`).join(", ")}.
Content address <code>${escape(address)}</code>.</p>
${grid("Stages", ["stage", "calls", "code", "parameters"], stages.map(({ calls, fingerprint, params, stage }) => [stage, String(calls), fingerprint.slice(0, 12), params]), { className: "stages" })}
</details>`
