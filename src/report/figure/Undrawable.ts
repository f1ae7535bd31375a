/** What a figure cannot show so that a person could read it. */
import * as Schema from "effect/Schema"
import { narrowest } from "./Layout.ts"
import { margin, pageWidth, panelGap } from "./Measures.ts"
import type { Plot } from "./Plot.ts"
import type { Spec } from "./Spec.ts"

export class Undrawable extends Schema.TaggedError<Undrawable>()("Undrawable", {
  what: Schema.String,
  count: Schema.Int,
  limit: Schema.Int,
  advice: Schema.String
}) {
  override get message() {
    return `a figure with ${this.count} ${this.what} cannot be read (at most ${this.limit}); ${this.advice}`
  }
}

/** Why plots cannot be drawn on one page, if they cannot. */
export const refusal = (spec: Spec, plots: ReadonlyArray<Plot>): Undrawable | undefined => {
  const across = plots.reduce((sum, { facets }) => sum + facets.width, 0)
  const panels = plots.reduce((sum, { facets }) => sum + facets.panels.length, 0)
  const entries = Math.max(
    ...plots.map((plot) => Math.max(plot.paint.levels.length, plot.dashes.length, plot.shapes.length))
  )
  const marks = plots.flatMap((plot) => plot.layers).reduce((sum, { drawing }) => sum + drawing.count, 0)
  const fit = Math.floor((pageWidth[spec.width ?? "double"] - 2 * margin - 50) / (narrowest + panelGap))
  const checks = [
    {
      what: "columns of panels",
      count: across,
      limit: fit,
      advice: "facet rows by the longer column, or facet by `columns` alone, which is broken into lines"
    },
    { what: "panels", count: panels, limit: 400, advice: "facet by a column with fewer values, or select rows first" },
    {
      what: "values in its legend",
      count: entries,
      limit: 24,
      advice: "use `group` for lines that need no colour of their own, or facet by that column"
    },
    { what: "marks", count: marks, limit: 200_000, advice: "aggregate the table first" }
  ]
  const over = checks.find(({ count, limit }) => count > limit)
  return over === undefined ? undefined : new Undrawable(over)
}
