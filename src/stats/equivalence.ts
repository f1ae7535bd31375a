// Whether an effect is small enough not to matter: its whole interval lies within ±margin, or wholly outside, or neither.
import type { Interval } from "./Interval.ts"

export type Equivalence = "supported" | "refuted" | "undecided"

/** The verdict of an interval; a missing one decides nothing. */
export const equivalence = (interval: Interval | null, margin: number): Equivalence => {
  if (interval === null || Number.isNaN(interval.low) || Number.isNaN(interval.high)) return "undecided"
  if (interval.low >= -margin && interval.high <= margin) return "supported"
  return interval.low > margin || interval.high < -margin ? "refuted" : "undecided"
}
