/**
 * The axes of a panel: a line at the left and the bottom, ticks outwards, labels where the panel is at the edge of its
 * grid.
 */
import { gap, hairline, ink, minorTick, tick, type as sizes } from "./Measures.ts"
import { nameOf, type Plot } from "./Plot.ts"
import * as Scale from "./Scale.ts"
import { line, type Svg, text } from "./Svg.ts"
import { width } from "./Text.ts"
import { extentOf, type Setting, type Ticks, ticks } from "./Ticks.ts"

export interface Axis {
  readonly scale: Scale.Scale
  readonly ticks: Ticks
  readonly setting: Setting
}

export const make = (plot: Plot, panel: number, which: "x" | "y", length: number): Axis => {
  const scale = Scale.make(plot.axes[panel]![which], length, which === "y" && plot.upwards)
  const setting = { size: sizes.tick, beside: which === "x", name: nameOf(plot.frame, scale.levels) }
  return { scale, setting, ticks: ticks(scale, setting) }
}

/** How far labels reach left of and beyond the right end of an x axis. */
export const overhang = ({ scale, setting, ticks }: Axis): readonly [left: number, right: number] => {
  const extents = ticks.major.map((tick) => extentOf(scale, setting, tick))
  return [Math.max(0, ...extents.map(([from]) => -from)), Math.max(0, ...extents.map(([, to]) => to - scale.length))]
}

/** The widest label of an axis. */
export const widest = ({ ticks }: Axis): number =>
  Math.max(0, ...ticks.major.map(({ label }) => width(label, sizes.tick)))

/** The x axis below a panel and the y axis beside it. Axes of cells have labels alone. */
export const draw = (
  x: Axis,
  y: Axis,
  shown: { readonly x: boolean; readonly y: boolean; readonly lines: boolean }
): ReadonlyArray<Svg> => {
  const [width, height] = [x.scale.length, y.scale.length]
  const stroke = { stroke: ink, "stroke-width": hairline }
  const out = shown.lines ? tick : 0
  const marks = [
    line(0, height, width, height, stroke),
    line(0, 0, 0, height, stroke),
    ...(x.scale.kind === "band"
      ? []
      : x.ticks.major.map(({ value }) => line(x.scale.at(value), height, x.scale.at(value), height + tick, stroke))),
    ...x.ticks.minor.map((value) => line(x.scale.at(value), height, x.scale.at(value), height + minorTick, stroke)),
    ...y.ticks.major.map(({ value }) => line(-tick, y.scale.at(value), 0, y.scale.at(value), stroke)),
    ...y.ticks.minor.map((value) => line(-minorTick, y.scale.at(value), 0, y.scale.at(value), stroke))
  ]
  return [
    ...(shown.lines ? marks : []),
    ...(shown.x
      ? x.ticks.major.map(({ label, value }) =>
          text(label, {
            x: x.scale.at(value),
            y: height + out + gap + sizes.tick * 0.72,
            size: sizes.tick,
            anchor: "middle",
            class: "tick"
          })
        )
      : []),
    ...(shown.y
      ? y.ticks.major.map(({ label, value }) =>
          text(label, {
            x: -out - gap,
            y: y.scale.at(value) + sizes.tick * 0.33,
            size: sizes.tick,
            anchor: "end",
            class: "tick"
          })
        )
      : [])
  ]
}
