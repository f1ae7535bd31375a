import { readdirSync, readFileSync } from "node:fs"
import { inflateSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Figure from "../../src/report/Figure.ts"
import { png } from "../../src/report/figure/png.ts"
import { figurePdf } from "../../src/report/pdf/figurePdf.ts"
import { UnknownShape } from "../../src/report/pdf/outline.ts"
import { given, svgOf } from "./drawn.ts"

const golden = new URL("golden/", import.meta.url)
const figures = readdirSync(golden).filter((name) => name.endsWith(".svg")).map((name) => readFileSync(new URL(name, golden), "utf8"))

/** The objects of a PDF, found by its table of contents as a viewer finds them, their streams unpacked. */
const objectsOf = (pdf: Uint8Array): ReadonlyArray<string> => {
  const text = Buffer.from(pdf).toString("latin1")
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1])
  assert.strictEqual(text.slice(table, table + 5), "xref\n")
  return Array.from(text.slice(table).matchAll(/^(\d{10}) 00000 n $/gm), ([, start], index) => {
    const head = `${index + 1} 0 obj\n`
    assert.strictEqual(text.slice(Number(start), Number(start) + head.length), head)
    const object = text.slice(Number(start) + head.length, text.indexOf("\nendobj\n", Number(start)))
    const [dictionary, length] = /\/Length (\d+) .*?>>\nstream\n/s.exec(object) ?? []
    if (dictionary === undefined) return object
    const at = Number(start) + head.length + object.indexOf(dictionary) + dictionary.length
    return inflateSync(pdf.subarray(at, at + Number(length))).toString("latin1")
  })
}

const pageOf = (svg: string): string => objectsOf(figurePdf(svg))[0]!

describe("a printed figure", () => {
  it("is the same bytes each time, with no date in them", () => {
    for (const svg of figures) {
      assert.deepStrictEqual(figurePdf(svg), figurePdf(svg))
      assert.notMatch(Buffer.from(figurePdf(svg)).toString("latin1"), /Date/)
    }
    assert.deepStrictEqual(png(figures[0]!), png(figures[0]!))
  })

  it("is found whole by its table of contents, at the size of the figure", () => {
    for (const svg of figures) {
      const [, , width, height] = /viewBox="([^"]*)"/.exec(svg)![1]!.split(" ")
      const objects = objectsOf(figurePdf(svg))
      assert.isTrue(objects.some((object) => object.includes(`/MediaBox [0 0 ${width} ${height}]`)))
    }
  })

  it("is a picture of twice a screen's dots, which says so", () => {
    const [, , width] = /viewBox="([^"]*)"/.exec(figures[0]!)![1]!.split(" ").map(Number)
    const picture = Buffer.from(png(figures[0]!))
    assert.approximately(picture.readUInt32BE(16), (width! * 192) / 72, 1)
    assert.strictEqual(picture.toString("latin1", 37, 41), "pHYs")
    assert.approximately(picture.readUInt32BE(41) * 0.0254, 192, 0.01)
  })

  it("has a quarter turn, a dash, a clip and a fade where the SVG has them", () => {
    const page = pageOf(`<svg viewBox="0 0 9 9" color="#000000" fill="currentColor">
<g transform="translate(2 3)"><path d="M1 2h3v4H0z" transform="rotate(-90)" fill="none" stroke="#ff0000" stroke-dasharray="4 2" opacity="0.5"/></g>
<svg x="1" y="1" width="2" height="2" viewBox="1 1 2 2" overflow="hidden"><circle cx="1" cy="1" r="1"/></svg></svg>`)
    assert.include(page, "q\n1 0 0 1 2 3 cm")
    assert.include(page, "0 -1 1 0 0 0 cm\n/A1 gs")
    assert.include(page, "1 0 0 RG 1 w [4 2] 0 d")
    assert.include(page, "1 2 m 4 2 l 4 6 l 0 6 l h S")
    assert.include(page, "1 1 2 2 re W n\n0 0 0 rg\n2 1 m")
  })

  it("refuses what it does not know how to print", () => {
    for (const shape of ['<ellipse rx="1"/>', '<path d="M0 0A1 1 0 0 0 2 2"/>'])
      assert.throws(() => figurePdf(`<svg viewBox="0 0 9 9">${shape}</svg>`), UnknownShape)
  })

  it("of 200 facets is whole", () => {
    const Point = Schema.Struct({ x: Schema.Finite, name: Schema.String })
    const rows = Array.from({ length: 200 }, (_, k) => [{ x: 0, name: `facet ${k}` }, { x: k + 1, name: `facet ${k}` }]).flat()
    const svg = svgOf(Figure.points(given(Point, rows), { x: "x", y: "x", facet: { columns: "name" } }))
    assert.isNotEmpty(png(svg))
    assert.strictEqual(pageOf(svg).split(" c h f").length, 401)
  })

  it("holds any data and any text that its SVG holds", () => {
    const Point = Schema.Struct({ x: Schema.Number, y: Schema.NullOr(Schema.Number), name: Schema.String })
    const rows = (values: ReadonlyArray<number>) => values.map((value, index) => ({ x: value, y: index % 3 === 0 ? null : value, name: odd[index % odd.length]! }))
    const odd = ["<script>alert(1)</script>", "a & \"b\"", "数据 по-русски 🎈", "שלום", "]]>", "\u0000", ""]
    for (const values of [[], [NaN, NaN], [1], [1e-300, 1e300, 1], Array.from({ length: 20 }, (_, k) => k)]) {
      const node = given(Point, rows(values))
      for (const figure of [
        Figure.lines(node, { x: "x", y: "y", color: "name", title: "$\\hat\\sigma_k^2 \\le \\sum_i \\tilde w_i$ & <b>" }),
        Figure.stems(node, { x: "x", y: "y", facet: { columns: "name" } }),
        Figure.heat(node, { x: "name", y: "x", fill: "y" })
      ]) {
        const page = pageOf(svgOf(figure))
        assert.notMatch(page, /NaN|undefined|Infinity|e[-+]\d/)
        assert.isNotEmpty(png(svgOf(figure)))
      }
    }
  })
})
