import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Figure from "../../src/report/Figure.ts"
import { png } from "../../src/report/figure/png.ts"
import { Undrawable } from "../../src/report/figure/Undrawable.ts"
import { given, refusalOf, svgOf } from "./drawn.ts"
import { readable } from "./readable.ts"

const Point = Schema.Struct({
  x: Schema.Number,
  y: Schema.NullOr(Schema.Number),
  name: Schema.String,
  other: Schema.String,
  k: Schema.Int
})
type Point = typeof Point.Type
const point = (x: number, y: number | null, name = "a", other = "b", k = 0): Point => ({ x, y, name, other, k })

/** Every kind of mark over the same rows. */
const marks = (
  rows: ReadonlyArray<Point>,
  frame: { readonly xScale?: "linear" | "log" | "symlog" | "band"; readonly yScale?: "linear" | "log" | "symlog" } = {}
): ReadonlyArray<Figure.Figure<any>> => {
  const node = given(Point, rows)
  return [
    Figure.lines(node, { x: "x", y: "y", color: "name", ...frame }),
    Figure.staircase(node, { x: "x", y: "y", band: ["x", "y"], color: "k", ...frame }),
    Figure.points(node, { x: "x", y: "y", shapes: "name", interval: ["x", "y"], ...frame }),
    Figure.stems(node, { x: "x", y: "y", color: "name", ...frame }),
    Figure.rules(node, { x: "x", y: "y", ...frame }),
    Figure.histogram(node, { x: "x", color: "name", ...frame }),
    Figure.heat(node, { x: "x", y: "name", fill: "y" }),
    Figure.heat(node, { x: "name", y: "k", fill: "x", scale: "diverging", values: true }),
    Figure.heat(node, { x: "k", y: "name", fill: "y", scale: "log", values: false })
  ]
}

const allReadable = (figures: ReadonlyArray<Figure.Figure<any>>) => figures.map((figure) => readable(svgOf(figure)))

describe("a figure can be read", () => {
  it("of an empty table, and says that it has no data", () => {
    for (const scale of ["linear", "log", "symlog"] as const) {
      for (const texts of allReadable(marks([], { xScale: scale, yScale: scale }))) assert.include(texts, "no data")
    }
  })

  it("of a column without any value", () => {
    for (const y of [null, NaN]) {
      const [lines, , , stems] = allReadable(marks([point(0, y), point(1, y)]))
      assert.include(lines!, "no data")
      assert.include(stems!, "no data")
    }
  })

  it("of one point, and of equal values", () => {
    for (const value of [0, 1, -3, 0.1, 1e-300, 1e300]) {
      for (const scale of ["linear", "log", "symlog"] as const) {
        allReadable(marks([point(value, value)], { xScale: scale, yScale: scale }))
        allReadable(marks([point(value, value), point(value, value, "c")], { xScale: scale, yScale: scale }))
      }
    }
  })

  it("of the smallest and largest numbers together", () => {
    for (const scale of ["linear", "log", "symlog", "band"] as const) {
      const rows = [point(1e-300, 1e300), point(1, 1e-300), point(1e300, -1e300), point(5e-324, 0), point(2, 5e-324)]
      allReadable(marks(rows, scale === "band" ? { xScale: scale } : { xScale: scale, yScale: scale }))
    }
  })

  it("of numbers that differ in the last digit", () => {
    allReadable(marks([point(1, 1), point(1 + 2 ** -52, 1 + 2 ** -50), point(1 + 2 ** -40, 1 - 2 ** -40)]))
  })

  it("with a word about what its axes cannot show", () => {
    const node = given(Point, [point(0, 1), point(1, 0), point(2, -5), point(3, Infinity), point(4, NaN)])
    const texts = readable(svgOf(Figure.lines(node, { x: "x", y: "y", yScale: "log" })))
    assert.include(texts, "2 values ≤ 0 cannot be shown on the logarithmic y axis.")
    assert.include(texts, "1 infinite value is not shown on the y axis.")
  })

  it("of 200 facets, which are broken into lines", () => {
    const rows = Array.from({ length: 200 }, (_, k) => [
      point(0, k, `facet ${k}`),
      point(1, 2 * k, `facet ${k}`)
    ]).flat()
    const texts = readable(svgOf(Figure.lines(given(Point, rows), { x: "x", y: "y", facet: { columns: "name" } })))
    assert.strictEqual(texts.filter((text) => text.startsWith("facet ")).length, 200)
  })

  it("with markup, ampersands, control characters and other scripts in its texts", () => {
    const odd = [
      "<script>alert(1)</script>",
      "a & b",
      "\"quoted\" 'too'",
      "\u0000\u001b",
      "数据 по-русски 🎈",
      "$x_1$",
      "]]>",
      "",
      "&lt;"
    ]
    const rows = odd.flatMap((name, k) => [point(k, k, name, name), point(k + 1, k, name, name)])
    const node = given(Point, rows)
    const svg = svgOf(
      Figure.lines(node, {
        x: "x",
        y: "y",
        color: "name",
        facet: { rows: "other" },
        title: "<b>T</b> & co\uD800",
        labels: { x: "<i>x</i>", y: "a & b" }
      })
    )
    assert.notInclude(svg, "<script")
    const texts = readable(svg)
    for (const text of ["<script>alert(1)</script>", "a & b", "数据 по-русски 🎈", "$x_1$", "<b>T</b> & co\uFFFD"])
      assert.include(texts, text)
    assert.include(texts, "\uFFFD\uFFFD")
    for (const figure of marks(rows)) readable(svgOf(figure))
  })

  it("with texts that are far too long", () => {
    const long = "a very long name that goes on and on ".repeat(6)
    const node = given(Point, [
      point(0, 1, long, long),
      point(1, 2, `${long}!`, `${long}!`),
      point(2, 2, "x".repeat(300))
    ])
    readable(
      svgOf(
        Figure.lines(node, {
          x: "x",
          y: "y",
          color: "name",
          facet: { rows: "other", columns: "name" },
          title: long,
          labels: { x: long, y: long, color: long }
        })
      )
    )
    readable(svgOf(Figure.points(node, { x: "name", y: "y", color: "other" })))
    readable(svgOf(Figure.heat(node, { x: "name", y: "other", fill: "y", labels: { fill: long, y: long } })))
  })

  it("of the rows that it selects, and no others", () => {
    const node = given(Point, [point(0, 1), point(1, 2), point(7, 50, "b")])
    const texts = readable(svgOf(Figure.points(node, { x: "x", y: "y", color: "name", where: { name: ["a"] } })))
    assert.include(texts, "a")
    assert.notInclude(texts, "b")
    assert.notInclude(texts, "50")
  })

  it("by resvg too", () => {
    for (const figure of marks([point(1, 2), point(2, null, "≤ ∑ 数"), point(3, -1e300)]))
      assert.isAbove(png(svgOf(figure), 50).length, 100)
  })
})

