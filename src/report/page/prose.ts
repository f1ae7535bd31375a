/** Markdown with maths between dollars, as HTML. Markup in the text is shown, never run. */
import katex from "katex"
import { Marked, type TokenizerExtension, type RendererExtension } from "marked"
import { escape } from "./escape.ts"

/** The HTML of a text of several paragraphs; headings carry the ids that `idOf` gives. */
export const prose = (markdown: string): string => marked.parse(markdown, { async: false })

/** The HTML of a line, such as a caption. */
export const inline = (markdown: string): string => marked.parseInline(markdown, { async: false })

/** The anchor of a heading. */
export const idOf = (heading: string): string =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")

const maths = (name: string, level: "inline" | "block", begins: RegExp, pattern: RegExp): TokenizerExtension & RendererExtension => ({
  name,
  level,
  start: (source) => begins.exec(source)?.index,
  tokenizer: (source) => {
    const match = pattern.exec(source)
    return match === null ? undefined : { type: name, raw: match[0], tex: match[1] }
  },
  renderer: (token) => katex.renderToString(token["tex"], { displayMode: level === "block", throwOnError: false, strict: "ignore" })
})

const marked = new Marked({
  extensions: [
    maths("displayMaths", "block", /^\$\$/m, /^\$\$([^$]+)\$\$(?:\n|$)/),
    maths("maths", "inline", /\$/, /^\$((?:\\.|[^$\\])+)\$/)
  ],
  renderer: {
    html: ({ text }) => escape(text),
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${escape(idOf(text))}">${this.parser.parseInline(tokens)}</h${depth}>\n`
    }
  }
})
