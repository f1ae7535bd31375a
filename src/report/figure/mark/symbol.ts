/** The shapes of points, of equal area to the eye. */
import { symbol, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolTriangle, symbolWye } from "d3-shape"
import { element, number, type Svg } from "../Svg.ts"

const shapes = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolCross, symbolWye]

/** A point of a diameter; `code` chooses its shape. */
export const point = (
  x: number,
  y: number,
  diameter: number,
  code: number,
  attributes: Readonly<Record<string, string | number | undefined>>
): Svg =>
  code % shapes.length === 0
    ? element("circle", { cx: x, cy: y, r: diameter / 2, ...attributes })
    : element("path", {
        d: symbol(shapes[code % shapes.length], diameter * diameter * 0.75).digits(2)() ?? "",
        transform: `translate(${number(x)} ${number(y)})`,
        ...attributes
      })
