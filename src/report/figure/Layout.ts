/**
 * Where everything goes: the panels of all plots have one size, and what stands around them takes the room that its
 * text needs.
 *
 * Ticks depend on the size of a panel and the size of a panel on the labels of its ticks, so the two are settled in
 * turns.
 */
import * as Axis from "./Axis.ts"
import * as ColorBar from "./ColorBar.ts"
import * as Legend from "./Legend.ts"
import { gap, leading, margin, pageWidth, panelGap, plotGap, tick, titleGap, type as sizes } from "./Measures.ts"
import { labelOf, nameOf, type Plot } from "./Plot.ts"
import type { Spec } from "./Spec.ts"
import { characters, plain, type Text, width as measure, wrap } from "./Text.ts"
import { withExponent } from "./withExponent.ts"

/** What stands around the grid of panels of one plot. Lines of text are already broken. */
export interface Surroundings {
  readonly axes: ReadonlyArray<{
    readonly x: Axis.Axis
    readonly y: Axis.Axis
    readonly showsX: boolean
    readonly showsY: boolean
  }>
  readonly xTitle: ReadonlyArray<Text>
  readonly yTitle: ReadonlyArray<Text>
  readonly columnStrips: ReadonlyArray<ReadonlyArray<Text>>
  readonly rowStrips: ReadonlyArray<ReadonlyArray<Text>>
  /** `start` is how far left of the panels the legend begins, where that saves it a line. */
  readonly legend: Legend.Legend & { readonly start: number }
  readonly bar: ColorBar.ColorBar
  readonly lines: boolean
  /** Room needed on each side of the grid, and between panels. */
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly columnGap: number
  readonly rowGap: number
  /** Height of the strips above columns, width of those beside rows and whether they stand upright. */
  readonly strip: number
  readonly rowStrip: number
  readonly upright: boolean
}

