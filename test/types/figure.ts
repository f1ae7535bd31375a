/** What must and must not compile in a figure: columns are those of its table, and of a kind that the mark can read. Checked by tsc, never run. */
// @effect-diagnostics floatingEffect:off missingEffectError:off
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Column from "../../src/engine/Column.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Node } from "../../src/engine/Node.ts"
import * as Stage from "../../src/engine/Stage.ts"
import * as Figure from "../../src/report/Figure.ts"
import type { Undrawable } from "../../src/report/figure/Undrawable.ts"

class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { step: Schema.Int }) {
  override get message() {
    return `diverged at step ${this.step}; lower the rate`
  }
}

const Curve = Stage.make(import.meta.url, "figure-type-curve", {
  params: {},
  inputs: {},
  outputs: Schema.Struct({ step: Schema.Int, loss: Schema.NullOr(Schema.Finite), low: Schema.Finite, high: Schema.Finite, note: Schema.String, merged: Schema.Boolean, weights: Column.Vector }),
  errors: [Diverged],
  run: () => Effect.fail(new Diverged({ step: 1 }))
})
const curves = Grid.map(Grid.cross({ algorithm: ["gd", "sgd"], run: [1, 2] }), () => Curve({}))

const drawn = Figure.lines(curves, {
  x: "step", y: "loss", color: "algorithm", dashes: "merged", group: ["run"], band: ["low", "high"], facet: { rows: "note", columns: "run" },
  yScale: "log", order: { algorithm: ["sgd", "gd"] }, where: { algorithm: ["gd"], merged: [false] }, labels: { y: "$\\ell$" }, caption: "Loss."
})
const node: Node<Uint8Array, Diverged | Undrawable> = drawn.node
// @ts-expect-error the failures of the data and of the drawing are in the type
const safe: Node<Uint8Array> = drawn.node
// @ts-expect-error there is no such column
Figure.lines(curves, { x: "stpe", y: "loss" })
// @ts-expect-error text is no height
Figure.lines(curves, { x: "step", y: "note" })
// @ts-expect-error a truth value is no height
Figure.points(curves, { x: "step", y: "merged" })
// @ts-expect-error vectors cannot be placed
Figure.lines(curves, { x: "weights", y: "loss" })
// @ts-expect-error y is missing
Figure.lines(curves, { x: "step" })
// @ts-expect-error a band needs two columns
Figure.lines(curves, { x: "step", y: "loss", band: ["low"] })
// @ts-expect-error the ends of a band are numbers
Figure.lines(curves, { x: "step", y: "loss", band: ["low", "note"] })
// @ts-expect-error there is no such column to group by
Figure.lines(curves, { x: "step", y: "loss", group: ["rnu"] })
// @ts-expect-error there is no such column to facet by
Figure.lines(curves, { x: "step", y: "loss", facet: { rows: "regime" } })
// @ts-expect-error the order is of the column's own values
Figure.lines(curves, { x: "step", y: "loss", order: { algorithm: ["adam"] } })
// @ts-expect-error rows are selected by the column's own values
Figure.lines(curves, { x: "step", y: "loss", where: { algorithm: ["adam"] } })
// @ts-expect-error a staircase is joined by steps
Figure.staircase(curves, { x: "step", y: "loss", join: "rows" })
// @ts-expect-error there is no such option
Figure.lines(curves, { x: "step", y: "loss", yscale: "log" })
// @ts-expect-error there is no such scale
Figure.lines(curves, { x: "step", y: "loss", yScale: "ln" })
// @ts-expect-error a fill is a number
Figure.heat(curves, { x: "step", y: "run", fill: "note" })
// @ts-expect-error text has no histogram
Figure.histogram(curves, { x: "note" })
// @ts-expect-error a rule stands at a number
Figure.rules(curves, { y: "note" })
// @ts-expect-error a figure is no table
Figure.lines(drawn.node, { x: "step", y: "loss" })

const text = Figure.points(curves, { x: "note", y: "loss", shapes: "run", interval: ["low", "high"] })
const cells = Figure.heat(curves, { x: "note", y: "run", fill: "loss", scale: "diverging" })
const over: Figure.Figure<Diverged | Undrawable> = Figure.layers([drawn, text, Figure.rules(curves, { y: "low" })], { title: "Both" })
const row: Figure.Figure<Diverged | Undrawable> = Figure.beside([over, cells, Figure.stems(curves, { x: "step", y: "loss" }), Figure.histogram(curves, { x: "loss", density: true })], { letters: true })
void [node, safe, row]
