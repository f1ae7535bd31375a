/** Stems: a line from 0 to each value, and a point at its end. */
import * as Channel from "../Channel.ts"
import type { Context, Drawing } from "../Drawing.ts"
import * as Extent from "../Extent.ts"
import { type Scale, shows } from "../Scale.ts"
import type { Stems } from "../Spec.ts"
import { line, type Svg } from "../Svg.ts"
import { abreast } from "./abreast.ts"
import { point } from "./symbol.ts"

export const stems = (layer: Stems, context: Context): Drawing => {
  const { coat, rows, seen, table } = context
  const x = context.place("x", layer.x)
  const y = context.place("y", layer.y)
  const shape = layer.shapes === undefined ? undefined : Channel.codes(table, layer.shapes, context.shapes)
  const size = layer.size ?? 2.8
  const beside = abreast(layer.color, context)

  const draw = (panel: number, xScale: Scale, yScale: Scale): ReadonlyArray<Svg> => {
    const foot = shows(yScale, 0) ? Math.min(yScale.length, Math.max(0, yScale.at(0))) : yScale.length
    const own = Array.from(rows[panel]!).filter((row) => shows(xScale, x[row]!) && shows(yScale, y[row]!))
    const marks = own.map((row) => {
      const color = coat.palette[coat.codes[row]!]!
      const at = xScale.at(x[row]! + beside(row))
      const top = yScale.at(y[row]!)
      return (
        line(at, foot, at, top, { stroke: color, "stroke-width": 0.8, opacity: layer.opacity })
        + point(at, top, size, shape?.[row] ?? 0, { fill: color, opacity: layer.opacity })
      )
    })
    return marks.length === 0
      ? []
      : [line(0, foot, xScale.length, foot, { stroke: "currentColor", "stroke-width": 0.4 }), ...marks]
  }

  return {
    extent: (panel) => ({ x: Extent.of(x, seen[panel]), y: Extent.union([Extent.of(y, seen[panel]), Extent.of([0])]) }),
    room: { x: [0.04, 0.04] },
    draw,
    swatch: (color, _, code) =>
      line(0, 3.5, 0, -2, { stroke: color, "stroke-width": 0.8 })
      + point(0, -2, size, layer.shapes === undefined ? 0 : code, { fill: color }),
    swatchWidth: 5,
    count: rows.reduce((sum, own) => sum + own.length, 0)
  }
}
