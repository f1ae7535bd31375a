/** The style of typeset maths, with only those of KaTeX's typefaces that a page uses, all within the page. */
import * as Asset from "../../engine/Asset.ts"

export const mathsStyle = (body: string): string => {
  if (!body.includes("class=\"katex")) return ""
  const rules = Asset.text(import.meta.resolve("katex/dist/katex.min.css")).replace(/@font-face\{[^}]*\}/g, "")
  const used = faces.filter(({ sign }) => sign.test(body))
  return [...used.map(({ family, style, weight, file }) =>
    `@font-face{font-family:${family};font-style:${style};font-weight:${weight};src:url(data:font/woff2;base64,${Buffer.from(file()).toString("base64")}) format("woff2")}`), rules].join("\n")
}

/** A typeface, and what in a page tells that it is used. */
interface Face {
  readonly family: string
  readonly style: "normal" | "italic"
  readonly weight: 400 | 700
  readonly sign: RegExp
  readonly file: () => Uint8Array
}

const face = (family: string, style: Face["style"], weight: Face["weight"], sign: RegExp, file: Face["file"]): Face =>
  ({ family, style, weight, sign, file })

const faces: ReadonlyArray<Face> = [
  face("KaTeX_Main", "normal", 400, /katex/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Main-Regular.woff2"))),
  face("KaTeX_Math", "italic", 400, /mathnormal/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Math-Italic.woff2"))),
  face("KaTeX_Main", "italic", 400, /textit|mathit/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Main-Italic.woff2"))),
  face("KaTeX_Main", "normal", 700, /textbf|mathbf/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Main-Bold.woff2"))),
  face("KaTeX_AMS", "normal", 400, /amsrm|mathbb/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_AMS-Regular.woff2"))),
  face("KaTeX_Caligraphic", "normal", 400, /mathcal/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Caligraphic-Regular.woff2"))),
  face("KaTeX_Size1", "normal", 400, /small-op|size1|delim-size1/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Size1-Regular.woff2"))),
  face("KaTeX_Size2", "normal", 400, /large-op|size2/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Size2-Regular.woff2"))),
  face("KaTeX_Size3", "normal", 400, /size3/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Size3-Regular.woff2"))),
  face("KaTeX_Size4", "normal", 400, /size4/, () => Asset.bytes(import.meta.resolve("katex/dist/fonts/KaTeX_Size4-Regular.woff2")))
]
