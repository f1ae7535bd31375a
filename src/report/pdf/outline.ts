/** The outlines of SVG's shapes as operators of PDF. */
import type { Element } from "./Element.ts"
import { short } from "./Ink.ts"

export const outline = ({ attributes, name }: Element): string => {
  const number = (key: string) => Number(attributes[key] ?? 0)
  switch (name) {
    case "rect":
      return `${["x", "y", "width", "height"].map((key) => short(number(key))).join(" ")} re`
    case "circle":
      return circle(number("cx"), number("cy"), number("r"))
    case "path":
      return path(attributes["d"] ?? "")
    default:
      throw new UnknownShape(name)
  }
}

/** Four Bézier curves, off by less than 0.03 % of the radius. */
const circle = (x: number, y: number, r: number): string => {
  const c = r * 0.5522847
  const curve = (...places: ReadonlyArray<number>) => `${places.map(short).join(" ")} c`
  return [
    `${short(x + r)} ${short(y)} m`,
    curve(x + r, y + c, x + c, y + r, x, y + r),
    curve(x - c, y + r, x - r, y + c, x - r, y),
    curve(x - r, y - c, x - c, y - r, x, y - r),
    curve(x + c, y - r, x + r, y - c, x + r, y),
    "h"
  ].join(" ")
}

/** Straight lines are all that figures draw paths of. */
const path = (d: string): string => {
  let [x, y] = [0, 0]
  const step = (letter: string, [first = 0, second = 0]: ReadonlyArray<number>): string => {
    switch (letter) {
      case "M":
      case "L":
        ;[x, y] = [first, second]
        break
      case "H":
        x = first
        break
      case "h":
        x += first
        break
      case "V":
        y = first
        break
      case "v":
        y += first
        break
      case "Z":
      case "z":
        return "h"
      default:
        throw new UnknownShape(`path with ${letter}`)
    }
    return `${short(x)} ${short(y)} ${letter === "M" ? "m" : "l"}`
  }
  return Array.from(d.matchAll(/([A-Za-z])([^A-Za-z]*)/g), ([, letter, places]) =>
    step(letter!, (places!.match(/-?[\d.]+/g) ?? []).map(Number))).join(" ")
}

/** A figure holds a shape that cannot be printed. */
export class UnknownShape extends Error {
  constructor(shape: string) {
    super(`a figure's SVG holds a ${shape}, which has no translation into PDF`)
  }
}
