/** Markdown with maths between dollars, as HTML. Markup in the text is shown, never run, and nothing is fetched. */
import { renderToString } from "katex"
import { Marked, type RendererExtension, type TokenizerExtension } from "marked"
import { plainText } from "../plainText.ts"
import { escape } from "./escape.ts"

export interface Heading {
  readonly depth: number
  /** Its anchor, which no other part of the page has. */
  readonly id: string
  readonly html: string
}

/** One page's text: anchors are given in the order in which it is set. */
export interface Typesetter {
  /** The HTML of several paragraphs. */
  readonly prose: (markdown: string) => string
  /** The HTML of a line, such as a caption. */
  readonly inline: (markdown: string) => string
  /** The headings so far. */
  readonly headings: ReadonlyArray<Heading>
}

/** `taken` are the anchors of what is no heading. */
export const typesetter = (taken: Iterable<string>): Typesetter => {
  const ids = new Set(taken)
  const headings: Array<Heading> = []
  const unique = (wanted: string, count = 1): string => {
    const id = count === 1 ? wanted : `${wanted}-${count}`
    if (ids.has(id)) return unique(wanted, count + 1)
    ids.add(id)
    return id
  }
  const marked = new Marked({
    extensions: [
      maths("displayMaths", "block", /^\$\$/m, /^\$\$([^$]+)\$\$(?:\n|$)/),
      maths("maths", "inline", /\$/, /^\$((?:\\.|[^$\\])+)\$/)
    ],
    renderer: {
      html: ({ text }) => escape(text),
      heading({ depth, text, tokens }) {
        const html = this.parser.parseInline(tokens)
        const id = unique(anchor(text))
        headings.push({ depth, id, html })
        return `<h${depth} id="${escape(id)}">${html}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens)
        return /^(https?:|mailto:|#|[\w./-]+$)/i.test(href) ? `<a href="${escape(href)}">${html}</a>` : html
      },
      // A picture would be fetched; one that is data is there already.
      image: ({ href, text }) =>
        /^data:image\/(png|jpeg|gif|webp);base64,/.test(href) ? `<img src="${escape(href)}" alt="${escape(text)}">` : escape(text)
    }
  })
  return {
    prose: (markdown) => marked.parse(markdown, { async: false }),
    inline: (markdown) => marked.parseInline(markdown, { async: false }),
    headings
  }
}

const anchor = (heading: string): string =>
  plainText(heading).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "section"

const maths = (name: string, level: "inline" | "block", begins: RegExp, pattern: RegExp): TokenizerExtension & RendererExtension => ({
  name,
  level,
  start: (source) => begins.exec(source)?.index,
  tokenizer: (source) => {
    const match = pattern.exec(source)
    return match === null ? undefined : { type: name, raw: match[0], tex: match[1] }
  },
  renderer: (token) => renderToString(token["tex"], { displayMode: level === "block", throwOnError: false, strict: "ignore" })
})
