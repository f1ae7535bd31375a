// What S runs say about a mean, with everything that a reader needs to judge it.
import * as Binomial from "./Binomial.ts"
import * as Bootstrap from "./Bootstrap.ts"
import type { Interval } from "./Interval.ts"
import { mean } from "./mean.ts"
import * as StudentT from "./StudentT.ts"
import { deviation } from "./variance.ts"

export interface Estimate {
  /** S: it stands beside every band. */
  readonly runs: number
  readonly mean: number
  /** Null for one run. */
  readonly deviation: number | null
  /** Percentile bootstrap over runs; null where all runs agree (one run does), since a band of width zero is a lie. */
  readonly bootstrap: Interval | null
  /** Student's t interval; null where `bootstrap` is. */
  readonly student: Interval | null
  /** Where all runs agree, the exact bound 1 − (1 − level)^(1/S) on the probability that a run differs; else null. */
  readonly differs: number | null
}

/** One value a run, resamples of as many runs, and the confidence level, such as 0.95. */
export const estimate = (values: ArrayLike<number>, draws: Bootstrap.Resamples, level: number): Estimate =>
  estimates(Array.from(values, (value) => [value]), draws, level)[0]!

/** What runs say about each of several quantities, an entry each of their patterns, all from the same resamples. */
export const estimates = (
  patterns: ReadonlyArray<ArrayLike<number>>,
  draws: Bootstrap.Resamples,
  level: number
): ReadonlyArray<Estimate> => {
  const [first] = patterns
  if (first === undefined || patterns.some(({ length }) => length !== first.length)) {
    throw new Error("Patterns are compared entry by entry: give one or more, all of one length.")
  }
  const runs = patterns.length
  // Where all runs agree, x̄ = x to the bit: a sum and a quotient would round.
  const differing = Array.from(first, (_, entry) => entry)
    .filter((entry) => patterns.some((pattern) => pattern[entry] !== first[entry]))
  const intervals = differing.length === 0 ? null
    : Bootstrap.meanIntervals(patterns.map((pattern) => differing.map((entry) => pattern[entry]!)), draws, level)
  const found = Array.from(first, (mean): Estimate => ({
    runs,
    mean,
    deviation: runs === 1 ? null : 0,
    bootstrap: null,
    student: null,
    differs: Binomial.unseenBound(runs, level)
  }))
  differing.forEach((entry, place) => {
    const values = patterns.map((pattern) => pattern[entry]!)
    found[entry] = {
      runs,
      mean: mean(values),
      deviation: deviation(values),
      bootstrap: intervals![place]!,
      student: StudentT.interval(values, level),
      differs: null
    }
  })
  return found
}
