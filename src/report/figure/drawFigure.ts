/** A figure as an SVG document: the same bytes for the same spec and tables. */
import type { Table } from "../../engine/Table.ts"
import * as Axis from "./Axis.ts"
import * as Layout from "./Layout.ts"
import { parse } from "./Markup.ts"
import { ink, leading, margin, quiet, titleGap, type as sizes } from "./Measures.ts"
import * as Plot from "./Plot.ts"
import { holds } from "./Scale.ts"
import type { Spec } from "./Spec.ts"
import { clipped, element, escape, group, line, number, type Svg, text } from "./Svg.ts"
import { characters, plain, type Text } from "./Text.ts"
import { refusal, type Undrawable } from "./Undrawable.ts"

/** Typefaces in the order in which they are tried: that of the figures, then any with serifs. */
export const families = "'STIX Two Text', 'STIXTwoText', 'Times New Roman', Times, serif"

export const drawFigure = (spec: Spec, tables: ReadonlyArray<Table<unknown>>): string | Undrawable => {
  const plots = spec.plots.map((plot) => Plot.make(plot, tables))
  const refused = refusal(spec, plots)
  if (refused !== undefined) return refused
  const layout = Layout.make(spec, plots, spec.title === undefined ? [] : parse(spec.title))
  const { height, width } = layout
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    class: "figure",
    width: `${number(width)}pt`,
    height: `${number(height)}pt`,
    viewBox: `0 0 ${number(width)} ${number(height)}`,
    role: "img",
    color: "#000000",
    fill: ink,
    "font-family": families
  }
  const named = spec.title === undefined ? [] : [element("title", {}, escape(characters(parse(spec.title))))]
  return `${element(
    "svg",
    attributes,
    "\n",
    ...[
      ...named,
      element("rect", { class: "paper", width, height, fill: "#ffffff" }),
      ...stacked(layout.title, width / 2, margin + sizes.title, sizes.title, "middle", "title"),
      ...layout.plots.map((placed, index) =>
        drawPlot(layout, placed, spec.letters === true ? String.fromCharCode(97 + (index % 26)) : undefined)
      ),
      ...stacked(
        layout.notes,
        margin,
        height - margin - sizes.note * (leading * (layout.notes.length - 1) + 0.25),
        sizes.note,
        "start",
        "note",
        quiet
      )
    ].map((child) => `${child}\n`)
  )}\n`
}

const drawPlot = (layout: Layout.Layout, placed: Layout.Placed, letter: string | undefined): Svg => {
  const { bottom, columnGap, height, left, legend, plot, rowGap, strip, top, width, x, y } = placed
  const at = (place: number, size: number, between: number) => place * (size + between)
  const panels = plot.facets.panels.map((panel, index) =>
    group(
      {
        class: "panel",
        x: at(panel.column, layout.panelWidth, columnGap),
        y: at(panel.row, layout.panelHeight, rowGap)
      },
      drawPanel(layout, placed, index)
    )
  )
  const rowStrips = placed.rowStrips.flatMap((lines, row) =>
    lines.map((content, index) => {
      const middle = at(row, layout.panelHeight, rowGap) + layout.panelHeight / 2
      const look = { size: sizes.strip, class: "strip" }
      return placed.upright
        ? text(content, { x: width + titleGap, y: middle + sizes.strip * 0.32, ...look })
        : text(content, {
            x: width + titleGap + (lines.length - 1 - index + 0.25) * sizes.strip * leading,
            y: middle,
            anchor: "middle",
            turn: 90,
            ...look
          })
    })
  )
  const yTitle = placed.yTitle.map((content, index) =>
    text(content, {
      x: -left + sizes.label * (0.85 + index * leading),
      y: height / 2,
      size: sizes.label,
      anchor: "middle",
      turn: -90,
      class: "label"
    })
  )
  return group({ class: "plot", x, y }, [
    ...(letter === undefined
      ? []
      : [
          text(plain(letter, "bold"), {
            x: -left,
            y: -Math.max(top, sizes.letter * leading) + sizes.letter * 0.8,
            size: sizes.letter,
            class: "letter"
          })
        ]),
    ...(legend.height === 0 ? [] : [group({ x: -legend.start, y: -strip - legend.height }, [legend.svg])]),
    ...panels,
    ...rowStrips,
    ...yTitle,
    ...stacked(
      placed.xTitle,
      width / 2,
      height + bottom - sizes.label * (leading * (placed.xTitle.length - 1) + 0.25),
      sizes.label,
      "middle",
      "label"
    ),
    ...(placed.bar.width === 0 ? [] : [group({ x: width + placed.rowStrip }, [placed.bar.svg])])
  ])
}

