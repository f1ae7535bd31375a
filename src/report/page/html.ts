/** The HTML of a page. Nothing in it refers to anything outside the file, runs, or may be fetched. */
import { onPage } from "../figure/onPage.ts"
import { plainText } from "../plainText.ts"
import { block, idOf } from "./block.ts"
import type { Block, Run } from "./Content.ts"
import { escape } from "./escape.ts"
import { grid } from "./grid.ts"
import { mathsStyle } from "./mathsStyle.ts"
import { type Heading, type Typesetter, typesetter } from "./prose.ts"
import { style } from "./style.ts"
import { typeStyle } from "./typeStyle.ts"

/** `figures` are the SVGs of the figures among the blocks, in their order. */
export const html = (run: Run, blocks: ReadonlyArray<Block>, figures: ReadonlyArray<string>): string => {
  const type = typesetter(["report", "contents", ...blocks.flatMap((one) => idOf(one) ?? [])])
  const drawn = blocks.filter(({ _tag }) => _tag === "Figure")
  const main = [
    ...blocks.map((one) => block(one, { type, command: run.command, svg: figures[drawn.indexOf(one)] ?? "" })),
    colophon(run, type)
  ]
  const title = type.headings.find(({ depth }) => depth === 1)
  const name = title === undefined ? run.pipeline : plainText(titleOf(blocks) ?? run.pipeline)
  const body = `<a class="skip" href="#report">Skip to the report</a>
<nav id="contents" aria-label="Contents">
${contents(type.headings.filter(({ depth }) => depth === 2 || depth === 3))}
${verdicts(blocks, type)}
</nav>
<main id="report" tabindex="-1">
${title === undefined ? `<h1>${escape(run.pipeline)}</h1>` : ""}
${main.join("\n")}
</main>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="dln-lab">
<link rel="icon" href="data:,">
<title>${escape(name)}</title>
<style>
${typeStyle(body)}
${mathsStyle(body)}
${style}
${onPage(figures)}
</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** What a browser refuses to do with the page, whatever stands in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"

const titleOf = (blocks: ReadonlyArray<Block>): string | undefined =>
  blocks.flatMap((one) => one._tag === "Prose" ? /^# +(.+)$/m.exec(one.markdown)?.[1] ?? [] : [])[0]

const contents = (headings: ReadonlyArray<Heading>): string =>
  `<p class="heading">Contents</p>
<ul>${headings.map(({ depth, html, id }) => `<li class="depth-${depth}"><a href="#${escape(id)}">${html}</a></li>`).join("")}</ul>`

const verdicts = (blocks: ReadonlyArray<Block>, type: Typesetter): string => {
  const all = blocks.filter((one) => one._tag === "Verdict")
  return all.length === 0 ? "" : `<p class="heading">Verdicts</p>
<ul>${all.map((one) => `<li><span class="mark ${one.verdict}">${one.verdict}</span> <a href="#${idOf(one)}">${type.inline(one.name)}</a></li>`).join("")}</ul>`
}

const colophon = ({ command, params, pipeline, preset }: Run, type: Typesetter): string =>
  `${type.prose("## How this was made")}
<p>Pipeline <b>${escape(pipeline)}</b>${preset === "" ? "" : `, preset <b>${escape(preset)}</b>`}. This command makes the page again, to the same bytes:</p>
<pre tabindex="0"><code>${escape(command)}</code></pre>
${grid("Parameters", ["parameter", "value", "meaning"], params.map(({ about, name, value }) => [name, value, about]), { className: "parameters" })}
<p class="colophon">The published tables are in <code>tables/</code>: as Parquet, and as CSV where they have no more than 100,000 rows. Seconds, host and date of the run are in <code>run.json</code>, beside this page.</p>`
