// When a course that is read now and then first passes a level: between two readings, as if it were straight there.

/** The first time at which `values` are at or above the level; null if they never are. Times ascend. */
export const passage = (times: ArrayLike<number>, values: ArrayLike<number>, level: number): number | null => {
  for (let at = 0; at < values.length; at++) {
    if (values[at]! >= level) {
      if (at === 0) return times[0]!
      const share = (level - values[at - 1]!) / (values[at]! - values[at - 1]!)
      return times[at - 1]! + share * (times[at]! - times[at - 1]!)
    }
  }
  return null
}
