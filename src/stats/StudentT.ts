// Student's t distribution, and the interval it gives for the mean of a normal sample:
// beside a bootstrap over few runs, which covers too little, the honest width.
import * as Beta from "./Beta.ts"
import type { Interval } from "./Interval.ts"
import { mean } from "./mean.ts"
import { standardError } from "./variance.ts"

/** P(T ≤ t), ν degrees of freedom: 1 − ½ I_{ν/(ν+t²)}(ν/2, ½) for t ≥ 0. */
export const cumulative = (t: number, freedom: number): number => {
  const tail = Beta.cumulative(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
  return t < 0 ? tail : 1 - tail
}

/** The t with P(T ≤ t) = probability, for 0 < probability < 1; asked for again and again, it is found once. */
export const quantile = (probability: number, freedom: number): number => {
  const asked = `${probability} ${freedom}`
  const t = known.get(asked) ?? found(probability, freedom)
  known.set(asked, t)
  return t
}

const known = new Map<string, number>()

const found = (probability: number, freedom: number): number => {
  if (!(probability > 0 && probability < 1)) throw new Error(`t is finite inside (0, 1) alone, got ${probability}.`)
  if (probability < 0.5) return -found(1 - probability, freedom)
  // The smaller of ν/(ν + t²) and t²/(ν + t²) is solved for: it keeps its digits.
  if (probability < 0.75) {
    const y = Beta.quantile(2 * probability - 1, 0.5, freedom / 2)
    return Math.sqrt((freedom * y) / (1 - y))
  }
  const x = Beta.quantile(2 * (1 - probability), freedom / 2, 0.5)
  return Math.sqrt((freedom * (1 - x)) / x)
}

/** x̄ ± t s/√n at confidence `level`, for the mean of which the values are a sample; null for one value. */
export const interval = (values: ArrayLike<number>, level: number): Interval | null => {
  const error = standardError(values)
  if (error === null) return null
  const centre = mean(values)
  const width = quantile((1 + level) / 2, values.length - 1) * error
  return { low: centre - width, high: centre + width }
}
