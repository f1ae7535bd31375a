/** Lines: one for each colour, dash and group; many of one colour in a panel are thin and let each other through. */
import { area, curveLinear, curveStepAfter, line } from "d3-shape"
import * as Channel from "../Channel.ts"
import type { Context, Drawing } from "../Drawing.ts"
import * as Extent from "../Extent.ts"
import { type Scale, shows } from "../Scale.ts"
import { simplify } from "../simplify.ts"
import type { Lines } from "../Spec.ts"
import { element, line as segment, type Svg } from "../Svg.ts"
import { dashArray, dashOrder } from "./dash.ts"
import { point } from "./symbol.ts"

export const lines = (layer: Lines, context: Context): Drawing => {
  const { coat, dashes, rows, seen, table } = context
  const x = context.place("x", layer.x)
  const y = context.place("y", layer.y)
  const band = layer.band?.map((name) => Channel.numbers(table, name))
  const dash = layer.dashes === undefined ? undefined : Channel.codes(table, layer.dashes, dashes)
  const keys = [
    coat.codes,
    ...(dash === undefined ? [] : [dash]),
    ...(layer.group ?? []).map((name) => Channel.codes(table, name, Channel.levels([[table, name]])))
  ]
  const panels = rows.map((own) =>
    thickLast(
      split(own, keys).map((each) => (layer.join === "rows" ? each : sorted(each, x))),
      coat.codes
    )
  )

  const draw = (panel: number, xScale: Scale, yScale: Scale): ReadonlyArray<Svg> => {
    const groups = panels[panel]!
    const crowd = crowdOf(groups, coat.codes)
    const bands =
      band === undefined
        ? []
        : groups.map((own) => bandPath(own, x, band[0]!, band[1]!, xScale, yScale, coat.palette[coat.codes[own[0]!]!]!))
    const strokes = groups.map((own) => {
      const many = crowd.get(coat.codes[own[0]!]!)!
      const kind = dash === undefined ? (layer.dash ?? "solid") : dashOrder[dash[own[0]!]! % dashOrder.length]!
      const weight = layer.weight ?? (many > 1 ? 0.5 : 1.1)
      return linePath(own, x, y, xScale, yScale, layer.join === "steps", {
        stroke: coat.palette[coat.codes[own[0]!]!],
        "stroke-width": weight,
        "stroke-dasharray": dashArray(kind, weight),
        "stroke-linecap": kind === "dotted" ? "round" : undefined,
        opacity: layer.opacity ?? (many > 1 ? Math.max(0.15, Math.min(0.8, 2.2 / Math.sqrt(many))) : undefined)
      })
    })
    return [...bands, ...strokes].filter((svg) => svg !== "")
  }

  return {
    extent: (panel) => ({
      x: Extent.of(x, seen[panel]),
      y: Extent.union([y, ...(band ?? [])].map((values) => Extent.of(values, seen[panel])))
    }),
    draw,
    swatch: (color, code) => {
      const kind = dash === undefined ? (layer.dash ?? "solid") : dashOrder[code % dashOrder.length]!
      const stroke = segment(-swatch / 2, 0, swatch / 2, 0, {
        stroke: color,
        "stroke-width": 1.1,
        "stroke-dasharray": dashArray(kind, 1.1),
        "stroke-linecap": kind === "dotted" ? "round" : undefined
      })
      return band === undefined
        ? stroke
        : element("rect", { x: -swatch / 2, y: -2.75, width: swatch, height: 5.5, fill: color, opacity: 0.2 }) + stroke
    },
    swatchWidth: swatch,
    count: panels.reduce((sum, groups) => sum + groups.length, 0)
  }
}