const drawPanel = (
  { panelHeight, panelWidth }: Layout.Layout,
  { axes, columnStrips, lines, plot }: Layout.Placed,
  panel: number
): ReadonlyArray<Svg> => {
  const { showsX, showsY, x, y } = axes[panel]!
  const { column, columnLevel, row } = plot.facets.panels[panel]!
  const { at, diagonal, xLimits, yLimits } = plot.frame
  const rule = { stroke: quiet, "stroke-width": 0.6 }
  const marks = plot.layers.flatMap(({ drawing }) => drawing.draw(panel, x.scale, y.scale))
  const references = [
    ...(at?.x ?? [])
      .filter((value) => holds(x.scale, value))
      .map((value) => line(x.scale.at(value), 0, x.scale.at(value), panelHeight, rule)),
    ...(at?.y ?? [])
      .filter((value) => holds(y.scale, value))
      .map((value) => line(0, y.scale.at(value), panelWidth, y.scale.at(value), rule)),
    ...(diagonal === true ? diagonalOf(x, y) : [])
  ]
  const inside = [...references, ...marks]
  const strip = plot.facets.wrapped || row === 0 ? (columnStrips[plot.facets.wrapped ? columnLevel : column] ?? []) : []
  return [
    ...stacked(
      strip,
      panelWidth / 2,
      -titleGap - (strip.length - 1) * sizes.strip * leading,
      sizes.strip,
      "middle",
      "strip"
    ),
    ...(xLimits === undefined && yLimits === undefined ? inside : [clipped(panelWidth, panelHeight, inside)]),
    ...Axis.draw(x, y, { x: showsX, y: showsY, lines }),
    ...(marks.length === 0
      ? [
          text(plain("no data"), {
            x: panelWidth / 2,
            y: panelHeight / 2 + 2,
            size: sizes.tick,
            anchor: "middle",
            fill: quiet,
            class: "empty"
          })
        ]
      : [])
  ]
}

/** Where both axes show the same value. */
const diagonalOf = (x: Axis.Axis, y: Axis.Axis): ReadonlyArray<Svg> => {
  const ends = [...x.ticks.major, ...y.ticks.major]
    .map(({ value }) => value)
    .filter((value) => holds(x.scale, value) && holds(y.scale, value))
    .sort((a, b) => a - b)
  const [first, last] = [ends[0], ends.at(-1)]
  if (first === undefined || last === undefined || first === last) return []
  const slope = (y.scale.at(last) - y.scale.at(first)) / (x.scale.at(last) - x.scale.at(first))
  const height = (place: number) => y.scale.at(first) + (place - x.scale.at(first)) * slope
  const places = [
    0,
    x.scale.length,
    ...[0, y.scale.length].map((target) => x.scale.at(first) + (target - y.scale.at(first)) / slope)
  ].filter(
    (place) =>
      place >= -1e-6
      && place <= x.scale.length + 1e-6
      && height(place) >= -1e-6
      && height(place) <= y.scale.length + 1e-6
  )
  const [from, to] = [Math.min(...places), Math.max(...places)]
  return [line(from, height(from), to, height(to), { stroke: quiet, "stroke-width": 0.6, "stroke-dasharray": "3 2" })]
}

const stacked = (
  lines: ReadonlyArray<Text>,
  x: number,
  y: number,
  size: number,
  anchor: "start" | "middle",
  name: string,
  fill?: string
): ReadonlyArray<Svg> =>
  lines.map((content, index) =>
    text(content, { x, y: y + index * size * leading, size, anchor, class: name, ...(fill && { fill }) })
  )
