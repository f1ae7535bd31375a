/**
 * Figures: marks drawn from the columns of tables.
 *
 *     Figure.lines(curves, { x: "step", y: "loss", color: "algorithm", group: ["run"], yScale: "log", caption: "…" })
 *
 * Columns are checked against the table's type. `layers` draws several figures over each other, `beside` next to each
 * other.
 * Labels are text with simple TeX between dollars; `caption` is Markdown for the page.
 */
import type { Any, Node } from "../engine/Node.ts"
import type { Table } from "../engine/Table.ts"
import type * as Block from "./Block.ts"
import { Draw } from "./figure/Draw.ts"
import { parse } from "./figure/Markup.ts"
import { Picture } from "./figure/Picture.ts"
import { Print } from "./figure/Print.ts"
import * as Spec from "./figure/Spec.ts"
import type { Undrawable } from "./figure/Undrawable.ts"

export interface Figure<out E = never> extends Block.Figure<E> {
  readonly spec: Spec.Spec
  readonly tables: ReadonlyArray<Any>
}

/** Columns that a mark can place by their size, and those whose values it can tell apart. */
type Numeric<A> = { [K in keyof A & string]: [NonNullable<A[K]>] extends [number] ? K : never }[keyof A & string]
type Scalar<A> = {
  [K in keyof A & string]: [NonNullable<A[K]>] extends [number | string | boolean] ? K : never
}[keyof A & string]

/** The options of a mark, its columns narrowed to those of the table. */
type Mark<A, L, N extends keyof L, S extends keyof L> = {
  readonly [K in keyof Omit<L, "_tag" | "table" | "where">]: K extends N
    ? Narrowed<L[K], Numeric<A>>
    : K extends S
      ? Narrowed<L[K], Scalar<A>>
      : L[K]
}

/** The rows that a mark shows, where it does not show all: each column with the values that it may have. */
interface Rows<A> {
  readonly where?: { readonly [K in Scalar<A>]?: ReadonlyArray<NonNullable<A[K]>> }
}
type Narrowed<T, C> = T extends string ? C : { readonly [K in keyof T]: Narrowed<T[K], C> }

interface Placing<A> extends Omit<Spec.Frame, "facet" | "order"> {
  readonly facet?: { readonly rows?: Scalar<A>; readonly columns?: Scalar<A> }
  readonly order?: { readonly [K in Scalar<A>]?: ReadonlyArray<NonNullable<A[K]> & (string | number | boolean)> }
}

export interface Sheet {
  readonly title?: string
  readonly width?: "single" | "double"
  readonly letters?: boolean
  readonly caption?: string
}

type Options<A, M> = M & Rows<A> & Placing<A> & Sheet
type Made<E> = Figure<E | Undrawable>

/** Lines through (x, y), one for each value of `color`, `dashes` and `group`; `band` fills between two columns. */
export const lines = <A, E>(
  node: Node<Table<A>, E>,
  options: Options<A, Mark<A, Spec.Lines, "y" | "band", "x" | "color" | "dashes" | "group">>
): Made<E> => mark("lines", Spec.Lines, node, options)

/** Lines that hold each value until the next. */
export const staircase = <A, E>(
  node: Node<Table<A>, E>,
  options: Options<A, Omit<Mark<A, Spec.Lines, "y" | "band", "x" | "color" | "dashes" | "group">, "join">>
): Made<E> => mark("lines", Spec.Lines, node, { ...options, join: "steps" })

/** A point for each row, with a bar over `interval`. */
export const points = <A, E>(
  node: Node<Table<A>, E>,
  options: Options<A, Mark<A, Spec.Points, "y" | "interval", "x" | "color" | "shapes">>
): Made<E> => mark("points", Spec.Points, node, options)

/** A line from 0 to each row's y; a symlog y axis unless another is asked for. */
export const stems = <A, E>(
  node: Node<Table<A>, E>,
  options: Options<A, Mark<A, Spec.Stems, "y", "x" | "color" | "shapes">>
): Made<E> => mark("stems", Spec.Stems, node, { yScale: "symlog", ...options })

/** Straight lines across the panel, dotted and grey unless told otherwise, at each row's `x` or `y`. */
export const rules = <A, E>(
  node: Node<Table<A>, E>,
  options: Options<A, Mark<A, Spec.Rules, "x" | "y", "color">>
): Made<E> => mark("rules", Spec.Rules, node, options)

/** How the values of x are distributed. */
export const histogram = <A, E>(
  node: Node<Table<A>, E>,
  options: Options<A, Mark<A, Spec.Histogram, "x", "color">>
): Made<E> => mark("histogram", Spec.Histogram, node, options)

/** A cell for each row, coloured by `fill`; whole numbers are written into their cells. */
export const heat = <A, E>(
  node: Node<Table<A>, E>,
  options: Options<A, Mark<A, Spec.Heat, "fill", "x" | "y">>
): Made<E> => mark("heat", Spec.Heat, node, options)

type Failure<F> = F extends ReadonlyArray<infer G> ? Failure<G> : F extends Figure<infer E> ? E : never

/**
 * Several figures drawn over each other on the same axes: options given here come before those of the figures, earlier
 * figures before later ones.
 */
export const layers = <const F extends ReadonlyArray<Figure<any>>>(
  figures: F,
  options: Spec.Frame & Sheet = {}
): Figure<Failure<F>> => {
  const { specs, tables } = together(figures)
  const plots = specs.flatMap(({ plots }) => plots)
  const { frame, sheet } = parted(options)
  return figure(
    {
      ...Object.assign({}, ...specs.map(sheetOf).reverse(), sheet),
      plots: [
        {
          layers: plots.flatMap((plot) => plot.layers),
          frame: Object.assign({}, ...plots.map((plot) => plot.frame).reverse(), frame)
        }
      ]
    },
    tables,
    options.caption ?? captionOf(figures)
  )
}

