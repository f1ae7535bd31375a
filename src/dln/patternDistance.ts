// How far GD's pattern lies from the mean pattern of S SGD runs: d = Σ_{i≤j} w_ij |x_ij^GD − mean x_ij^SGD|, which is
// d_r for ranks, d_m for multiplicities, d_σ for logarithms of singular values (protocol §1.1, §1.3).
//
// A bootstrap band of such a sum of absolute values nearly always excludes 0, even where GD is one more draw of SGD's
// law: resampled means scatter about their centre, and scatter only adds. So d is to be judged against its null, the
// distances of each SGD run from the mean of the others, and never against 0.
import * as Binomial from "../stats/Binomial.ts"
import * as Bootstrap from "../stats/Bootstrap.ts"
import type { Interval } from "../stats/Interval.ts"
import { mean } from "../stats/mean.ts"
import { quantile } from "../stats/quantile.ts"

export interface PatternDistance {
  /** S. */
  readonly runs: number
  readonly distance: number
  /** Percentile bootstrap over runs; null where all SGD runs have the same pattern (one run does). */
  readonly band: Interval | null
  /** Mean over runs of the distance from the mean of the other runs; null for one run. */
  readonly nullMean: number | null
  /** The central `level` of those S distances; null for one run. */
  readonly nullBand: Interval | null
  /** Where all SGD runs have the same pattern, the exact bound on the probability of a run that differs; else null. */
  readonly differs: number | null
}

/** GD against S SGD runs, with resamples of as many runs; weights are 1 unless given, one an entry. */
export const patternDistance = (
  gd: Float64Array,
  sgd: ReadonlyArray<Float64Array>,
  draws: Bootstrap.Resamples,
  level: number,
  weights: Float64Array = new Float64Array(gd.length).fill(1)
): PatternDistance => {
  const runs = sgd.length
  if (runs === 0 || runs !== draws.runs || [...sgd, weights].some((pattern) => pattern.length !== gd.length)) {
    throw new Error(
      "A pattern distance needs patterns and weights of one length, and resamples of as many runs: got "
        + `${runs} runs, resamples of ${draws.runs}, and lengths ${[gd, weights, ...sgd].map(({ length }) => length)}.`
    )
  }
  const others = Int32Array.from({ length: runs }, (_, s) => s)
  const nulls = runs === 1
    ? null
    : sgd.map((pattern, s) => distance(pattern, meanPattern(sgd, others.filter((other) => other !== s)), weights))
  const agree = sgd.every((pattern) => pattern.every((value, entry) => value === sgd[0]![entry]))
  return {
    runs,
    distance: distance(gd, agree ? sgd[0]! : meanPattern(sgd, others), weights),
    band: agree ? null : Bootstrap.interval(draws, level, (chosen) => distance(gd, meanPattern(sgd, chosen), weights)),
    nullMean: nulls === null ? null : mean(nulls),
    nullBand: nulls === null
      ? null
      : { low: quantile(nulls, (1 - level) / 2), high: quantile(nulls, (1 + level) / 2) },
    differs: agree ? Binomial.unseenBound(runs, level) : null
  }
}

/** Σ_e w_e |a_e − b_e|. */
const distance = (a: Float64Array, b: Float64Array, weights: Float64Array): number => {
  let total = 0
  for (let entry = 0; entry < a.length; entry++) total += weights[entry]! * Math.abs(a[entry]! - b[entry]!)
  return total
}

/** The entrywise mean of the chosen runs, counted from 0; a run may be chosen more than once. */
const meanPattern = (patterns: ReadonlyArray<Float64Array>, chosen: Int32Array): Float64Array => {
  const total = new Float64Array(patterns[0]!.length)
  for (const run of chosen) {
    const pattern = patterns[run]!
    for (let entry = 0; entry < total.length; entry++) total[entry] = total[entry]! + pattern[entry]!
  }
  return total.map((value) => value / chosen.length)
}
