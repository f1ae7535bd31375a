/**
 * A figure as a PNG picture, drawn by resvg with the figures' own typefaces, so that it is the same on every machine.
 */
import { Resvg } from "@resvg/resvg-js"
import { createRequire } from "node:module"

/** The typefaces of the figures as TrueType files, in the order in which they are tried. */
export const typefaces = (): ReadonlyArray<string> => files.map((file) => createRequire(import.meta.url).resolve(file))

/** The picture at so many dots per inch; its paper is white. */
export const png = (svg: string, dotsPerInch = 300, fonts: ReadonlyArray<string> = typefaces()): Uint8Array => {
  const font = {
    fontFiles: [...fonts],
    loadSystemFonts: false,
    defaultFontFamily: "STIX Two Text",
    serifFamily: "STIX Two Text"
  }
  return new Resvg(svg, { font, dpi: dotsPerInch, background: "#ffffff" }).render().asPng()
}

const stix = (style: string) => `@expo-google-fonts/stix-two-text/${style}/STIXTwoText_${style}.ttf`
const files = [
  ...["400Regular", "400Regular_Italic", "700Bold"].map(stix),
  "katex/dist/fonts/KaTeX_Main-Regular.ttf",
  "katex/dist/fonts/KaTeX_Size1-Regular.ttf"
]
