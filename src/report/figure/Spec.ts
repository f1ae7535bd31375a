/**
 * What a figure shows, as plain data: it is the parameter of the stage that draws it.
 *
 * A figure is a row of plots; a plot is a grid of panels that share layers; a layer draws one mark from the columns of
 * one table.
 * Columns are named, tables are numbered from 0 in the order in which the stage takes them, lengths are in points
 * (1/72 inch).
 */
import * as Schema from "effect/Schema"

const optional = Schema.optionalKey
const Column = Schema.String

/** A colour by name: `black` is the colour of the page's text. */
export const Ink = Schema.Literals([
  "black",
  "grey",
  "blue",
  "vermillion",
  "green",
  "purple",
  "orange",
  "sky",
  "yellow"
])
export type Ink = typeof Ink.Type

export const Dash = Schema.Literals(["solid", "dashed", "dotted"])
export type Dash = typeof Dash.Type

/** `band` gives each value a place of its own, in order. */
export const ScaleKind = Schema.Literals(["linear", "log", "symlog", "band"])
export type ScaleKind = typeof ScaleKind.Type

/** The rows that a layer shows: for each of these columns the values that it may have. */
export const Where = Schema.Record(
  Schema.String,
  Schema.Array(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))
)
export type Where = typeof Where.Type

/**
 * How every mark may look; `color` is a column, `ink` one colour for the layer; `name` gives the layer its own line in
 * the legend.
 */
const look = {
  table: Schema.Int,
  where: optional(Where),
  color: optional(Column),
  ink: optional(Ink),
  opacity: optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  name: optional(Schema.String)
}
const stroke = { dash: optional(Dash), weight: optional(Schema.Finite.check(Schema.isGreaterThan(0))) }

/** One line for each value of `color`, `dashes` and the columns of `group`; a null or NaN in `y` is a gap. */
export const Lines = Schema.TaggedStruct("lines", {
  ...look,
  ...stroke,
  x: Column,
  y: Column,
  /** The dash tells the values of this column apart. */
  dashes: optional(Column),
  group: optional(Schema.Array(Column)),
  /** Lower and upper ends of a band about the line. */
  band: optional(Schema.Tuple([Column, Column])),
  /**
   * Whether points are joined in the order of x (the default) or of the rows, as on a trajectory; `steps` holds a
   * value until the next.
   */
  join: optional(Schema.Literals(["x", "rows", "steps"]))
})
export type Lines = typeof Lines.Type

export const Points = Schema.TaggedStruct("points", {
  ...look,
  x: Column,
  y: Column,
  /** The shape tells the values of this column apart. */
  shapes: optional(Column),
  /** Lower and upper ends of a bar through the point. */
  interval: optional(Schema.Tuple([Column, Column])),
  /** Diameter in points. */
  size: optional(Schema.Finite.check(Schema.isGreaterThan(0)))
})
export type Points = typeof Points.Type

/** Lines from 0 to each value. */
export const Stems = Schema.TaggedStruct("stems", {
  ...look,
  x: Column,
  y: Column,
  shapes: optional(Column),
  size: optional(Schema.Finite.check(Schema.isGreaterThan(0)))
})
export type Stems = typeof Stems.Type

/** Straight lines across the panel at each value of `x` or `y`. */
export const Rules = Schema.TaggedStruct("rules", { ...look, ...stroke, x: optional(Column), y: optional(Column) })
export type Rules = typeof Rules.Type

/** How often values of `x` fall between equally spaced edges, which all panels and colours share. */
export const Histogram = Schema.TaggedStruct("histogram", {
  ...look,
  x: Column,
  bins: optional(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))),
  /** Divides the counts by their number and the width of a bin, so that the area is 1. */
  density: optional(Schema.Boolean)
})
export type Histogram = typeof Histogram.Type

/** A cell for each row, in the colour of `fill`; a null or NaN is hatched. */
export const Heat = Schema.TaggedStruct("heat", {
  table: Schema.Int,
  where: optional(Where),
  x: Column,
  y: Column,
  fill: Column,
  /** `sequential`, its logarithm, or `diverging` about 0. */
  scale: optional(Schema.Literals(["sequential", "log", "diverging"])),
  palette: optional(Schema.Literals(["viridis", "cividis", "blues"])),
  /** Whether the value is written into its cell; without it, where all values are whole. */
  values: optional(Schema.Boolean)
})
export type Heat = typeof Heat.Type

export const Layer = Schema.Union([Lines, Points, Stems, Rules, Histogram, Heat])
export type Layer = typeof Layer.Type

const Axis = Schema.Literals(["x", "y"])
const Limits = Schema.Tuple([Schema.NullOr(Schema.Finite), Schema.NullOr(Schema.Finite)])

/** Everything about a plot that is not a mark. Labels may hold simple TeX between dollars. */
export const frame = {
  /** The text of the axes and keys: `x`, `y`, `color`, `dashes`, `shapes`, `fill`, `rows`, `columns`. */
  labels: optional(Schema.Record(Schema.String, Schema.String)),
  /** What values are called in legends, strips and on axes. */
  names: optional(Schema.Record(Schema.String, Schema.String)),
  /** The inks of values that should not take the next colour. */
  inks: optional(Schema.Record(Schema.String, Ink)),
  /** The order of a column's values, where it is not that of the table (text) or of size (numbers). */
  order: optional(
    Schema.Record(Schema.String, Schema.Array(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])))
  ),
  facet: optional(Schema.Struct({ rows: optional(Column), columns: optional(Column) })),
  /** The axes whose range every panel has for itself. */
  free: optional(Schema.Array(Axis)),
  xScale: optional(ScaleKind),
  yScale: optional(ScaleKind),
  /** First and last value of an axis; null leaves an end to the data. What lies outside is cut off. */
  xLimits: optional(Limits),
  yLimits: optional(Limits),
  /** Grey lines across every panel at these values. */
  at: optional(Schema.Struct({ x: optional(Schema.Array(Schema.Finite)), y: optional(Schema.Array(Schema.Finite)) })),
  /** A grey line where y = x. */
  diagonal: optional(Schema.Boolean),
  /** Height of a panel over its width. */
  aspect: optional(Schema.Finite.check(Schema.isBetween({ minimum: 0.05, maximum: 20 })))
}
export const Frame = Schema.Struct(frame)
export type Frame = typeof Frame.Type

export const Plot = Schema.Struct({ layers: Schema.Array(Layer), frame: Frame })
export type Plot = typeof Plot.Type

export const sheet = {
  title: optional(Schema.String),
  /** One or both columns of a page (3.25 or 6.75 inches); without it, by the number of panels. */
  width: optional(Schema.Literals(["single", "double"])),
  /** Bold letters a, b, c before the plots. */
  letters: optional(Schema.Boolean)
}

export const Spec = Schema.Struct({ ...sheet, plots: Schema.Array(Plot) })
export type Spec = typeof Spec.Type
