// How far GD's pattern lies from the mean pattern of S SGD runs: d = Σ_{i≤j} w_ij |x_ij^GD − mean x_ij^SGD|, which is
// d_r for ranks, d_m for multiplicities, d_σ for logarithms of singular values (protocol §1.1, §1.3).
//
// A bootstrap band of such a sum of absolute values nearly always excludes 0, even where GD is one more draw of SGD's
// law: resampled means scatter about their centre, and scatter only adds. So d is to be judged against its null, the
// distances of each SGD run from the mean of the others, and never against 0.
import * as Binomial from "../stats/Binomial.ts"
import * as Bootstrap from "../stats/Bootstrap.ts"
import type { Interval } from "../stats/Interval.ts"
import { mean as meanOf } from "../stats/mean.ts"
import { ofSorted } from "../stats/quantile.ts"

export interface PatternDistance {
  /** S. */
  readonly runs: number
  readonly distance: number
  /** Percentile bootstrap over runs; null where all SGD runs have the same pattern (one run does). */
  readonly band: Interval | null
  /** Mean over runs of the distance from the mean of the other runs; null for one run. */
  readonly nullMean: number | null
  /** The central `level` of those S distances; null for one run, and for two, which are equally far from each other. */
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
): PatternDistance => patternDistances(gd, sgd, draws, level, [weights])[0]!

/** The same for several weightings of the entries at once: each resample is averaged once for all of them. */
export const patternDistances = (
  gd: Float64Array,
  sgd: ReadonlyArray<Float64Array>,
  draws: Bootstrap.Resamples,
  level: number,
  weightings: ReadonlyArray<Float64Array>
): ReadonlyArray<PatternDistance> => {
  const runs = sgd.length
  if (runs === 0 || runs !== draws.runs || [...sgd, ...weightings].some((pattern) => pattern.length !== gd.length)) {
    throw new Error(
      "A pattern distance needs patterns and weights of one length, and resamples of as many runs: got "
        + `${runs} runs, resamples of ${draws.runs}, and lengths ${[gd, ...weightings, ...sgd].map(({ length }) => length)}.`
    )
  }
  const others = Int32Array.from({ length: runs }, (_, s) => s)
  const mean = new Float64Array(gd.length)
  const away = weightings.map((weights) => {
    // Where the runs that count agree, their mean is theirs to the bit: a sum and a quotient would round.
    const agree = sgd.every((pattern) => pattern.every((value, entry) => weights[entry] === 0 || value === sgd[0]![entry]))
    return { weights, agree, nulls: [] as Array<number> }
  })
  if (runs > 1) {
    for (const [s, pattern] of sgd.entries()) {
      meanPattern(sgd, others.filter((other) => other !== s), mean)
      for (const { nulls, weights } of away) nulls.push(distance(pattern, mean, weights))
    }
  }
  const apart = away.filter(({ agree }) => !agree)
  const bands = apart.length === 0 ? []
    : Bootstrap.distanceIntervals(gd, sgd, apart.map(({ weights }) => weights), draws, level)
  meanPattern(sgd, others, mean)
  return away.map((one) => ({
    runs,
    distance: distance(gd, one.agree ? sgd[0]! : mean, one.weights),
    band: bands[apart.indexOf(one)] ?? null,
    nullMean: runs === 1 ? null : meanOf(one.nulls),
    nullBand: runs <= 2 ? null : central(one.nulls, level),
    differs: one.agree ? Binomial.unseenBound(runs, level) : null
  }))
}

const central = (values: ArrayLike<number>, level: number): Interval => {
  const ascending = Float64Array.from(values).sort()
  return { low: ofSorted(ascending, (1 - level) / 2), high: ofSorted(ascending, (1 + level) / 2) }
}

/** Σ_e w_e |a_e − b_e|. */
const distance = (a: Float64Array, b: Float64Array, weights: Float64Array): number => {
  let total = 0
  for (let entry = 0; entry < a.length; entry++) total += weights[entry]! * Math.abs(a[entry]! - b[entry]!)
  return total
}

/** Puts the entrywise mean of the chosen runs, counted from 0, into `mean`; a run may be chosen more than once. */
const meanPattern = (patterns: ReadonlyArray<Float64Array>, chosen: Int32Array, mean: Float64Array): void => {
  mean.fill(0)
  for (let s = 0; s < chosen.length; s++) {
    const pattern = patterns[chosen[s]!]!
    for (let entry = 0; entry < mean.length; entry++) mean[entry] = mean[entry]! + pattern[entry]!
  }
  for (let entry = 0; entry < mean.length; entry++) mean[entry] = mean[entry]! / chosen.length
}
