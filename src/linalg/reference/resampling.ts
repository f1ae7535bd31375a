// Means over resampled runs, of many quantities and resamples at once: what the bootstrap is made of.

/** Resamples of `runs` runs: the `count` different ones, which are looked at once each however often they were drawn. */
export interface Resamples {
  readonly runs: number
  readonly count: number
  /** Row q (count × runs) holds the runs, from 0, of resample q in the order in which they were drawn. */
  readonly indices: Int32Array
  /** How often resample q was drawn. */
  readonly times: Int32Array
}

/**
 * Order statistics over all draws, (quantities × ranks), of the means of finite `values`, (runs × quantities). `ranks`
 * ascend, from 0 for the least mean on.
 */
export const resampledMeans = (values: Float64Array, draws: Resamples, ranks: Int32Array): Float64Array => {
  const { count, indices, runs } = draws
  const quantities = values.length / runs
  const means = new Float64Array(count)
  const found = new Float64Array(quantities * ranks.length)
  for (let quantity = 0; quantity < quantities; quantity++) {
    for (let q = 0; q < count; q++) {
      let total = 0
      for (let s = q * runs; s < (q + 1) * runs; s++) total += values[indices[s]! * quantities + quantity]!
      means[q] = total / runs + 0 // turns −0 into 0
    }
    found.set(orderStatistics(means, draws, ranks), quantity * ranks.length)
  }
  return found
}

/**
 * Order statistics over all draws, (weightings × ranks), of the distances Σ_e w_e |x_e − ȳ_e| for each weighting w of the
 * entries, ȳ the mean of a resample of the patterns y. `pattern` is x; `patterns`, (runs × entries), and `weightings`,
 * (weightings × entries), hold one row after another.
 */
export const resampledDistances = (
  pattern: Float64Array,
  patterns: Float64Array,
  weightings: Float64Array,
  draws: Resamples,
  ranks: Int32Array
): Float64Array => {
  const { count, indices, runs } = draws
  const entries = pattern.length
  const weighted = entries === 0 ? 0 : weightings.length / entries
  const distances = new Float64Array(weighted * count)
  const mean = new Float64Array(entries)
  for (let q = 0; q < count; q++) {
    mean.fill(0)
    for (let s = q * runs; s < (q + 1) * runs; s++) {
      const from = indices[s]! * entries
      for (let e = 0; e < entries; e++) mean[e]! += patterns[from + e]!
    }
    for (let e = 0; e < entries; e++) mean[e]! /= runs
    for (let at = q, from = 0; at < distances.length; at += count, from += entries) {
      let total = 0
      for (let e = 0; e < entries; e++) total += weightings[from + e]! * Math.abs(pattern[e]! - mean[e]!)
      distances[at] = total + 0 // turns −0 into 0
    }
  }
  const found = new Float64Array(weighted * ranks.length)
  for (let w = 0; w < weighted; w++) {
    found.set(orderStatistics(distances.subarray(w * count, (w + 1) * count), draws, ranks), w * ranks.length)
  }
  return found
}

/** Of one value a resample, as often as it was drawn. */
const orderStatistics = (values: Float64Array, { times }: Resamples, ranks: Int32Array): Float64Array => {
  const drawn = new Float64Array(times.reduce((sum, each) => sum + each, 0))
  values.reduce((at, value, q) => (drawn.fill(value, at, at + times[q]!), at + times[q]!), 0)
  drawn.sort()
  return Float64Array.from(ranks, (rank) => drawn[rank]!)
}
