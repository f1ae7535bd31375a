/**
 * Heat: a cell for each row in the colour of its value, whole numbers written in; a cell without a value is hatched, a
 * cell without a row is blank.
 */
import * as Channel from "../Channel.ts"
import type { Context, Drawing } from "../Drawing.ts"
import * as Extent from "../Extent.ts"
import { quiet, type as sizes } from "../Measures.ts"
import { fixedText, numberText } from "../numberText.ts"
import * as Palette from "../Palette.ts"
import * as Scale from "../Scale.ts"
import type { Heat } from "../Spec.ts"
import { element, number, type Svg, text } from "../Svg.ts"
import { type Text, width } from "../Text.ts"

export const heat = (layer: Heat, context: Context): Drawing => {
  const { rows, table, xLevels, yLevels } = context
  const x = context.place("x", layer.x)
  const y = context.place("y", layer.y)
  const fill = Channel.numbers(table, layer.fill)
  const extent = Extent.of(fill)
  const written = layer.values ?? (extent.whole && (xLevels?.length ?? Infinity) <= 16)
  const domain = fillDomain(layer, extent)
  const color = colorOf(layer, domain, written)
  const known = (value: number) => Scale.shows(domain, value)

  const cell = (
    row: number,
    xScale: Scale.Scale,
    yScale: Scale.Scale,
    say: (value: number) => Text,
    size: number
  ): Svg => {
    const [left, right, top, bottom] = [
      xScale.at(x[row]! - 0.5),
      xScale.at(x[row]! + 0.5),
      yScale.at(y[row]! - 0.5),
      yScale.at(y[row]! + 0.5)
    ]
    const box = { x: left, y: Math.min(top, bottom), width: right - left, height: Math.abs(bottom - top) }
    if (!known(fill[row]!)) return hatched(box.x, box.y, box.width, box.height)
    const own = color(fill[row]!)
    const square = element("rect", { ...(written ? resized(box, -0.3, -0.6) : resized(box, 0, 0.3)), fill: own })
    return written
      ? square
          + text(say(fill[row]!), {
            x: (left + right) / 2,
            y: (top + bottom) / 2 + size * 0.33,
            size,
            anchor: "middle",
            fill: Palette.isDark(own) ? "#ffffff" : "#000000",
            class: "cell"
          })
      : square
  }

  return {
    extent: (panel) => ({ x: Extent.of(x, rows[panel]), y: Extent.of(y, rows[panel]) }),
    draw: (panel, xScale, yScale) => {
      const say = sayOf(fill, layer.scale === "diverging")
      const room = xScale.length / Math.max(1, xLevels?.length ?? 1) - 3.5
      const height = yScale.length / Math.max(1, yLevels?.length ?? 1)
      const widest = Array.from(rows[panel]!, (row) => (known(fill[row]!) ? width(say(fill[row]!), 1) : 0)).reduce(
        (most, each) => Math.max(most, each),
        0.5
      )
      const size = Math.min(sizes.cell, room / widest, height * 0.8)
      return Array.from(rows[panel]!, (row) => cell(row, xScale, yScale, say, size))
    },
    swatch: () => hatched(-5, -3.5, 10, 7),
    swatchWidth: 10,
    fill: { domain, color, bar: !written, missing: fill.some((value) => !known(value)) },
    count: table.length
  }
}

const fillDomain = (layer: Heat, extent: Extent.Extent): Scale.Domain => {
  if (layer.scale !== "diverging") return Scale.domain(layer.scale === "log" ? "log" : "linear", extent, {})
  const reach = Extent.isEmpty(extent) ? 1 : Math.max(Math.abs(extent.low), Math.abs(extent.high)) || 1
  return Scale.domain("linear", { ...extent, low: -reach, high: reach }, {})
}

const colorOf = (layer: Heat, domain: Scale.Domain, written: boolean) => {
  const scale = Scale.make(domain, 1, false)
  const ramp = layer.scale === "diverging" ? "balance" : (layer.palette ?? (written ? "blues" : "viridis"))
  return (value: number) => Palette.at(ramp, scale.at(value))
}

/**
 * What is written into a cell: whole numbers as they are, others to one or two decimals; differences carry their sign.
 */
const sayOf = (values: Float64Array, sign: boolean) => {
  const extent = Extent.of(values)
  const size = Math.max(Math.abs(extent.low), Math.abs(extent.high))
  const decimals = values.every((value) => Number.isNaN(value) || Math.abs(value * 10 - Math.round(value * 10)) < 1e-9)
    ? 1
    : 2
  return (value: number): Text => {
    const content = Number.isInteger(value)
      ? numberText(value)
      : size >= 1e4 || size < 0.01
        ? numberText(Number(value.toPrecision(2)))
        : fixedText(value, decimals)
    return sign && value > 0
      ? content.map((run, index) => (index === 0 ? { ...run, text: `+${run.text}` } : run))
      : content
  }
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Cells with numbers stand a little apart; others overlap a little, so that no paper shines through where they meet.
 */
const resized = ({ height, width, x, y }: Box, corner: number, size: number): Box => ({
  x: x - corner,
  y: y - corner,
  width: Math.max(0, width + size),
  height: Math.max(0, height + size)
})

/** Grey strokes at 45° within a box. */
const hatched = (x: number, y: number, width: number, height: number): Svg => {
  const [step, reach] = [2.5, width + height]
  const strokes = Array.from({ length: Math.min(200, Math.ceil(reach / step) - 1) }, (_, index) => {
    const offset = (index + 1) * step
    const [fromX, fromY] = [Math.min(offset, width), Math.max(0, offset - width)]
    const [toX, toY] = [Math.max(0, offset - height), Math.min(offset, height)]
    return `M${number(x + fromX)} ${number(y + fromY)}L${number(x + toX)} ${number(y + toY)}`
  })
  return (
    element("rect", { x, y, width, height, fill: "none", stroke: quiet, "stroke-width": 0.3 })
    + element("path", { d: strokes.join(""), stroke: quiet, "stroke-width": 0.4, fill: "none" })
  )
}
