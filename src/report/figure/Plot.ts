/** A plot made ready: its panels with the domains of their axes, its layers as drawings, its colours. */
import type { Table } from "../../engine/Table.ts"
import * as Channel from "./Channel.ts"
import type { Context, Drawing } from "./Drawing.ts"
import * as Extent from "./Extent.ts"
import * as Facets from "./Facets.ts"
import { parse } from "./Markup.ts"
import { heat } from "./mark/heat.ts"
import { histogram } from "./mark/histogram.ts"
import { lines } from "./mark/lines.ts"
import { points } from "./mark/points.ts"
import { rules } from "./mark/rules.ts"
import { stems } from "./mark/stems.ts"
import { numberTexts } from "./numberText.ts"
import * as Paint from "./Paint.ts"
import * as Scale from "./Scale.ts"
import type { Frame, Layer, Plot as Spec, ScaleKind } from "./Spec.ts"
import { plain, type Text } from "./Text.ts"
import { where } from "./where.ts"

export interface Plot {
  readonly frame: Frame
  readonly facets: Facets.Facets
  /** The axes of each panel. */
  readonly axes: ReadonlyArray<{ readonly x: Scale.Domain; readonly y: Scale.Domain }>
  readonly layers: ReadonlyArray<{ readonly layer: Layer; readonly drawing: Drawing }>
  readonly paint: Paint.Paint
  readonly dashes: Channel.Levels
  readonly shapes: Channel.Levels
  /** Whether y runs from the bottom up, as it does except in a matrix. */
  readonly upwards: boolean
  /** What the axes cannot show, in words. */
  readonly notes: ReadonlyArray<string>
}

export const make = (spec: Spec, tables: ReadonlyArray<Table<unknown>>): Plot => {
  const { frame, layers } = spec
  const own = layers.map((layer) => where(tables[layer.table]!, layer.where))
  const facets = Facets.make(own, frame)
  const sources = (name: (layer: Layer) => string | undefined) =>
    layers.flatMap((layer, index) => (name(layer) === undefined ? [] : [[own[index]!, name(layer)!] as const]))
  const shared = (found: ReturnType<typeof sources>) => Channel.levels(found, frame.order?.[found[0]?.[1] ?? ""])
  const paint = Paint.make(
    sources((layer) => (layer._tag === "heat" ? undefined : layer.color)),
    frame
  )
  const dashes = shared(sources((layer) => (layer._tag === "lines" ? layer.dashes : undefined)))
  const shapes = shared(
    sources((layer) => (layer._tag === "points" || layer._tag === "stems" ? layer.shapes : undefined))
  )
  const places = {
    x: sources((layer) => layer.x),
    y: sources((layer) => (layer._tag === "histogram" ? undefined : layer.y))
  }
  const kinds = { x: kindOf(places.x, layers, frame.xScale), y: kindOf(places.y, layers, frame.yScale) }
  const xLevels = kinds.x === "band" ? shared(places.x) : undefined
  const yLevels = kinds.y === "band" ? shared(places.y) : undefined

  const drawings = layers.map((layer, index) => {
    const table = own[index]!
    const coat =
      layer._tag === "heat" ? { codes: new Int32Array(table.length), palette: [] } : Paint.coat(paint, layer, table)
    const place = (axis: "x" | "y", column: string) => {
      const levels = axis === "x" ? xLevels : yLevels
      return levels === undefined
        ? Channel.numbers(table, column)
        : Float64Array.from(Channel.codes(table, column, levels))
    }
    const rows = Facets.split(table, facets, frame)
    const seen =
      layer.x === undefined || frame.xLimits === undefined || xLevels !== undefined
        ? rows
        : within(rows, place("x", layer.x), frame.xLimits)
    return {
      layer,
      drawing: draw(layer, {
        table,
        rows,
        seen,
        place,
        coat,
        dashes,
        shapes,
        xLevels,
        yLevels,
        xLog: kinds.x === "log"
      })
    }
  })

  const extents = facets.panels.map((_, panel) => drawings.map(({ drawing }) => drawing.extent(panel)))
  const whole = { x: union(extents.flat(), "x", frame), y: union(extents.flat(), "y", frame) }
  const room = (axis: "x" | "y", fallback: number) =>
    [0, 1].map((end) => Math.max(...drawings.map(({ drawing }) => drawing.room?.[axis]?.[end] ?? fallback))) as [
      number,
      number
    ]
  const domainOf = (axis: "x" | "y", panel: number): Scale.Domain => {
    const extent = frame.free?.includes(axis) === true ? union(extents[panel]!, axis, frame) : whole[axis]
    const limits = axis === "x" ? frame.xLimits : frame.yLimits
    return Scale.domain(kinds[axis], extent, {
      levels: (axis === "x" ? xLevels : yLevels) ?? [],
      ...(limits && { limits }),
      room: room(axis, axis === "x" ? 0 : 0.05)
    })
  }
  return {
    frame,
    facets,
    axes: facets.panels.map((_, panel) => ({ x: domainOf("x", panel), y: domainOf("y", panel) })),
    layers: drawings.toSorted((a, b) => beneath(a.layer) - beneath(b.layer)),
    paint,
    dashes,
    shapes,
    upwards: !layers.some((layer, index) => layer._tag === "heat" && isMatrix(own[index]!, layer.y)),
    notes: [...notesOf("x", kinds.x, whole.x), ...notesOf("y", kinds.y, whole.y)]
  }
}

