/** The colour bar of a continuous colour: an upright strip with an axis, right of the panels. */
import { gap, hairline, ink, leading, tick, titleGap, type as sizes } from "./Measures.ts"
import * as Paint from "./Paint.ts"
import { labelOf, type Plot } from "./Plot.ts"
import * as Scale from "./Scale.ts"
import { element, group, line, number, type Svg, text } from "./Svg.ts"
import { fit, type Text, width } from "./Text.ts"
import { ticks } from "./Ticks.ts"
import { withExponent } from "./withExponent.ts"

export interface ColorBar {
  readonly width: number
  readonly svg: Svg
}

interface Shown {
  readonly domain: Scale.Domain
  readonly color: (value: number) => string
  readonly label: Text
  /** Whether it explains the fill of cells, not the colour of lines and points. */
  readonly cells: boolean
}

const [thickness, before, tallest, between] = [7, 8, 130, 10]

/** Every continuous colour of a plot as a bar beside panels of this height. */
export const make = (plot: Plot, height: number): ColorBar => {
  const bars = shown(plot).map((one) => bar(one, Math.min(height, tallest), height))
  const places = bars.map(
    (_, index) => before + bars.slice(0, index).reduce((sum, { width }) => sum + width + between, 0)
  )
  return {
    width: bars.length === 0 ? 0 : places.at(-1)! + bars.at(-1)!.width,
    svg: group(
      { class: "bar" },
      bars.map(({ svg }, index) => group({ x: places[index]! }, [svg]))
    )
  }
}

const shown = (plot: Plot): ReadonlyArray<Shown> => {
  const { domain } = plot.paint
  const lines = domain === undefined ? [] : [{ domain, color: ramp(domain), label: labelOf(plot, "color"), cells: false }]
  const fills = plot.layers.flatMap(({ drawing: { fill } }) =>
    fill?.bar === true ? [{ ...fill, label: labelOf(plot, "fill"), cells: true }] : []
  )
  return [...lines, ...fills]
}

const ramp = (domain: Scale.Domain) => {
  const scale = Scale.make(domain, 1, false)
  return (value: number) => Paint.line(scale.at(value))
}

const bar = ({ cells, color, domain, label }: Shown, length: number, height: number): ColorBar => {
  const scale = Scale.make(domain, length, true)
  const marks = ticks(scale, { size: sizes.tick, beside: false, name: () => [] })
  const labels = Math.max(0, ...marks.major.map((mark) => width(mark.label, sizes.tick)))
  const title = fit(withExponent(label, marks.exponent), sizes.label, Math.max(height, length))
  const slices = 64
  const step = length / slices
  const strip = Array.from({ length: slices }, (_, index) => {
    const value = valueAt(domain, (index + 0.5) / slices)
    return element("path", {
      d: `M0 ${number(length - index * step)}h${thickness}V${number(Math.max(0, length - (index + 1) * step - 0.3))}H0z`,
      fill: color(value)
    })
  })
  const x = thickness + tick + gap + labels
  const size = x + (title.length === 0 ? 0 : titleGap + sizes.label * leading)
  return {
    width: size,
    svg: group({ y: (height - length) / 2 }, [
      group({ class: cells ? "cells" : undefined }, strip),
      ...marks.major.map(({ value }) =>
        line(thickness, scale.at(value), thickness + tick, scale.at(value), { stroke: ink, "stroke-width": hairline })
      ),
      ...marks.major.map(({ label, value }) =>
        text(label, {
          x: thickness + tick + gap,
          y: scale.at(value) + sizes.tick * 0.33,
          size: sizes.tick,
          class: "tick"
        })
      ),
      ...(title.length === 0
        ? []
        : [
            text(title, {
              x: size - sizes.label * 0.3,
              y: length / 2,
              size: sizes.label,
              anchor: "middle",
              turn: -90,
              class: "label"
            })
          ])
    ])
  }
}

/** The value at a fraction of the way along a bar. */
const valueAt = ({ high, kind, low }: Scale.Domain, fraction: number): number => {
  const stretched = low + fraction * (high - low)
  return kind === "log" ? 10 ** stretched : stretched
}
