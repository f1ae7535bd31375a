// Windows [t_esc − Δ, t_esc + Δ] around an escape, for each run by itself and on its own t − t_esc, so that runs that
// escape at different steps can be averaged at the same distance from their escapes. An average there is over the
// runs that have the point: it carries their number.

export interface WindowPoint {
  /** t − t_esc in steps: the axis of the window. */
  readonly offset: number
  /** The step t of the run. */
  readonly step: number
}

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

/** The points of a run's window that lie within its steps 0, …, last; none for a run that never escaped (null). */
export const windowOf = (escape: number | null, at: Int32Array, last: number): ReadonlyArray<WindowPoint> =>
  escape === null
    ? []
    : Array.from(at, (offset) => ({ offset, step: escape + offset })).filter(({ step }) => step >= 0 && step <= last)