const draw = (layer: Layer, context: Context): Drawing => {
  switch (layer._tag) {
    case "lines":
      return lines(layer, context)
    case "points":
      return points(layer, context)
    case "stems":
      return stems(layer, context)
    case "rules":
      return rules(layer, context)
    case "histogram":
      return histogram(layer, context)
    case "heat":
      return heat(layer, context)
  }
}

const within = (
  rows: ReadonlyArray<Int32Array>,
  x: Float64Array,
  [first, last]: readonly [number | null, number | null]
): ReadonlyArray<Int32Array> =>
  rows.map((own) => own.filter((row) => x[row]! >= (first ?? -Infinity) && x[row]! <= (last ?? Infinity)))

/** Rules lie beneath the marks that they are compared with. */
const beneath = (layer: Layer): number => (layer._tag === "rules" ? 0 : 1)

type Sources = ReadonlyArray<readonly [Table<unknown>, string]>

/** Cells and text have levels for places; numbers have numbers, unless the frame says otherwise. */
const kindOf = (sources: Sources, layers: ReadonlyArray<Layer>, wanted: ScaleKind | undefined): ScaleKind =>
  layers.some(({ _tag }) => _tag === "heat") || sources.some(([table, column]) => Channel.isCategory(table, column))
    ? "band"
    : (wanted ?? "linear")

/** Whether a column counts the rows of a matrix, which are read downwards. */
const isMatrix = (table: Table<unknown>, column: string): boolean => Channel.columnOf(table, column).kind !== "float64"

const union = (
  extents: ReadonlyArray<{ readonly x: Extent.Extent; readonly y: Extent.Extent }>,
  axis: "x" | "y",
  { at, diagonal }: Frame
): Extent.Extent => {
  const all = Extent.union([...extents.map((extent) => extent[axis]), Extent.of(at?.[axis] ?? [])])
  if (diagonal !== true) return all
  const other = Extent.union(extents.map((extent) => extent[axis === "x" ? "y" : "x"]))
  return { ...Extent.union([all, other]), below: all.below, beyond: all.beyond }
}

const notesOf = (axis: string, kind: ScaleKind, { below, beyond }: Extent.Extent): ReadonlyArray<string> => [
  ...(kind === "log" && below > 0
    ? [`${below} ${below === 1 ? "value" : "values"} ≤ 0 cannot be shown on the logarithmic ${axis} axis.`]
    : []),
  ...(beyond > 0
    ? [`${beyond} infinite ${beyond === 1 ? "value is" : "values are"} not shown on the ${axis} axis.`]
    : [])
]

/** What the levels that stand together are called: by the frame's names, else as they are. */
export const nameOf = (frame: Frame, levels: Channel.Levels): ((value: Channel.Value) => Text) => {
  const number = numberTexts(levels)
  return (value) => {
    const name = frame.names?.[String(value)]
    if (name !== undefined) return parse(name)
    if (value === null) return plain("none")
    return typeof value === "number"
      ? number(value)
      : plain(typeof value === "boolean" ? (value ? "yes" : "no") : value)
  }
}

/** The text of an axis or a key: by the frame's labels, else the column's name, a letter in italics. */
export const labelOf = ({ frame, layers }: Plot, channel: string): Text => {
  const label = frame.labels?.[channel]
  if (label !== undefined) return parse(label)
  const facet = channel === "rows" || channel === "columns" ? frame.facet?.[channel] : undefined
  const column =
    facet
    ?? layers
      .map(({ layer }) => (layer as unknown as Readonly<Record<string, unknown>>)[channel])
      .find((name) => typeof name === "string")
  if (typeof column === "string") return plain(column.replaceAll("_", " "), column.length === 1 ? "italic" : "regular")
  const counted = layers.find(({ layer }) => layer._tag === "histogram")?.layer
  return channel === "y" && counted?._tag === "histogram" ? plain(counted.density === true ? "density" : "count") : []
}