/** Several figures next to each other, each with its own axes and legend; rows of panels stand in line. */
export const beside = <const F extends ReadonlyArray<Figure<any>>>(
  figures: F,
  options: Sheet = {}
): Figure<Failure<F>> => {
  const { specs, tables } = together(figures)
  return figure(
    { ...parted(options).sheet, plots: specs.flatMap(({ plots }) => plots) },
    tables,
    options.caption ?? captionOf(figures)
  )
}

const figure = <E>(spec: Spec.Spec, tables: ReadonlyArray<Any>, caption: string): Figure<E> => {
  labelsOf(spec).forEach(parse)
  const askew = spec.plots.some(
    ({ frame }) => frame.diagonal === true && (frame.xScale ?? "linear") !== (frame.yScale ?? "linear")
  )
  if (askew) throw new WrongFigure("diagonal", "was asked for a diagonal, which needs the same scale on both axes")
  const node = Draw({ spec, tables }) as Node<Uint8Array, E>
  const [pdf, png] = [Print({ figure: node }), Picture({ figure: node })]
  const intervals = spec.plots.some(({ layers }) => layers.some((layer) => "band" in layer || "interval" in layer))
  return { _tag: "Figure", node, pdf, png, caption, intervals, spec, tables }
}

const mark = (
  tag: Spec.Layer["_tag"],
  schema: { readonly fields: object },
  node: Any,
  options: Readonly<Record<string, any>>
): Figure<any> => {
  const { frame, others, sheet } = parted(options)
  const unknown = Object.keys(others).find((name) => !(name in schema.fields))
  if (unknown !== undefined) throw new WrongFigure(tag, `has no option "${unknown}"`)
  const layer = { _tag: tag, table: 0, ...others } as unknown as Spec.Layer
  for (const [option, column, numeric] of columnsOf(layer, frame)) {
    const found = node.columns?.find(({ name }) => name === column)
    if (found === undefined)
      throw new WrongFigure(
        tag,
        `reads the column "${column}" as ${option}; the columns are ${namesOf(node)}`
      )
    if (found.kind === "vector" || (numeric && found.kind !== "int32" && found.kind !== "float64"))
      throw new WrongFigure(tag, `reads the column "${column}" as ${option}, which holds ${found.kind}s`)
  }
  return figure({ ...sheet, plots: [{ layers: [layer], frame }] }, [node], options["caption"] ?? "")
}

const namesOf = (node: Any): string => node.columns?.map(({ name }) => name).join(", ") ?? "(none: it is a file)"

const numeric: Readonly<Record<string, ReadonlyArray<string>>> = {
  lines: ["y", "band"],
  points: ["y", "interval"],
  stems: ["y"],
  rules: ["x", "y"],
  histogram: ["x"],
  heat: ["fill"]
}
const channels = ["x", "y", "fill", "color", "dashes", "shapes", "group", "band", "interval"]

const columnsOf = (
  layer: Spec.Layer,
  { facet = {} }: Spec.Frame
): ReadonlyArray<readonly [option: string, column: string, numeric: boolean]> => [
  ...channels.flatMap((channel) =>
    [(layer as unknown as Readonly<Record<string, string | ReadonlyArray<string> | undefined>>)[channel] ?? []]
      .flat()
      .map((column) => [channel, column, numeric[layer._tag]!.includes(channel)] as const)
  ),
  ...Object.keys(layer.where ?? {}).map((column) => ["where", column, false] as const),
  ...Object.entries(facet).map(([side, column]) => [`facet ${side}`, column as string, false] as const)
]

const parted = (
  options: Readonly<Record<string, any>>
): {
  readonly frame: Spec.Frame
  readonly sheet: Omit<Spec.Spec, "plots">
  readonly others: Readonly<Record<string, unknown>>
} => {
  const given = Object.entries(options).filter(([name, value]) => value !== undefined && name !== "caption")
  const of = (keys: object) => Object.fromEntries(given.filter(([name]) => name in keys))
  return {
    frame: of(Spec.frame),
    sheet: of(Spec.sheet),
    others: Object.fromEntries(given.filter(([name]) => !(name in Spec.frame) && !(name in Spec.sheet)))
  }
}

/** The figures' specs with their tables numbered as one list, each node once. */
const together = (figures: ReadonlyArray<Figure<any>>) => {
  const tables = [...new Set(figures.flatMap((each) => each.tables))]
  const specs = figures.map(({ spec, tables: own }): Spec.Spec => ({
    ...spec,
    plots: spec.plots.map((plot) => ({
      ...plot,
      layers: plot.layers.map((layer) => ({ ...layer, table: tables.indexOf(own[layer.table]!) }))
    }))
  }))
  return { specs, tables }
}

const sheetOf = ({ plots: _, ...sheet }: Spec.Spec): Omit<Spec.Spec, "plots"> => sheet

const captionOf = (figures: ReadonlyArray<Figure<any>>): string =>
  figures.find(({ caption }) => caption !== "")?.caption ?? ""

/** Every text of a figure that may hold markup, so that a slip in one is found where the figure is made. */
const labelsOf = ({ plots, title = "" }: Spec.Spec): ReadonlyArray<string> => [
  title,
  ...plots.flatMap(({ frame, layers }) => [
    ...Object.values(frame.labels ?? {}),
    ...Object.values(frame.names ?? {}),
    ...layers.flatMap((layer) => ("name" in layer && layer.name !== undefined ? [layer.name] : []))
  ])
]

/** A figure was asked for what its table does not have, or what it cannot show. */
export class WrongFigure extends Error {
  constructor(mark: string, what: string) {
    super(`a figure (${mark}) ${what}`)
  }
}
