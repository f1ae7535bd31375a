// Whether several Markov chains agree, and how many independent draws they are worth: rank-normalized split-R̂ and
// effective sample sizes. Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner, "Rank-normalization, folding, and
// localization: an improved R̂" (Bayesian Analysis, 2021). A chain is the draws of one scalar quantity, in order.
// Everything is null where a chain has fewer than four draws, or where no draw differs from another.
import { log } from "../linalg/elementary.ts"
import { mean } from "./mean.ts"
import { normalQuantile } from "./normalQuantile.ts"
import { quantile } from "./quantile.ts"
import { variance } from "./variance.ts"

export type Chains = ReadonlyArray<Float64Array>

/** The larger of split-R̂ of the ranks and of the folded ranks |x − median|: chains that agree have less than 1.01. */
export const rHat = (chains: Chains): number | null => {
  const all = pooled(chains)
  if (all === null) return null
  const median = quantile(all, 0.5)
  const folded = chains.map((chain) => chain.map((x) => Math.abs(x - median)))
  const [bulk, tail] = [chains, folded].map((draws) => basicRHat(rankNormalized(split(draws))))
  return tail === null ? bulk! : Math.max(bulk!, tail!)
}

/** The number of independent draws that would know the centre of the distribution as well. */
export const bulkSize = (chains: Chains): number | null =>
  pooled(chains) === null ? null : effectiveSize(rankNormalized(split(chains)))

/** The same of the 5 % and the 95 % quantile: the smaller one. */
export const tailSize = (chains: Chains): number | null => {
  const all = pooled(chains)
  if (all === null) return null
  const sizes = [0.05, 0.95].map((probability) => {
    const bound = quantile(all, probability)
    return effectiveSize(split(chains.map((chain) => chain.map((x) => (x <= bound ? 1 : 0)))))
  })
  return sizes.includes(null) ? null : Math.min(...sizes.map(Number))
}

/** √(((N − 1) W + B)/(N W)) of M chains as they are: W the mean variance within them, B/N that of their means. */
export const basicRHat = (chains: Chains): number | null => {
  const n = chains[0]!.length
  const within = mean(chains.map((chain) => variance(chain)!))
  const between = variance(chains.map(mean)) ?? 0
  return within === 0 ? null : Math.sqrt((n - 1) / n + between / within)
}

/**
 * M N/τ of M chains as they are, τ = −1 + 2 Σ ρ_t over lags by Geyer's initial positive and monotone sequence of pairs,
 * ρ_t = 1 − (W − mean autocovariance at t)/var⁺, and no more than M N log₁₀(M N).
 */
export const effectiveSize = (chains: Chains): number | null => {
  const n = chains[0]!.length
  const total = chains.length * n
  const centred = chains.map((chain) => {
    const centre = mean(chain)
    return chain.map((x) => x - centre)
  })
  const autocovariance = (lag: number): number => mean(centred.map((x) => laggedSum(x, lag) / n))
  const within = (autocovariance(0) * n) / (n - 1)
  const plus = (within * (n - 1)) / n + (variance(chains.map(mean)) ?? 0)
  if (plus === 0) return null
  const correlation = (lag: number): number => 1 - (within - autocovariance(lag)) / plus

  const pairs: Array<[even: number, odd: number]> = [[1, correlation(1)]]
  for (let lag = 2; lag < n - 2 && pairs.at(-1)![0] + pairs.at(-1)![1] > 0; lag += 2) {
    pairs.push([correlation(lag), correlation(lag + 1)])
  }
  // The last pair gives its even term alone, if that is positive: a better estimate where odd lags are negative.
  const [last] = pairs.pop()!
  for (let k = 1; k < pairs.length; k++) {
    const before = pairs[k - 1]![0] + pairs[k - 1]![1]
    if (pairs[k]![0] + pairs[k]![1] > before) pairs[k] = [before / 2, before / 2]
  }
  const sum = pairs.reduce((sum, [even, odd]) => sum + even + odd, 0)
  const time = -1 + 2 * sum + Math.max(last, 0)
  return total / Math.max(time, LOG_10 / log(total))
}

const LOG_10 = 2.302585092994046

const laggedSum = (x: Float64Array, lag: number): number => {
  let sum = 0
  for (let t = lag; t < x.length; t++) sum += x[t]! * x[t - lag]!
  return sum
}

/** Each chain as two of half its length; the middle draw of an odd number is left out. */
const split = (chains: Chains): Chains =>
  chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2)
    return [chain.subarray(0, half), chain.subarray(chain.length - half)]
  })

/** Φ⁻¹((rank − 3/8)/(S + 1/4)) among the S draws of all chains; draws that are equal share their mean rank. */
const rankNormalized = (chains: Chains): Chains => {
  const all = concatenated(chains)
  const order = Uint32Array.from(all, (_, index) => index).sort((a, b) => all[a]! - all[b]!)
  const scores = new Float64Array(all.length)
  for (let from = 0, to = 0; from < all.length; from = to) {
    while (to < all.length && all[order[to]!] === all[order[from]!]) to++
    const score = normalQuantile(((from + 1 + to) / 2 - 0.375) / (all.length + 0.25))
    for (let k = from; k < to; k++) scores[order[k]!] = score
  }
  const length = chains[0]!.length
  return chains.map((_, m) => scores.subarray(m * length, (m + 1) * length))
}

const concatenated = (chains: Chains): Float64Array => Float64Array.from(chains.flatMap((chain) => [...chain]))

/** All draws; null where they say nothing. Refuses chains of different lengths. */
const pooled = (chains: Chains): Float64Array | null => {
  const [first] = chains
  if (first === undefined || chains.some((chain) => chain.length !== first.length)) {
    throw new Error("Chains are compared draw by draw: give one or more, all of one length.")
  }
  const all = concatenated(chains)
  return first.length < 4 || all.every((x) => x === all[0]) ? null : all
}
