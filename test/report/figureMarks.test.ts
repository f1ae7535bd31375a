/**
 * One small figure a mark, against pictures that a person has looked at. After a change: `vitest run
 * test/report/figureMarks.test.ts -u`, then read the difference.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"
import { expect } from "vitest"
import * as Figure from "../../src/report/Figure.ts"
import { png } from "../../src/report/figure/png.ts"
import { Spec } from "../../src/report/figure/Spec.ts"
import { given, svgOf } from "./drawn.ts"
import { readable } from "./readable.ts"

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

const curves = given(
  Schema.Struct({
    algorithm: Schema.String,
    run: Schema.Int,
    start: Schema.String,
    time: Schema.Finite,
    loss: Schema.NullOr(Schema.Finite),
    low: Schema.Finite,
    high: Schema.Finite
  }),
  ["small", "large"].flatMap((start) =>
    range(0, 4).flatMap((run) =>
      range(0, 8).map((time) => {
        const loss = 4 / (1 + (time * (start === "small" ? 1 : 3)) ** 2 * (1 + run / 10))
        return {
          algorithm: run === 0 ? "gd" : "sgd",
          run,
          start,
          time,
          loss: run === 4 && time === 5 ? null : loss,
          low: loss / 2,
          high: loss * 1.5
        }
      })
    )
  )
)
const levels = given(Schema.Struct({ start: Schema.String, level: Schema.Finite }), [
  { start: "small", level: 2 },
  { start: "small", level: 0.5 },
  { start: "large", level: 1 }
])
const cells = given(
  Schema.Struct({
    moment: Schema.Int,
    i: Schema.Int,
    j: Schema.Int,
    count: Schema.NullOr(Schema.Int),
    change: Schema.Finite,
    share: Schema.Number
  }),
  range(0, 1).flatMap((moment) =>
    range(1, 3).flatMap((i) =>
      range(i, 3).map((j) => ({
        moment,
        i,
        j,
        count: moment === 1 && i === 1 && j === 3 ? null : moment + j - i,
        change: (j - 2) / 4,
        share: i === j ? NaN : 1 / (i + j)
      }))
    )
  )
)
const values = given(
  Schema.Struct({
    k: Schema.Int,
    kind: Schema.Literals(["measured", "predicted"]),
    value: Schema.Finite,
    low: Schema.Finite,
    high: Schema.Finite
  }),
  range(1, 6).flatMap((k) =>
    (["measured", "predicted"] as const).map((kind) => {
      const value = (k % 3 === 0 ? -1 : 1) * 10 ** (2 - k) * (kind === "measured" ? 1 : 1.5)
      return { k, kind, value, low: value - 0.5, high: value + 0.5 }
    })
  )
)
const draws = given(
  Schema.Struct({ w: Schema.Finite, source: Schema.String }),
  range(0, 199).map((n) => ({
    w: (((n * 61) % 97) + ((n * 37) % 89)) / 93,
    source: n % 2 === 0 ? "drawn" : "simulated"
  }))
)

const figures: Readonly<Record<string, Figure.Figure<any>>> = {
  lines: Figure.lines(curves, {
    x: "time",
    y: "loss",
    color: "algorithm",
    group: ["run"],
    facet: { columns: "start" },
    yScale: "log",
    labels: { x: "time $t = \\eta\\cdot$step", y: "loss $\\ell - \\ell_{\\min}$" },
    names: { gd: "GD", sgd: "SGD" },
    inks: { gd: "black" },
    title: "Loss"
  }),
  bands: Figure.lines(curves, {
    x: "time",
    y: "loss",
    band: ["low", "high"],
    color: "algorithm",
    dashes: "algorithm",
    group: ["run"],
    facet: { rows: "start" },
    free: ["y"]
  }),
  staircase: Figure.staircase(curves, {
    x: "time",
    y: "loss",
    color: "run",
    facet: { columns: "start" },
    free: ["y"],
    xLimits: [1, 6],
    at: { y: [1] }
  }),
  diagonal: Figure.points(values, { x: "low", y: "value", diagonal: true, aspect: 1, at: { x: [0], y: [0] } }),
  points: Figure.points(values, {
    x: "k",
    y: "value",
    color: "kind",
    shapes: "kind",
    interval: ["low", "high"],
    xScale: "band",
    labels: { x: "mode $k$" }
  }),
  stems: Figure.stems(values, {
    x: "k",
    y: "value",
    color: "kind",
    facet: { columns: "kind" },
    labels: { y: "$\\lambda_k(\\nabla^2\\ell)$" }
  }),
  rules: Figure.rules(levels, { y: "level", color: "start", dash: "dashed", labels: { y: "level" } }),
  histogram: Figure.histogram(draws, { x: "w", color: "source", density: true }),
  whole: Figure.heat(cells, {
    x: "j",
    y: "i",
    fill: "count",
    facet: { rows: "moment" },
    labels: { missing: "not reached", rows: "$k$" }
  }),
  continuous: Figure.heat(cells, {
    x: "j",
    y: "i",
    fill: "share",
    facet: { columns: "moment" },
    labels: { fill: "share $p_{ij}$" }
  }),
  layers: Figure.layers(
    [
      Figure.lines(curves, {
        x: "time",
        y: "loss",
        color: "algorithm",
        group: ["run"],
        facet: { columns: "start" },
        yScale: "log"
      }),
      Figure.rules(levels, { y: "level", name: "levels $\\sum_{i>k} s_i^2 \\le 2$" })
    ],
    { labels: { y: "loss" } }
  ),
  beside: Figure.beside(
    [
      Figure.heat(cells, { x: "j", y: "i", fill: "count", facet: { rows: "moment" } }),
      Figure.heat(cells, {
        x: "j",
        y: "i",
        fill: "change",
        scale: "diverging",
        values: true,
        facet: { rows: "moment" }
      })
    ],
    { letters: true }
  )
}

describe("a figure of", () => {
  for (const [name, figure] of Object.entries(figures)) {
    it(`${name} is the picture that was looked at`, async () => {
      await expect(svgOf(figure)).toMatchFileSnapshot(fileURLToPath(new URL(`golden/${name}.svg`, import.meta.url)))
    })

    it(`${name} can be read, has a spec that survives JSON and bytes that do not change`, () => {
      assert.deepStrictEqual(Schema.decodeUnknownSync(Spec)(JSON.parse(JSON.stringify(figure.spec))), figure.spec)
      const svg = svgOf(figure)
      assert.strictEqual(svgOf(figure), svg)
      assert.isAbove(readable(svg).length, 4)
    })
  }

  it("any mark becomes a picture of its printed size", () => {
    const picture = png(svgOf(figures["lines"]!), 300)
    assert.deepStrictEqual(
      [...picture.subarray(1, 4)],
      [..."PNG"].map((letter) => letter.charCodeAt(0))
    )
    const width = new DataView(picture.buffer, picture.byteOffset).getUint32(16)
    assert.approximately(width / 300, 6.75, 0.01)
  })
})