export interface Placed extends Surroundings {
  readonly plot: Plot
  /** The grid's corner on the page and its size. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly panelWidth: number
  readonly panelHeight: number
  readonly plots: ReadonlyArray<Placed>
  readonly title: ReadonlyArray<Text>
  readonly notes: ReadonlyArray<Text>
}

/** Strips beside rows that are no wider than this are not turned. */
const shortStrip = 32

/** Panels are no higher than this, unless they are asked to be. */
const tallest = 136

/** Narrower panels cannot be read. */
export const narrowest = 30

export const make = (spec: Spec, plots: ReadonlyArray<Plot>, title: Text): Layout => {
  const columns = plots.reduce((sum, { facets }) => sum + facets.width, 0)
  const page = pageWidth[spec.width ?? (columns > 1 ? "double" : "single")]
  const most = Math.min(...plots.map(widestPanel))
  let [panelWidth, panelHeight] = [Math.min(most, page / (columns + 1)), 80]
  let around: ReadonlyArray<Surroundings> = []
  for (let turn = 0; turn < 6; turn++) {
    panelHeight = heightOf(plots, panelWidth)
    around = plots.map((_, index) => surround(plots, spec.letters === true, index, panelWidth, panelHeight))
    const taken = around.reduce(
      (sum, one, index) => sum + one.left + one.right + (plots[index]!.facets.width - 1) * one.columnGap,
      0
    )
    const room = page - 2 * margin - taken - (plots.length - 1) * plotGap
    panelWidth = Math.max(narrowest, Math.min(most, room / columns))
  }
  panelHeight = heightOf(plots, panelWidth)
  around = plots.map((_, index) => surround(plots, spec.letters === true, index, panelWidth, panelHeight))
  return place(spec, plots, around, panelWidth, panelHeight, title)
}

const place = (
  spec: Spec,
  plots: ReadonlyArray<Plot>,
  around: ReadonlyArray<Surroundings>,
  panelWidth: number,
  panelHeight: number,
  title: Text
): Layout => {
  const letters = spec.letters === true ? sizes.letter * leading : 0
  const top = Math.max(...around.map((one) => one.top), letters)
  let x = margin
  const placed = plots.map((plot, index): Placed => {
    const one = around[index]!
    const width = plot.facets.width * panelWidth + (plot.facets.width - 1) * one.columnGap
    const height = plot.facets.height * panelHeight + (plot.facets.height - 1) * one.rowGap
    const at = x + one.left
    x = at + width + one.right + plotGap
    return { ...one, plot, x: at, y: 0, width, height }
  })
  const width = x - plotGap + margin
  const lines = wrap(title, sizes.title, width - 2 * margin)
  const head = margin + (title.length === 0 ? 0 : lines.length * sizes.title * leading + titleGap)
  const notes = [...new Set(plots.flatMap((plot) => plot.notes))].flatMap((note) =>
    wrap(plain(note), sizes.note, width - 2 * margin)
  )
  const body = Math.max(...placed.map((one) => one.height + one.bottom))
  const foot = notes.length === 0 ? 0 : titleGap + notes.length * sizes.note * leading
  return {
    width,
    height: head + top + body + foot + margin,
    panelWidth,
    panelHeight,
    plots: placed.map((one) => ({ ...one, y: head + top })),
    title: title.length === 0 ? [] : lines,
    notes
  }
}

/** Everything around a plot's panels when they have this size. */
const surround = (
  plots: ReadonlyArray<Plot>,
  letters: boolean,
  index: number,
  panelWidth: number,
  panelHeight: number
): Surroundings => {
  const plot = plots[index]!
  const { facets, frame } = plot
  const follows = index > 0 && sharesY(plots[index - 1]!, plot)
  const followed = index + 1 < plots.length && sharesRows(plot, plots[index + 1]!)
  const free = (axis: "x" | "y") => frame.free?.includes(axis) === true
  const lines = !plot.layers.some(({ layer }) => layer._tag === "heat")
  const taken = new Set(facets.panels.map(({ column, row }) => `${row} ${column}`))
  const axes = facets.panels.map(({ column, row }, panel) => ({
    x: Axis.make(plot, panel, "x", panelWidth),
    y: Axis.make(plot, panel, "y", panelHeight),
    showsX: free("x") || !taken.has(`${row + 1} ${column}`),
    showsY: free("y") || (column === 0 && !follows)
  }))
  const out = (lines ? tick : 0) + gap
  const yLabels = Math.max(0, ...axes.filter(({ showsY }) => showsY).map(({ y }) => Axis.widest(y) + out))
  const overhangs = axes.filter(({ showsX }) => showsX).map(({ x }) => Axis.overhang(x))
  const [over, beyond] = [0, 1].map((side) => Math.max(0, ...overhangs.map((each) => each[side]!))) as [number, number]
  const columnGap = Math.max(panelGap, over + beyond + 5, free("y") ? yLabels + panelGap : 0)
  const xLabels = out + sizes.tick
  const width = facets.width * panelWidth + (facets.width - 1) * columnGap

  const columnStrips =
    frame.facet?.columns === undefined
      ? []
      : facets.columns.map((level) => wrap(stripOf(plot, "columns", level), sizes.strip, panelWidth + columnGap - 4))
  const strip =
    columnStrips.length === 0 ? 0 : Math.max(...columnStrips.map((each) => each.length)) * sizes.strip * leading + 2
  const rowGap = (free("x") ? xLabels + panelGap : panelGap) + (facets.wrapped ? strip : 0)
  const height = facets.height * panelHeight + (facets.height - 1) * rowGap
  const rowTexts =
    frame.facet?.rows === undefined || followed ? [] : facets.rows.map((level) => stripOf(plot, "rows", level))
  const widestRow = Math.max(0, ...rowTexts.map((each) => measure(each, sizes.strip)))
  const upright = widestRow <= shortStrip
  const rowStrips = rowTexts.map((each) => (upright ? [each] : wrap(each, sizes.strip, panelHeight + rowGap - 3)))
  const rowStrip =
    rowStrips.length === 0
      ? 0
      : titleGap + (upright ? widestRow : Math.max(...rowStrips.map((each) => each.length)) * sizes.strip * leading)

  const exponent = (axis: "x" | "y") => axes[0]![axis].ticks.exponent
  const xTitle = titled(withExponent(labelOf(plot, "x"), exponent("x")), width)
  const yTitle = follows ? [] : titled(withExponent(labelOf(plot, "y"), exponent("y")), height)
  const bar = ColorBar.make(plot, height)
  const left = Math.max(over, yLabels + (yTitle.length === 0 ? 0 : titleGap + yTitle.length * sizes.label * leading))
  const legends = [0, left - (letters ? sizes.letter * 1.5 : 0)].map((start) => ({
    start,
    ...Legend.make(
      plot,
      width + rowStrip + bar.width + start,
      plots.slice(0, index).every((other) => !Legend.tellsMissing(other))
    )
  }))
  const legend = legends[0]!.lines <= legends[1]!.lines ? legends[0]! : legends[1]!
  return {
    axes,
    xTitle,
    yTitle,
    columnStrips,
    rowStrips,
    legend,
    bar,
    lines,
    columnGap,
    rowGap,
    strip,
    rowStrip,
    upright,
    left,
    right: Math.max(beyond, rowStrip) + bar.width,
    top: strip + legend.height,
    bottom: xLabels + (xTitle.length === 0 ? 0 : gap + xTitle.length * sizes.label * leading)
  }
}

const titled = (title: Text, limit: number): ReadonlyArray<Text> =>
  title.length === 0 ? [] : wrap(title, sizes.label, limit)

/** What stands over or beside a line of panels: a word for itself, a number with what it counts. */
const stripOf = (plot: Plot, side: "rows" | "columns", level: string | number | boolean | null): Text => {
  const value = nameOf(plot.frame, plot.facets[side])(level)
  return typeof level === "string" || level === null ? value : [...labelOf(plot, side), ...plain(" = "), ...value]
}

/** Whether two neighbouring plots have the same rows of panels, so that the strips beside the right one serve both. */
const sharesRows = (left: Plot, right: Plot): boolean =>
  left.facets.height === right.facets.height
  && left.facets.rows.every((level, index) => level === right.facets.rows[index])

/** Whether they have the same y axes too, so that one set of labels serves both. */
const sharesY = (left: Plot, right: Plot): boolean =>
  sharesRows(left, right)
  && characters(labelOf(left, "y")) === characters(labelOf(right, "y"))
  && left.upwards === right.upwards
  && same(left, right)

const same = (left: Plot, right: Plot): boolean =>
  [left, right].every(({ frame }) => frame.free?.includes("y") !== true)
  && JSON.stringify(left.axes[0]!.y) === JSON.stringify(right.axes[0]!.y)

/** Cells that hold numbers are as small as the numbers allow; other panels fill the page. */
const widestPanel = (plot: Plot): number => {
  const cells = plot.layers.find(({ layer }) => layer._tag === "heat")
  const { x } = plot.axes[0]!
  if (cells === undefined) return pageWidth.single
  return cells.drawing.fill!.bar
    ? plot.facets.panels.length === 1
      ? 150
      : 120
    : Math.max(narrowest, 18 * x.levels.length)
}

/** Height of a panel: by the first aspect that is asked for, of square cells, or wider than high. */
const heightOf = (plots: ReadonlyArray<Plot>, width: number): number => {
  const asked = plots.find(({ frame }) => frame.aspect !== undefined)?.frame.aspect
  if (asked !== undefined) return asked * width
  const [plot] = plots as readonly [Plot, ...ReadonlyArray<Plot>]
  const { x, y } = plot.axes[0]!
  if (plot.layers.some(({ layer }) => layer._tag === "heat"))
    return width * Math.min(4, Math.max(0.25, Math.max(1, y.levels.length) / Math.max(1, x.levels.length)))
  return Math.min(width * 0.78, tallest)
}
