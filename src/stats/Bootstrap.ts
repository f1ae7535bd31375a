// The percentile bootstrap over runs: whole runs are drawn anew with replacement, never single entries of a run,
// since the entries of one run belong together. It covers too little for few runs (a nominal 95 % interval of the
// mean of normal runs: 80 % for 4 runs, 88 % for 8, 93 % for 32): print the number of runs, and Student's t beside it.
import * as Random from "../linalg/Random.ts"
import type { Interval } from "./Interval.ts"
import { ofSorted } from "./quantile.ts"

/** `count` resamples of `runs` runs: row q of `indices` (count × runs) holds the runs, from 0, of resample q. */
export interface Resamples {
  readonly runs: number
  readonly count: number
  readonly indices: Int32Array
}

/** The same resamples for the same stream. Drawn once and used for every quantity, they keep its entries together. */
export const resamples = (stream: Random.Stream, runs: number, count: number): Resamples => ({
  runs,
  count,
  indices: Random.integers(stream, 0, count * runs, runs)
})

/** The central `level` of a statistic's values over all resamples; null for fewer than two runs. */
export const interval = (
  draws: Resamples,
  level: number,
  statistic: (runs: Int32Array) => number
): Interval | null => {
  if (draws.runs < 2) return null
  const values = new Float64Array(draws.count)
  for (let q = 0; q < draws.count; q++) {
    values[q] = statistic(draws.indices.subarray(q * draws.runs, (q + 1) * draws.runs))
  }
  values.sort()
  return { low: ofSorted(values, (1 - level) / 2), high: ofSorted(values, (1 + level) / 2) }
}

/** The interval of the mean of one value a run. */
export const meanInterval = (values: ArrayLike<number>, draws: Resamples, level: number): Interval | null => {
  if (values.length !== draws.runs) {
    throw new Error(`The resamples are of ${draws.runs} runs, the values of ${values.length}: draw them for as many.`)
  }
  return interval(draws, level, (runs) => {
    let total = 0
    for (let s = 0; s < runs.length; s++) total += values[runs[s]!]!
    return total / runs.length
  })
}
