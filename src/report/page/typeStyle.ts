/** The page's typeface, the same as in its figures, cut down to the characters that the page has. */
import * as Asset from "../../engine/Asset.ts"
import { subset } from "../font/subset.ts"
import * as Typeface from "../font/Typeface.ts"
import { woff } from "../font/woff.ts"

export const typeStyle = (body: string): string => {
  const characters = [...new Set([...body, ...ascii])].sort().join("")
  const { ofText } = subset()
  return Typeface.text().map(({ bold, family, italic, url }) => {
    const file = Buffer.from(woff(ofText(Asset.bytes(url()), characters))).toString("base64")
    return `@font-face { font-family: "${family}"; font-style: ${italic ? "italic" : "normal"}; font-weight: ${bold ? 700 : 400}; src: url(data:font/woff;base64,${file}) format("woff") }`
  }).join("\n")
}

const ascii = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index))
