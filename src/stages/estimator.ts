/** Estimates over runs with one set of resamples for each number of runs, so that what belongs together stays so. */
import * as Random from "../linalg/Random.ts"
import * as Bootstrap from "../stats/Bootstrap.ts"
import { type Estimate, estimate, estimates } from "../stats/estimate.ts"

interface Interval {
  /** Resamples. */
  readonly bootstrap: number
  readonly level: number
  readonly seed: number
}

/** The resamples of so many runs, 1 or more. */
export const resampler = ({ bootstrap, seed }: Interval): ((runs: number) => Bootstrap.Resamples) => {
  const drawn = new Map<number, Bootstrap.Resamples>()
  return (runs) => {
    const known = drawn.get(runs) ?? Bootstrap.resamples(Random.stream(seed, "bootstrap"), runs, bootstrap)
    drawn.set(runs, known)
    return known
  }
}

/** What one value a run says about their mean; undefined where no run has one. */
export const estimator = (interval: Interval): ((values: ReadonlyArray<number>) => Estimate | undefined) => {
  const drawsOf = resampler(interval)
  return (values) => values.length === 0 ? undefined : estimate(values, drawsOf(values.length), interval.level)
}

/** What the patterns of several runs say about the mean of each entry; nothing where there are no runs. */
export const patternEstimator = (
  interval: Interval
): ((patterns: ReadonlyArray<ArrayLike<number>>) => ReadonlyArray<Estimate>) => {
  const drawsOf = resampler(interval)
  return (patterns) => patterns.length === 0 ? [] : estimates(patterns, drawsOf(patterns.length), interval.level)
}
