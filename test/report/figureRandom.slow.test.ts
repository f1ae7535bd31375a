import { describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as fc from "../fc.ts"
import * as Figure from "../../src/report/Figure.ts"
import { given, svgOf } from "./drawn.ts"
import { readable } from "./readable.ts"

const Point = Schema.Struct({
  x: Schema.Number,
  y: Schema.NullOr(Schema.Number),
  name: Schema.String,
  other: Schema.String,
  k: Schema.Int
})

describe("a figure can be read", () => {
  it("whatever the data, the scales, the facets and the names are", () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -20, max: 20 }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: -300, max: 300 }).map((exponent) => Number(`3e${exponent}`)),
      fc.constantFrom(NaN, Infinity, -1e300)
    )
    const name = fc.oneof(fc.constantFrom("gd", "sgd", "adam"), fc.string({ maxLength: 25 }))
    const row = fc.record({
      x: value,
      y: fc.option(value),
      name,
      other: fc.constantFrom("one", "two", "three"),
      k: fc.integer({ min: 0, max: 4 })
    })
    const scale = fc.constantFrom("linear", "log", "symlog")
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }),
        scale,
        scale,
        fc.constantFrom([], ["x"], ["y"], ["x", "y"]),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        (rows, xScale, yScale, free, facets, letters) => {
          const node = given(Point, rows)
          const facet = [{}, { rows: "other" }, { columns: "k" }, { rows: "other", columns: "k" }][facets] as {
            rows?: "other"
            columns?: "k"
          }
          const frame = { xScale, yScale, free, facet } as {
            xScale: "log"
            yScale: "log"
            free: ReadonlyArray<"x">
            facet: typeof facet
          }
          const lines = Figure.lines(node, { x: "x", y: "y", color: "name", dashes: "other", ...frame })
          const over = Figure.layers([
            lines,
            Figure.points(node, { x: "x", y: "y", color: "name" }),
            Figure.rules(node, { y: "y", name: "a level" })
          ])
          for (const figure of [
            over,
            Figure.stems(node, { x: "x", y: "y", color: "k", ...frame }),
            Figure.histogram(node, { x: "x", color: "name", density: true, ...frame }),
            Figure.beside(
              [
                Figure.heat(node, { x: "name", y: "other", fill: "y" }),
                Figure.points(node, { x: "name", y: "y", color: "x", yScale: frame.yScale })
              ],
              { letters }
            )
          ])
            readable(svgOf(figure))
        }
      ),
      { numRuns: 300, seed: 3 }
    )
  })
})
