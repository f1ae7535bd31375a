// Windows [t_esc − Δ, t_esc + Δ] around an escape, for each run by itself and on its own t − t_esc, so that runs that
// escape at different steps can be averaged at the same distance from their escapes. An average there is over the
// runs that have the point: it carries their number.

/** Offsets −Δ, …, 0, …, Δ in whole steps, `each` on either side and evenly spaced but for rounding. */
export const offsets = (halfWidth: number, each: number): Int32Array => {
  if (!(Number.isInteger(halfWidth) && Number.isInteger(each) && each >= 1 && halfWidth >= each)) {
    throw new Error(`A window needs a step or more a point on either side, got ${halfWidth} steps for ${each} points.`)
  }
  return Int32Array.from({ length: 2 * each + 1 }, (_, index) => {
    const rounded = Math.floor((Math.abs(index - each) * halfWidth) / each + 0.5)
    return index < each ? -rounded : rounded
  })
}
