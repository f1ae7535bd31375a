/** The HTML of a page. Nothing in it refers to anything outside the file. */
import { onPage } from "../figure/onPage.ts"
import type { Block, Made, Run } from "./Content.ts"
import { escape } from "./escape.ts"
import { mathsStyle } from "./mathsStyle.ts"
import { idOf, inline, prose } from "./prose.ts"
import { style } from "./style.ts"

export const html = (run: Run, blocks: ReadonlyArray<Block>, figures: ReadonlyArray<string>): string => {
  const numbered = number(blocks)
  const title = headings(blocks, 1)[0] ?? run.pipeline
  const body = numbered.map(({ block, count }) => section(block, count, block._tag === "Figure" ? figures[count - 1]! : "")).join("\n")
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="dln-lab">
<title>${escape(plain(title))}</title>
<style>${style}${onPage}${mathsStyle(body)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<nav aria-label="Contents">${contents(numbered)}</nav>
<main id="report">
${body}
${colophon(run)}
</main>
</body>
</html>
`
}

interface Numbered {
  readonly block: Block
  /** The block's number among those of its kind, from 1. */
  readonly count: number
}

const number = (blocks: ReadonlyArray<Block>): ReadonlyArray<Numbered> => {
  const counts = new Map<string, number>()
  return blocks.map((block) => {
    const count = (counts.get(block._tag) ?? 0) + 1
    counts.set(block._tag, count)
    return { block, count }
  })
}

const headings = (blocks: ReadonlyArray<Block>, depth: number): ReadonlyArray<string> =>
  blocks.flatMap((block) => block._tag === "Prose" ? [...block.markdown.matchAll(new RegExp(`^#{${depth}} +(.+)$`, "gm"))].map((match) => match[1]!) : [])

const plain = (markdown: string): string => markdown.replace(/[$\\{}*`]/g, "")

const contents = (numbered: ReadonlyArray<Numbered>): string => {
  const verdicts = numbered.flatMap(({ block, count }) => block._tag === "Verdict" ? [{ block, count }] : [])
  const chapters = headings(numbered.map(({ block }) => block), 2)
  return `
<h2>Contents</h2>
<ol>${[...chapters, "How this was made"].map((heading) => `<li><a href="#${escape(idOf(heading))}">${inline(heading)}</a></li>`).join("")}</ol>
<h2>Verdicts</h2>
<ul class="verdicts">${verdicts.map(({ block, count }) =>
    `<li><a href="#verdict-${count}"><span class="mark ${block.verdict}">${block.verdict}</span> ${inline(block.name)}</a></li>`).join("")}</ul>`
}

const section = (block: Block, count: number, svg: string): string => {
  switch (block._tag) {
    case "Prose":
      return prose(block.markdown)
    case "Figure":
      return `<figure id="figure-${count}">
<div class="drawing">${svg}</div>
<figcaption><b>Figure ${count}.</b> ${inline(block.caption)}${made(block.made)}</figcaption>
</figure>`
    case "Table":
      return `<figure id="table-${count}" class="table">
<figcaption><b>Table ${count}.</b> ${inline(block.caption)}${block.rows.length < block.total ? ` The first ${block.rows.length} of ${block.total} rows.` : ""}${made(block.made)}</figcaption>
${grid(block.columns, block.rows)}
</figure>`
    case "Verdict":
      return `<aside id="verdict-${count}" class="verdict" aria-label="${block.kind}">
<p><span class="mark ${block.verdict}">${block.verdict}</span> <span class="kind">${block.kind}</span> ${inline(block.name)}</p>
<p class="evidence">${escape(block.evidence)}</p>
${block.counterexamples.length === 0 ? "" : `<details${block.verdict === "fails" ? " open" : ""}><summary>Rows that speak against it</summary>
${grid(Object.keys(block.counterexamples[0]!), block.counterexamples.map((row) => Object.values(row)))}</details>`}
</aside>`
  }
}

const grid = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  `<div class="scroll" tabindex="0"><table><thead><tr>${columns.map((name) => `<th scope="col">${escape(name)}</th>`).join("")}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`).join("\n")}</tbody></table></div>`

const made = ({ stages, address }: Made): string => `
<details class="made"><summary>How this was made</summary>
<p>Content address <code>${escape(address)}</code>. Each line: a stage, how many of its results this rests on, its code's fingerprint, its parameters.</p>
<ul>${stages.map(({ stage, fingerprint, params, calls }) =>
  `<li><b>${escape(stage)}</b> × ${calls} <code>${escape(fingerprint.slice(0, 12))}</code> <code>${escape(params)}</code></li>`).join("")}</ul>
</details>`

const colophon = ({ pipeline, preset, command, params }: Run): string => `
<h2 id="how-this-was-made">How this was made</h2>
<p>Pipeline <b>${escape(pipeline)}</b>${preset === "" ? "" : `, preset <b>${escape(preset)}</b>`}. This command makes the page again, to the same bytes:</p>
<pre><code>${escape(command)}</code></pre>
${grid(["parameter", "value", "meaning"], params.map(({ name, value, about }) => [name, value, about]))}`
