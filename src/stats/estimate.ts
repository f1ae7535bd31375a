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
export const estimate = (values: ArrayLike<number>, draws: Bootstrap.Resamples, level: number): Estimate => {
  const runs = values.length
  const [first = mean(values)] = Array.from(values)
  // Where all runs agree, x̄ = x to the bit: a sum and a quotient would round.
  return Array.prototype.every.call(values, (value) => value === first)
    ? {
      runs,
      mean: first,
      deviation: runs === 1 ? null : 0,
      bootstrap: null,
      student: null,
      differs: Binomial.unseenBound(runs, level)
    }
    : {
      runs,
      mean: mean(values),
      deviation: deviation(values),
      bootstrap: Bootstrap.meanInterval(values, draws, level),
      student: StudentT.interval(values, level),
      differs: null
    }
}
