// Means over resampled runs by a compiled kernel, which is given numbers whose sums stay finite.

import * as reference from "../reference/resampling.ts"
import type { Resamples } from "../reference/resampling.ts"

export { reference }

export type Resampling = typeof reference

type Drawn = readonly [runs: number, indices: Int32Array, times: Int32Array, ranks: Int32Array, found: Float64Array]

/** What a kernel offers: it fills `found`. */
export interface CompiledResampling {
  readonly resampledMeans: (values: Float64Array, ...drawn: Drawn) => void
  readonly resampledDistances: (
    pattern: Float64Array,
    patterns: Float64Array,
    weightings: Float64Array,
    ...drawn: Drawn
  ) => void
}

export const resamplingOf = (compiled: CompiledResampling): Resampling => ({
  resampledMeans: (values, draws, ranks) => {
    const { indices, runs, times } = draws
    if (!fit(values, draws, ranks)) return reference.resampledMeans(values, draws, ranks)
    const found = new Float64Array((values.length / runs) * ranks.length)
    compiled.resampledMeans(values, runs, indices, times, ranks, found)
    return found
  },
  resampledDistances: (pattern, patterns, weightings, draws, ranks) => {
    const { indices, runs, times } = draws
    const fits = pattern.length > 0 && patterns.length === runs * pattern.length &&
      Number.isInteger(weightings.length / pattern.length) && [pattern, weightings].every(isModest)
    if (!fits || !fit(patterns, draws, ranks)) return reference.resampledDistances(pattern, patterns, weightings, draws, ranks)
    const found = new Float64Array((weightings.length / pattern.length) * ranks.length)
    compiled.resampledDistances(pattern, patterns, weightings, runs, indices, times, ranks, found)
    return found
  }
})

export const drawsOf = (times: Int32Array): number => times.reduce((sum, each) => sum + each, 0)

/** Whether every index names a run and every rank a draw, and sums of the values stay finite. */
const fit = (values: Float64Array, draws: Resamples, ranks: Int32Array): boolean =>
  values.length > 0 && Number.isInteger(values.length / draws.runs) && isModest(values) && isSound(draws) &&
  ranks.every((rank, k) => rank >= (ranks[k - 1] ?? 0)) && !(ranks.at(-1)! >= drawsOf(draws.times))

const isModest = (values: Float64Array): boolean => {
  for (let k = 0; k < values.length; k++) if (!(Math.abs(values[k]!) < 1e100)) return false
  return true
}

/** Resamples are drawn once and used again and again. */
const sound = new WeakSet<Resamples>()

const isSound = (draws: Resamples): boolean => {
  const { count, indices, runs, times } = draws
  if (sound.has(draws)) return true
  const isWhole = indices.length === count * runs && times.length === count && times.every((each) => each > 0) &&
    indices.every((run) => run >= 0 && run < runs)
  if (isWhole) sound.add(draws)
  return isWhole
}
