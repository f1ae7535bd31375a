/** How far aside a row stands on an axis of levels, so that the colours of one level do not hide each other. */
import type { Context } from "../Drawing.ts"

export const abreast = (color: string | undefined, { coat, xLevels }: Context): ((row: number) => number) => {
  const colors = coat.palette.length
  if (color === undefined || xLevels === undefined || colors < 2 || colors > 12) return () => 0
  const step = Math.min(0.16, 0.7 / colors)
  return (row) => (coat.codes[row]! - (colors - 1) / 2) * step
}
