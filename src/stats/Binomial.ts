// Exact statements about the probability p of an event that was seen in some of n independent runs.
import { power } from "../linalg/elementary.ts"
import * as Beta from "./Beta.ts"
import type { Interval } from "./Interval.ts"

/** Clopper and Pearson's interval for p: it holds p with probability `level` or more, whatever p is. */
export const interval = (seen: number, runs: number, level: number): Interval => {
  if (!(Number.isInteger(seen) && Number.isInteger(runs) && runs >= 1 && seen >= 0 && seen <= runs)) {
    throw new Error(`A number of runs is a whole number ≥ 1, and some of them show the event: got ${seen} of ${runs}.`)
  }
  const tail = (1 - level) / 2
  return {
    low: seen === 0 ? 0 : Beta.quantile(tail, seen, runs - seen + 1),
    high: seen === runs ? 1 : Beta.quantile(1 - tail, seen + 1, runs - seen)
  }
}

/** The share of the runs that showed it, with that interval. */
export const share = (seen: number, runs: number, level: number): Interval & { readonly share: number } =>
  ({ share: seen / runs, ...interval(seen, runs, level) })

/**
 * The one-sided bound on p where no run of n showed the event: (1 − p)^n = 1 − level, p = 1 − (1 − level)^(1/n).
 * Where all n runs agree it bounds the probability that a further run differs: 0.53 for n = 4 at level 0.95.
 */
export const unseenBound = (runs: number, level: number): number => {
  if (!(Number.isInteger(runs) && runs >= 1)) throw new Error(`A number of runs is a whole number ≥ 1, got ${runs}.`)
  return 1 - power(1 - level, 1 / runs)
}
