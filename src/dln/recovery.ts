// Whether a rank estimator finds a rank that is known, over many draws of noise (protocol I), and the thresholds ε for
// which it does so reliably.
import * as Binomial from "../stats/Binomial.ts"
import type { Interval } from "../stats/Interval.ts"
import { mean } from "../stats/mean.ts"
import { variance } from "../stats/variance.ts"
import { plateaus, widest } from "./plateau.ts"

export interface Recovery {
  readonly draws: number
  /** Draws in which the rank was found, their share, and Clopper and Pearson's interval for its probability. */
  readonly recovered: number
  readonly share: number
  readonly interval: Interval
  /** Of the ranks found. */
  readonly mean: number
  /** Null for one draw. */
  readonly variance: number | null
}

/** The rank found in each draw, against the true one. */
export const recovery = (found: ReadonlyArray<number>, rank: number, level: number): Recovery => {
  const recovered = found.filter((one) => one === rank).length
  return {
    draws: found.length,
    recovered,
    share: recovered / found.length,
    interval: Binomial.interval(recovered, found.length, level),
    mean: mean(found),
    variance: variance(found)
  }
}

export interface Admissible extends Interval {
  /** The ε of the grid next below `low`, which is not admissible: the bound lies between; null at the grid's end. */
  readonly below: number | null
  /** The one next above `high`. */
  readonly above: number | null
}

/** The widest run of ε, on an ascending grid, that the estimator passes at; null if it passes at none. */
export const admissible = (epsilons: ReadonlyArray<number>, passes: ReadonlyArray<boolean>): Admissible | null => {
  const best = widest(plateaus(epsilons, passes).filter(({ conclusion }) => conclusion))
  if (best === null) return null
  return {
    low: best.low,
    high: best.high,
    below: epsilons.findLast((epsilon) => epsilon < best.low) ?? null,
    above: epsilons.find((epsilon) => epsilon > best.high) ?? null
  }
}

/** The fewest draws that can show a probability of at least `required` at confidence `level`: all of them recover. */
export const fewestDraws = (required: number, level: number): number => {
  let draws = 1
  while (Binomial.interval(draws, draws, level).low < required) draws++
  return draws
}