/** The rows of each combination of the codes, in the order of their first row. */
const split = (rows: Int32Array, keys: ReadonlyArray<Int32Array>): ReadonlyArray<Int32Array> => {
  const sizes = keys.map((codes) => codes.reduce((most, code) => Math.max(most, code), 0) + 2)
  const groups = new Map<number, Array<number>>()
  for (const row of rows) {
    const key = keys.reduce((key, codes, index) => key * sizes[index]! + codes[row]! + 1, 0)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return [...groups.values()].map((group) => Int32Array.from(group))
}

const sorted = (rows: Int32Array, x: Float64Array): Int32Array =>
  rows.every((row, index) => index === 0 || x[row]! >= x[rows[index - 1]!]!)
    ? rows
    : rows.toSorted((a, b) => x[a]! - x[b]! || a - b)

/** How many lines of each colour there are. */
const crowdOf = (groups: ReadonlyArray<Int32Array>, codes: Int32Array): ReadonlyMap<number, number> =>
  groups.reduce(
    (crowd, group) => crowd.set(codes[group[0]!]!, (crowd.get(codes[group[0]!]!) ?? 0) + 1),
    new Map<number, number>()
  )

/** Colours with many lines are drawn first, so that they do not hide those with few. */
const thickLast = (groups: ReadonlyArray<Int32Array>, codes: Int32Array): ReadonlyArray<Int32Array> => {
  const crowd = crowdOf(groups, codes)
  const many = (group: Int32Array) => crowd.get(codes[group[0]!]!)!
  return groups.toSorted((a, b) => many(b) - many(a))
}

const tolerance = 0.06
const swatch = 14

/** A value between two gaps is a point, so that it can be seen. */
const linePath = (
  rows: Int32Array,
  x: Float64Array,
  y: Float64Array,
  xScale: Scale,
  yScale: Scale,
  steps: boolean,
  attributes: Record<string, string | number | undefined>
): Svg => {
  const path = line<readonly [number, number]>()
    .digits(2)
    .curve(steps ? curveStepAfter : curveLinear)
  const shown = runs(rows, (row) => shows(xScale, x[row]!) && shows(yScale, y[row]!))
  const pieces = shown
    .filter((run) => run.length > 1)
    .map((run) => {
      const px = Float64Array.from(run, (row) => xScale.at(x[row]!))
      const py = Float64Array.from(run, (row) => yScale.at(y[row]!))
      const kept = steps ? Array.from(run.keys()) : simplify(px, py, tolerance)
      return path(kept.map((index) => [px[index]!, py[index]!] as const)) ?? ""
    })
  const alone = shown
    .filter((run) => run.length === 1)
    .map(([row]) =>
      point(xScale.at(x[row!]!), yScale.at(y[row!]!), 2.2, 0, {
        fill: attributes["stroke"],
        opacity: attributes["opacity"]
      })
    )
  return (
    (pieces.length === 0
      ? ""
      : element("path", { d: pieces.join(""), fill: "none", "stroke-linejoin": "round", ...attributes }))
    + alone.join("")
  )
}

const bandPath = (
  rows: Int32Array,
  x: Float64Array,
  low: Float64Array,
  high: Float64Array,
  xScale: Scale,
  yScale: Scale,
  color: string
): Svg => {
  const bottom = (row: number) => (yScale.kind === "log" && low[row]! <= 0 ? yScale.length : yScale.at(low[row]!))
  const shape = area<number>()
    .digits(2)
    .x((row) => xScale.at(x[row]!))
    .y0(bottom)
    .y1((row) => yScale.at(high[row]!))
  const drawn = runs(
    rows,
    (row) =>
      shows(xScale, x[row]!)
      && shows(yScale, high[row]!)
      && !Number.isNaN(low[row]!)
      && Math.abs(low[row]!) <= Extent.most
  )
  const paths = drawn.map((run) => shape(thinned(run, x, low, high, xScale, yScale)) ?? "")
  return paths.length === 0 ? "" : element("path", { d: paths.join(""), fill: color, opacity: 0.2 })
}

/** The rows that either edge of a band needs. */
const thinned = (
  run: Int32Array,
  x: Float64Array,
  low: Float64Array,
  high: Float64Array,
  xScale: Scale,
  yScale: Scale
): ReadonlyArray<number> => {
  const px = Float64Array.from(run, (row) => xScale.at(x[row]!))
  const edges = [low, high].map((values) =>
    simplify(
      px,
      Float64Array.from(run, (row) => (shows(yScale, values[row]!) ? yScale.at(values[row]!) : yScale.length)),
      tolerance
    )
  )
  return [...new Set(edges.flat())].sort((a, b) => a - b).map((index) => run[index]!)
}

/** Stretches of consecutive rows that can be shown. */
const runs = (rows: Int32Array, shown: (row: number) => boolean): ReadonlyArray<Int32Array> => {
  const found: Array<Int32Array> = []
  for (let start = 0; start < rows.length; start++) {
    if (!shown(rows[start]!)) continue
    let end = start + 1
    while (end < rows.length && shown(rows[end]!)) end++
    found.push(rows.subarray(start, end))
    start = end
  }
  return found
}
