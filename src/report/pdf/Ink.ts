/** How an element of an SVG file is painted: what it inherits, and what it says itself. */
import type { Element } from "./Element.ts"

export interface Ink {
  readonly color: string
  readonly fill: string
  readonly stroke: string
  readonly strokeWidth: number
  readonly dashes: string
  readonly cap: string
  readonly join: string
  readonly family: string
  readonly size: number
  readonly italic: boolean
  readonly bold: boolean
  readonly anchor: string
  /** Of the element alone. */
  readonly opacity: number
  readonly fillOpacity: number
}

/** What SVG starts from. */
export const initial: Ink = {
  color: "#000000",
  fill: "#000000",
  stroke: "none",
  strokeWidth: 1,
  dashes: "none",
  cap: "butt",
  join: "miter",
  family: "",
  size: 16,
  italic: false,
  bold: false,
  anchor: "start",
  opacity: 1,
  fillOpacity: 1
}

export const of = (before: Ink, { attributes }: Element): Ink => {
  const text = (name: string, inherited: string) => attributes[name] ?? inherited
  const number = (name: string, inherited: number) => name in attributes ? Number(attributes[name]) : inherited
  return {
    color: text("color", before.color),
    fill: text("fill", before.fill),
    stroke: text("stroke", before.stroke),
    strokeWidth: number("stroke-width", before.strokeWidth),
    dashes: text("stroke-dasharray", before.dashes),
    cap: text("stroke-linecap", before.cap),
    join: text("stroke-linejoin", before.join),
    family: text("font-family", before.family),
    size: number("font-size", before.size),
    italic: text("font-style", before.italic ? "italic" : "normal") === "italic",
    bold: text("font-weight", before.bold ? "700" : "400") === "700",
    anchor: text("text-anchor", before.anchor),
    opacity: number("opacity", 1),
    fillOpacity: number("fill-opacity", before.fillOpacity)
  }
}

/** A colour of SVG as the operands of PDF's `rg` and `RG`; `undefined` where nothing is painted. */
export const rgb = (paint: string, { color }: Ink): string | undefined => {
  if (paint === "none") return undefined
  const code = paint === "currentColor" ? color : paint
  return [1, 3, 5].map((at) => short(parseInt(code.slice(at, at + 2), 16) / 255)).join(" ")
}

/** A number as PDF writes it: no exponent, three decimals. */
export const short = (value: number): string => {
  const rounded = Math.round(value * 1000) / 1000
  return String(rounded === 0 ? 0 : rounded)
}
