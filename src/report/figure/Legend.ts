/** The legend of a plot: the mark of each colour, dash, shape and named layer, set in lines above the panels. */
import type * as Channel from "./Channel.ts"
import type { Drawing } from "./Drawing.ts"
import { parse } from "./Markup.ts"
import { leading, type as sizes } from "./Measures.ts"
import { inks } from "./Palette.ts"
import { labelOf, nameOf, type Plot } from "./Plot.ts"
import type { Layer } from "./Spec.ts"
import { group, type Svg, text } from "./Svg.ts"
import { fit, plain, type Text, width } from "./Text.ts"

interface Entry {
  /** The marks of a level, one over another about the origin, and the widest of them; none before a title. */
  readonly marks: ReadonlyArray<Svg>
  readonly room: number
  readonly label: Text
}

/** Entries that belong together: they stand in one line if they fit. */
type Block = ReadonlyArray<Entry>

export interface Legend {
  readonly lines: number
  readonly height: number
  readonly svg: Svg
}

const [space, pad] = [9, 3.5]
const line = sizes.legend * leading + 1.5

/** The legend in lines no wider than `limit`; `missing` also says what a hatched cell is. */
export const make = (plot: Plot, limit: number, missing: boolean): Legend => {
  const blocks = [...levels(plot), ...layers(plot), ...(missing && tellsMissing(plot) ? [missingOf(plot)] : [])]
  let [x, row] = [0, 0]
  const placed = blocks.flatMap((block) => {
    if (x > 0 && x + block.reduce((sum, entry) => sum + roomOf(entry), -space) > limit) [x, row] = [0, row + 1]
    return block.map((entry) => {
      const room = roomOf(entry)
      if (x > 0 && x + room - space > limit) [x, row] = [0, row + 1]
      const svg = group({ x, y: row * line }, drawn(entry, limit))
      x += room
      return svg
    })
  })
  return {
    lines: row + 1,
    height: placed.length === 0 ? 0 : (row + 1) * line + 2,
    svg: group({ class: "legend" }, placed)
  }
}

/** Whether a plot has hatched cells. */
export const tellsMissing = (plot: Plot): boolean => plot.layers.some(({ drawing }) => drawing.fill?.missing === true)

const before = ({ room }: Entry): number => (room === 0 ? 0 : room + pad)

/** How far the next entry stands from this one; a title is nearer to what it names. */
const roomOf = (entry: Entry): number =>
  before(entry) + width(entry.label, sizes.legend) + (entry.room === 0 ? 6 : space)

const drawn = (entry: Entry, limit: number): ReadonlyArray<Svg> => [
  ...(entry.room === 0 ? [] : [group({ x: entry.room / 2, y: line / 2 - 1 }, entry.marks)]),
  text(fit(entry.label, sizes.legend, limit - before(entry)), {
    x: before(entry),
    y: line / 2 - 1 + sizes.legend * 0.32,
    size: sizes.legend,
    class: "legend"
  })
]

/** One block for each of colour, dash and shape; those that tell the same values apart are one. */
const levels = (plot: Plot): ReadonlyArray<Block> => {
  const keys = (["color", "dashes", "shapes"] as const)
    .map((channel) => ({ channel, levels: levelsOf(plot, channel) }))
    .filter(({ levels }) => levels.length > 0)
  const blocks = keys.filter(({ levels }, index) => keys.findIndex((other) => same(other.levels, levels)) === index)
  return blocks.map(({ channel, levels }) => {
    const merged = keys.filter((other) => same(other.levels, levels)).map((key) => key.channel)
    const title = titleOf(plot, channel, levels)
    const name = nameOf(plot.frame, levels)
    return [
      ...(title.length === 0 ? [] : [{ marks: [], room: 0, label: [...title, ...plain(":")] }]),
      ...levels.map((value, index) =>
        entry(
          plot.layers.filter(({ layer }) => merged.some((each) => each in layer)),
          name(value),
          ({ drawing, layer }) =>
            drawing.swatch(
              merged.includes("color") && "color" in layer ? plot.paint.colors[index]! : own(layer),
              merged.includes("dashes") ? index : 0,
              merged.includes("shapes") ? index : 0
            )
        )
      )
    ]
  })
}

const levelsOf = (plot: Plot, channel: "color" | "dashes" | "shapes"): Channel.Levels =>
  channel === "color" ? plot.paint.levels : plot[channel]

const same = (one: Channel.Levels, other: Channel.Levels): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index])

/** Words say what they are; numbers need to be told what of. */
const titleOf = (plot: Plot, channel: string, levels: Channel.Levels): Text =>
  plot.frame.labels?.[channel] !== undefined || levels.some((value) => typeof value !== "string")
    ? labelOf(plot, channel)
    : []

/** The colour of a layer where the legend does not speak of colour: its own, or grey for one of many. */
const own = (layer: Layer): string =>
  inks[
    ("ink" in layer ? layer.ink : undefined)
      ?? (layer._tag === "rules" || ("color" in layer && layer.color !== undefined) ? "grey" : "black")
  ]

const layers = (plot: Plot): ReadonlyArray<Block> =>
  plot.layers.flatMap((one) =>
    "name" in one.layer && one.layer.name !== undefined
      ? [[entry([one], parse(one.layer.name), ({ drawing, layer }) => drawing.swatch(own(layer), 0, 0))]]
      : []
  )

const missingOf = (plot: Plot): Block => {
  const label = plot.frame.labels?.["missing"]
  return [
    entry(
      plot.layers.filter(({ drawing }) => drawing.fill?.missing === true).slice(0, 1),
      label === undefined ? plain("no value") : parse(label),
      ({ drawing }) => drawing.swatch("", 0, 0)
    )
  ]
}

type Drawn = { readonly layer: Layer; readonly drawing: Drawing }

const entry = (layers: ReadonlyArray<Drawn>, label: Text, mark: (layer: Drawn) => Svg): Entry => ({
  marks: layers.map(mark),
  room: Math.max(...layers.map(({ drawing }) => drawing.swatchWidth)),
  label
})
