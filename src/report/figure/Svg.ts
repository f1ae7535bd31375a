/**
 * SVG elements as strings. Everything that is printed into one passes here: numbers are rounded and finite, text is
 * escaped.
 */
import { type Piece, placed, type Text } from "./Text.ts"

export type Svg = string

type Attributes = Readonly<Record<string, string | number | undefined>>

export const element = (name: string, attributes: Attributes, ...children: ReadonlyArray<Svg>): Svg => {
  const printed = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? "" : ` ${key}="${typeof value === "number" ? number(value) : escape(value)}"`
  )
  return children.length === 0
    ? `<${name}${printed.join("")}/>`
    : `<${name}${printed.join("")}>${children.join("")}</${name}>`
}

/** A group moved to a place; nothing where it is empty. */
export const group = (
  attributes: Attributes & { readonly x?: number; readonly y?: number },
  children: ReadonlyArray<Svg>
): Svg => {
  const { x = 0, y = 0, ...others } = attributes
  const transform = x === 0 && y === 0 ? undefined : `translate(${number(x)} ${number(y)})`
  return children.length === 0
    ? ""
    : element("g", { transform, ...others }, "\n", ...children.map((child) => `${child}\n`))
}

/**
 * What is drawn here is cut off just outside the border. A nested svg needs no identifier, which would clash with
 * those of other figures on a page.
 */
export const clipped = (width: number, height: number, children: ReadonlyArray<Svg>): Svg => {
  const [x, y, w, h] = [-margin, -margin, width + 2 * margin, height + 2 * margin]
  const viewBox = [x, y, w, h].map(number).join(" ")
  return children.length === 0
    ? ""
    : element(
        "svg",
        { x, y, width: w, height: h, viewBox, overflow: "hidden" },
        "\n",
        ...children.map((child) => `${child}\n`)
      )
}
const margin = 0.75

export const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes): Svg =>
  element("path", { d: `M${number(x1)} ${number(y1)}L${number(x2)} ${number(y2)}`, ...attributes })

/** A coordinate: two decimals of a point, which is under a tenth of what a printer resolves. */
export const number = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`a coordinate of a figure is ${value}`)
  const rounded = Math.round(value * 100) / 100
  return String(rounded === 0 ? 0 : rounded)
}

interface Placing {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly anchor?: "start" | "middle" | "end"
  /** A quarter turn: −90 reads upwards, 90 downwards. */
  readonly turn?: -90 | 90
  readonly fill?: string
  readonly class?: string
}

/** A line of text; `y` is its baseline. */
export const text = (content: Text, { anchor = "start", class: name, fill, size, turn, x, y }: Placing): Svg => {
  const pieces = placed(content, size)
  if (pieces.length === 0) return ""
  // Programs do not agree on where to centre text that changes its typeface or leaves room between its pieces.
  const plain = pieces.every(
    ({ family, start }, index) =>
      family === pieces[0]!.family && Math.abs(start - (pieces[index - 1]?.end ?? 0)) < 0.005
  )
  const start = turn === undefined ? x : 0
  const width = Math.max(...pieces.map(({ end }) => end))
  const origin = plain || anchor === "start" ? start : start - width / (anchor === "middle" ? 2 : 1)
  const children = pieces.map((piece, index) => tspan(piece, pieces[index - 1], size, origin))
  const place =
    turn === undefined
      ? { x: origin, y }
      : { transform: `translate(${number(x)} ${number(y)}) rotate(${turn})`, x: origin === 0 ? undefined : origin }
  return element(
    "text",
    { class: name, ...place, "font-size": size, "text-anchor": plain && anchor !== "start" ? anchor : undefined, fill },
    ...children
  )
}

/**
 * Where the typeface changes, a piece is put at its place from `origin`: what follows on within one text is set in one
 * typeface
 * by some programs (resvg) when a single character lacks in another.
 */
const tspan = (
  { end: _, family, run, start, text }: Piece,
  before: Piece | undefined,
  size: number,
  origin: number
): Svg => {
  const jumps = before !== undefined && family !== before.family
  const dx = start - (before?.end ?? 0)
  const dy = ((before?.run.rise ?? 0) - run.rise) * size
  const attributes = {
    x: jumps ? origin + start : undefined,
    dx: jumps || Math.abs(dx) < 0.005 ? undefined : dx,
    dy: Math.abs(dy) < 0.005 ? undefined : dy,
    "font-family": family,
    "font-size": run.size === 1 ? undefined : size * run.size,
    "font-style": run.style === "italic" ? "italic" : undefined,
    "font-weight": run.style === "bold" ? 700 : undefined
  }
  return Object.values(attributes).every((value) => value === undefined)
    ? escape(text)
    : element("tspan", attributes, escape(text))
}

/** Characters that XML cannot hold are replaced. */
export const escape = (value: string): string =>
  value
    .toWellFormed()
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
