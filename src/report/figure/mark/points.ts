/**
 * Points, with a bar where an interval is given; on an axis of levels those of different colours stand side by side.
 */
import * as Channel from "../Channel.ts"
import type { Context, Drawing } from "../Drawing.ts"
import * as Extent from "../Extent.ts"
import { type Scale, shows } from "../Scale.ts"
import type { Points } from "../Spec.ts"
import { line, type Svg } from "../Svg.ts"
import { abreast } from "./abreast.ts"
import { point } from "./symbol.ts"

export const points = (layer: Points, context: Context): Drawing => {
  const { coat, rows, seen, table } = context
  const x = context.place("x", layer.x)
  const y = context.place("y", layer.y)
  const interval = layer.interval?.map((name) => Channel.numbers(table, name))
  const shape = layer.shapes === undefined ? undefined : Channel.codes(table, layer.shapes, context.shapes)
  const size = layer.size ?? 3.4
  const beside = abreast(layer.color, context)

  const draw = (panel: number, xScale: Scale, yScale: Scale): ReadonlyArray<Svg> => {
    const seen = new Set<Svg>()
    for (const row of rows[panel]!) {
      if (!shows(xScale, x[row]!) || !shows(yScale, y[row]!)) continue
      const color = coat.palette[coat.codes[row]!]!
      const at = xScale.at(x[row]! + beside(row))
      const [low, high] =
        interval === undefined
          ? [NaN, NaN]
          : interval.map((ends) =>
              yScale.kind === "log" && ends[row]! <= 0
                ? yScale.length
                : shows(yScale, ends[row]!)
                  ? yScale.at(ends[row]!)
                  : NaN
            )
      if (!Number.isNaN(low) && !Number.isNaN(high))
        seen.add(line(at, low!, at, high!, { stroke: color, "stroke-width": 0.9, opacity: layer.opacity }))
      seen.add(point(at, yScale.at(y[row]!), size, shape?.[row] ?? 0, { fill: color, opacity: layer.opacity }))
    }
    return [...seen]
  }

  return {
    extent: (panel) => ({
      x: Extent.of(x, seen[panel]),
      y: Extent.union([y, ...(interval ?? [])].map((values) => Extent.of(values, seen[panel])))
    }),
    room: { x: [0.04, 0.04] },
    draw,
    swatch: (color, _, code) =>
      (interval === undefined ? "" : line(0, -3.5, 0, 3.5, { stroke: color, "stroke-width": 0.9 }))
      + point(0, 0, Math.max(size, 3.4), layer.shapes === undefined ? 0 : code, { fill: color }),
    swatchWidth: Math.max(size, 5),
    count: rows.reduce((sum, own) => sum + own.length, 0)
  }
}
