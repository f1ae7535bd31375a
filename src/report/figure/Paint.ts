/**
 * Which colour each row of a layer has, and what the legend says about it.
 *
 * The layers of a plot share one colour scale. Text takes the colours of categories; up to eight different numbers
 * take steps of a ramp;
 * more numbers take the ramp itself, which a colour bar explains.
 */
import type { Table } from "../../engine/Table.ts"
import { codes, isCategory, type Levels, levels, numbers } from "./Channel.ts"
import * as Extent from "./Extent.ts"
import * as Palette from "./Palette.ts"
import * as Scale from "./Scale.ts"
import type { Frame, Layer } from "./Spec.ts"

export interface Paint {
  /** The levels and their colours: what the legend lists. Empty where colour is continuous or absent. */
  readonly levels: Levels
  readonly colors: ReadonlyArray<string>
  /** The range of a continuous colour: what the colour bar shows. */
  readonly domain?: Scale.Domain
}

/** The colours of a layer's rows: `palette[codes[row]]`. */
export interface Coat {
  readonly codes: Int32Array
  readonly palette: ReadonlyArray<string>
}

type Source = readonly [table: Table<unknown>, column: string]

export const make = (sources: ReadonlyArray<Source>, { inks = {}, order = {} }: Frame): Paint => {
  const column = sources[0]?.[1]
  if (column === undefined) return { levels: [], colors: [] }
  const found = levels(sources, order[column])
  const categories = sources.some(([table, name]) => isCategory(table, name))
  if (!categories && found.length > steps) {
    return {
      levels: [],
      colors: [],
      domain: Scale.domain("linear", Extent.union(sources.map(([table, name]) => Extent.of(numbers(table, name)))), {})
    }
  }
  const free = Palette.categories.filter((ink) => !found.some((level) => inks[String(level)] === ink))
  const taking = found.filter((level) => inks[String(level)] === undefined)
  const colors = found.map((level) => {
    const ink = inks[String(level)]
    if (ink !== undefined) return Palette.inks[ink]
    const place = taking.indexOf(level)
    return categories && taking.length <= free.length
      ? Palette.inks[free[place]!]
      : line(taking.length === 1 ? 0.3 : place / (taking.length - 1))
  })
  return { levels: found, colors }
}

export const coat = (paint: Paint, layer: Exclude<Layer, { readonly _tag: "heat" }>, table: Table<unknown>): Coat => {
  const { color, ink = layer._tag === "rules" ? "grey" : "black" } = layer
  if (color === undefined) return { codes: new Int32Array(table.length), palette: [Palette.inks[ink]] }
  if (paint.domain === undefined) return { codes: codes(table, color, paint.levels), palette: paint.colors }
  const scale = Scale.make(paint.domain, shades - 1, false)
  const place = (value: number) =>
    Number.isNaN(value) ? shades : Math.round(Math.min(shades - 1, Math.max(0, scale.at(value))))
  return {
    codes: Int32Array.from(numbers(table, color), place),
    palette: [...Array.from({ length: shades }, (_, shade) => line(shade / (shades - 1))), Palette.inks.grey]
  }
}

/** The colour of a line at a fraction of the ramp, whose last yellow is too light for lines. */
export const line = (fraction: number): string => Palette.at("viridis", 0.92 * fraction)

const steps = 8
const shades = 64
