// The spread of a sample. One value has none: null, never 0 and never NaN.
import { mean, sum } from "./mean.ts"

/** Σ(x − x̄)²/(n − 1), unbiased, in two passes. */
export const variance = (values: ArrayLike<number>): number | null => {
  const centre = mean(values)
  if (values.length < 2) return null
  return sum(Float64Array.from(values, (value) => (value - centre) * (value - centre))) / (values.length - 1)
}

/** √variance, in the unit of the values. */
export const deviation = (values: ArrayLike<number>): number | null => {
  const square = variance(values)
  return square === null ? null : Math.sqrt(square)
}

/** Standard error of the mean, √(variance/n). */
export const standardError = (values: ArrayLike<number>): number | null => {
  const square = variance(values)
  return square === null ? null : Math.sqrt(square / values.length)
}
