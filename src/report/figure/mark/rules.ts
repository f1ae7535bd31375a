/** Rules: straight lines across a panel at given values, such as levels that theory predicts. */
import type { Context, Drawing } from "../Drawing.ts"
import * as Extent from "../Extent.ts"
import { holds } from "../Scale.ts"
import type { Rules } from "../Spec.ts"
import { line } from "../Svg.ts"
import { dashArray } from "./dash.ts"

export const rules = (layer: Rules, { coat, place, rows }: Context): Drawing => {
  const x = layer.x === undefined ? undefined : place("x", layer.x)
  const y = layer.y === undefined ? undefined : place("y", layer.y)
  const weight = layer.weight ?? 0.7
  const dash = layer.dash ?? "dotted"
  const look = (color: string) => ({
    stroke: color,
    "stroke-width": weight,
    "stroke-dasharray": dashArray(dash, weight),
    "stroke-linecap": dash === "dotted" ? "round" : undefined,
    opacity: layer.opacity
  })
  return {
    extent: (panel) => ({
      x: x === undefined ? Extent.empty : Extent.of(x, rows[panel]),
      y: y === undefined ? Extent.empty : Extent.of(y, rows[panel])
    }),
    draw: (panel, xScale, yScale) => {
      const own = Array.from(rows[panel]!)
      return [
        ...new Set([
          ...(x === undefined
            ? []
            : own
                .filter((row) => holds(xScale, x[row]!))
                .map((row) =>
                  line(xScale.at(x[row]!), 0, xScale.at(x[row]!), yScale.length, look(coat.palette[coat.codes[row]!]!))
                )),
          ...(y === undefined
            ? []
            : own
                .filter((row) => holds(yScale, y[row]!))
                .map((row) =>
                  line(0, yScale.at(y[row]!), xScale.length, yScale.at(y[row]!), look(coat.palette[coat.codes[row]!]!))
                ))
        ])
      ]
    },
    swatch: (color) => line(-7, 0, 7, 0, look(color)),
    swatchWidth: 14,
    count: rows.reduce((sum, own) => sum + own.length, 0)
  }
}
