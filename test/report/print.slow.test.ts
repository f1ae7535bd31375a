/** PDFs of figures, opened by a program that is not ours. */
import { readdirSync, readFileSync } from "node:fs"
import { Resvg } from "@resvg/resvg-js"
import { assert, describe, it } from "@effect/vitest"
import { fileURLToPath } from "node:url"
import * as Typeface from "../../src/report/font/Typeface.ts"
import { figurePdf } from "../../src/report/pdf/figurePdf.ts"
import { fontsOf, missing, type Picture, rasterOf, textOf } from "./poppler.ts"

const golden = new URL("golden/", import.meta.url)
const figures = readdirSync(golden).filter((name) => name.endsWith(".svg")).map((name) => [name, readFileSync(new URL(name, golden), "utf8")] as const)

/** The SVG at 576 dots an inch, by resvg. */
const rasterOfSvg = (svg: string): Picture => {
  const image = new Resvg(svg, {
    font: { fontFiles: Typeface.all().map(({ url }) => fileURLToPath(url())), loadSystemFonts: false },
    dpi: 576,
    background: "#ffffff"
  }).render()
  return { width: image.width, height: image.height, pixels: image.pixels.filter((_, index) => index % 4 !== 3) }
}

/** The mean brightness of squares of dots, 0 to 1: two programs do not smooth edges alike. */
const squares = ({ height, pixels, width }: Picture, side: number): ReadonlyArray<number> =>
  Array.from({ length: Math.floor(width / side) * Math.floor(height / side) }, (_, index) => {
    const [x, y] = [(index % Math.floor(width / side)) * side, Math.floor(index / Math.floor(width / side)) * side]
    let sum = 0
    for (let dy = 0; dy < side; dy++) for (let dx = 0; dx < 3 * side; dx++) sum += pixels[3 * ((y + dy) * width + x) + dx]!
    return sum / (765 * side * side)
  })

const distance = (one: Picture, other: Picture): number => {
  const [a, b] = [squares(one, 24), squares(other, 24)]
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]!)))
}

describe.skipIf(missing)("a figure's PDF", () => {
  it.each(figures)("of %s looks as its SVG does", (_, svg) => {
    const [printed, drawn] = [rasterOf(figurePdf(svg)), rasterOfSvg(svg)]
    assert.approximately(printed.width, drawn.width, 3)
    assert.approximately(printed.height, drawn.height, 3)
    assert.isBelow(distance({ ...printed, height: Math.min(printed.height, drawn.height) }, drawn), 0.08)
  })

  it("of another figure does not", () => {
    const [, [, lines], [, points]] = [0, figures.find(([name]) => name === "lines.svg")!, figures.find(([name]) => name === "stems.svg")!] as const
    const [printed, drawn] = [rasterOf(figurePdf(lines)), rasterOfSvg(points)]
    const height = Math.min(printed.height, drawn.height)
    assert.isAbove(distance({ ...printed, height }, { ...drawn, height }), 0.4)
  })

  it("embeds a subset of each typeface, with the characters of its glyphs", () => {
    for (const [, svg] of figures) {
      const fonts = fontsOf(figurePdf(svg))
      assert.isNotEmpty(fonts)
      for (const font of fonts) assert.match(font, /^[A-Z]{6}\+\S+\s+CID TrueType\s+Identity-H\s+yes yes yes/)
    }
  })

  it("holds its texts as text", () => {
    const text = textOf(figurePdf(figures.find(([name]) => name === "layers.svg")![1]))
    for (const word of ["levels", "∑", "small", "large", "loss", "time", "10"]) assert.include(text, word)
  })
})
