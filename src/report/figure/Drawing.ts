/**
 * What a layer gives to its plot: how much room it needs in each panel, its marks once the axes are known, and its
 * place in the legend.
 */
import type { Table } from "../../engine/Table.ts"
import type { Levels } from "./Channel.ts"
import type { Extent } from "./Extent.ts"
import type { Coat } from "./Paint.ts"
import type { Domain, Scale } from "./Scale.ts"
import type { Svg } from "./Svg.ts"

export interface Drawing {
  readonly extent: (panel: number) => { readonly x: Extent; readonly y: Extent }
  /** Room beyond the data at both ends of an axis, as a fraction of its range; y has 5 % unless it says otherwise. */
  readonly room?: { readonly x?: Room; readonly y?: Room }
  readonly draw: (panel: number, x: Scale, y: Scale) => ReadonlyArray<Svg>
  /** The mark in a legend, about the origin, and how wide it is. */
  readonly swatch: (color: string, dash: number, shape: number) => Svg
  readonly swatchWidth: number
  /** A continuous fill of its own, and whether some cell has no value. */
  readonly fill?: Fill
  /** How many elements there will be, to refuse what no viewer opens. */
  readonly count: number
}

export interface Fill {
  readonly domain: Domain
  readonly color: (value: number) => string
  /** False where the numbers stand in the cells. */
  readonly bar: boolean
  readonly missing: boolean
}

export type Room = readonly [number, number]

/** What a mark is drawn from. */
export interface Context {
  readonly table: Table<unknown>
  /** The rows of each panel, and those of them that lie within the limits of x: the y axis makes room for these. */
  readonly rows: ReadonlyArray<Int32Array>
  readonly seen: ReadonlyArray<Int32Array>
  /** The place of each row on an axis: its value, or the index of its level. */
  readonly place: (axis: "x" | "y", column: string) => Float64Array
  readonly coat: Coat
  /** The levels that dashes and shapes tell apart. */
  readonly dashes: Levels
  readonly shapes: Levels
  /** Whether an axis has a place for each level, and how many. */
  readonly xLevels: Levels | undefined
  readonly yLevels: Levels | undefined
  /** Whether x is logarithmic: bins are then equal in its logarithm. */
  readonly xLog: boolean
}