describe("a figure is refused", () => {
  const spread = (count: number) => Array.from({ length: count }, (_, k) => point(k, k, `n${k}`, `o${k % 20}`, k))

  it("with a typed error that says what to do, when nobody could read it", () => {
    const node = given(Point, spread(500))
    const refused = (figure: Figure.Figure<any>, what: string) => {
      const error = refusalOf(figure)
      assert.instanceOf(error, Undrawable)
      assert.include((error as Undrawable).message, what)
    }
    refused(Figure.lines(node, { x: "x", y: "y", facet: { rows: "k", columns: "other" } }), "20 columns of panels")
    refused(Figure.lines(node, { x: "x", y: "y", facet: { columns: "name" } }), "500 panels")
    refused(Figure.lines(node, { x: "x", y: "y", color: "name" }), "500 values in its legend")
    refused(
      Figure.points(
        given(
          Point,
          Array.from({ length: 200_001 }, (_, k) => point(k, k))
        ),
        { x: "x", y: "y" }
      ),
      "200001 marks"
    )
  })

  it("where it is made, when it names what is not there", () => {
    const node = given(Point, [])
    const refuses = (make: () => unknown, message: string) => assert.throws(make, Error, message)
    // @ts-expect-error there is no such column
    refuses(() => Figure.lines(node, { x: "x", y: "z" }), `"z" as y; the columns are x, y, name, other, k`)
    // @ts-expect-error text is no height
    refuses(() => Figure.lines(node, { x: "x", y: "name" }), "holds strings")
    // @ts-expect-error there is no such option
    refuses(() => Figure.lines(node, { x: "x", y: "y", colour: "name" }), `no option "colour"`)
    // @ts-expect-error there is no such scale
    refuses(() => Figure.lines(node, { x: "x", y: "y", yScale: "ln" }), "wrong parameters")
    // @ts-expect-error there is no such column to select by
    refuses(() => Figure.lines(node, { x: "x", y: "y", where: { z: [1] } }), `"z" as where`)
    refuses(() => Figure.lines(node, { x: "x", y: "y", labels: { x: "$\\frac12$" } }), "\\frac")
    refuses(() => Figure.points(node, { x: "x", y: "y", yScale: "log", diagonal: true }), "diagonal")
  })
})
