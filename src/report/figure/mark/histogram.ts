/**
 * Histograms: counts between edges that all panels and colours share, filled lightly and outlined, so that they can
 * overlap.
 */
import { nice, thresholdFreedmanDiaconis, ticks } from "d3-array"
import type { Context, Drawing } from "../Drawing.ts"
import * as Extent from "../Extent.ts"
import { type Scale, shows } from "../Scale.ts"
import type { Histogram } from "../Spec.ts"
import { element, number, type Svg } from "../Svg.ts"

export const histogram = (layer: Histogram, context: Context): Drawing => {
  const { coat, rows, xLog } = context
  const x = context.place("x", layer.x)
  const edges = edgesOf(x, layer.bins, xLog)
  const heights = rows.map((own) => heightsOf(own, x, coat.codes, coat.palette.length, edges, layer.density ?? false))
  const look = (color: string) => ({
    fill: color,
    "fill-opacity": layer.opacity ?? 0.22,
    stroke: color,
    "stroke-width": 0.7,
    "stroke-linejoin": "miter"
  })

  const draw = (panel: number, xScale: Scale, yScale: Scale): ReadonlyArray<Svg> => {
    const foot = shows(yScale, 0) ? yScale.at(0) : yScale.length
    return [...heights[panel]!].map(([code, values]) => {
      const tops = values.map((height) => (shows(yScale, height) ? yScale.at(height) : foot))
      const steps = tops.map((top, index) => `V${number(top)}H${number(xScale.at(edges[index + 1]!))}`)
      return element("path", {
        d: `M${number(xScale.at(edges[0]!))} ${number(foot)}${steps.join("")}V${number(foot)}`,
        ...look(coat.palette[code]!)
      })
    })
  }

  return {
    extent: (panel) => ({
      x: Extent.union([
        Extent.of(edges),
        { ...Extent.of(x, rows[panel]), low: Infinity, high: -Infinity, positive: Infinity }
      ]),
      y: Extent.of([0, ...[...heights[panel]!.values()].flat()])
    }),
    room: { x: [0.01, 0.01] },
    draw,
    swatch: (color) => element("rect", { x: -5, y: -3, width: 10, height: 6, ...look(color) }),
    swatchWidth: 10,
    count: rows.length * coat.palette.length
  }
}

/** Edges at round numbers, or equally spaced in the logarithm. */
const edgesOf = (values: Float64Array, bins: number | undefined, log: boolean): ReadonlyArray<number> => {
  const shown = values
    .filter((value) => Math.abs(value) <= Extent.most && (!log || value >= Extent.least))
    .map((value) => (log ? Math.log10(value) : value))
  const { high, low } = Extent.of(shown)
  if (shown.length === 0 || high - low <= Math.max(1e-300, 1e-12 * Math.max(Math.abs(low), Math.abs(high))))
    return alone(shown.length === 0 ? 0 : low, log)
  const wanted = bins ?? Math.min(80, Math.max(4, thresholdFreedmanDiaconis(shown, low, high)))
  const count = Number.isFinite(wanted) ? Math.ceil(wanted) : 10
  if (bins === undefined && !log) return ticks(...nice(low, high, count), count)
  const edges = Array.from({ length: count + 1 }, (_, index) =>
    index === count ? high : low + (index * (high - low)) / count
  )
  return edges.map((edge) => (log ? 10 ** edge : edge))
}

const alone = (value: number, log: boolean): ReadonlyArray<number> => {
  if (log) return [10 ** (value - 0.1), 10 ** (value + 0.1)]
  const half = Math.abs(value) > 1e-290 ? Math.abs(value) / 20 : 0.5
  return [value - half, value + half]
}

/** The heights of each colour's bars; the last bin holds its upper edge. */
const heightsOf = (
  rows: Int32Array,
  x: Float64Array,
  codes: Int32Array,
  colors: number,
  edges: ReadonlyArray<number>,
  density: boolean
): ReadonlyMap<number, ReadonlyArray<number>> => {
  const counts = Array.from({ length: colors }, () => new Array<number>(edges.length - 1).fill(0))
  for (const row of rows) {
    const index = binOf(edges, x[row]!)
    if (index >= 0 && codes[row]! >= 0) counts[codes[row]!]![index]!++
  }
  return new Map(
    counts.flatMap((count, code) => {
      const total = count.reduce((sum, each) => sum + each, 0)
      const heights = density ? count.map((each, index) => each / total / (edges[index + 1]! - edges[index]!)) : count
      return total === 0 ? [] : [[code, heights] as const]
    })
  )
}

const binOf = (edges: ReadonlyArray<number>, value: number): number => {
  if (!(value >= edges[0]! && value <= edges.at(-1)!)) return -1
  let [low, high] = [0, edges.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (edges[middle]! <= value) low = middle
    else high = middle
  }
  return low
}
