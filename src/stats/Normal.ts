// The standard normal distribution.
import { exp } from "../linalg/elementary.ts"

const SQRT_2_PI = 2.5066282746310002

export const density = (x: number): number => exp(-0.5 * x * x) / SQRT_2_PI

/** Φ(x) to round-off; the lower tail keeps 12 digits and more however small it is. */
export const cumulative = (x: number): number => {
  if (x > 0) return x < 3 ? 0.5 + density(x) * series(x) : 1 - density(x) * mills(x)
  return x > -3 ? 0.5 - density(x) * series(-x) : density(x) * mills(-x)
}

/** x + x³/3 + x⁵/(3·5) + …, all terms positive. Source: Marsaglia, "Evaluating the normal distribution" (2004). */
const series = (x: number): number => {
  let term = x
  let total = x
  for (let n = 3; term > (total * Number.EPSILON) / 4; n += 2) {
    term *= (x * x) / n
    total += term
  }
  return total
}

/** Mills' ratio (1 − Φ(x))/φ(x) for x ≥ 3: 1/(x + 1/(x + 2/(x + 3/(x + …)))). */
const mills = (x: number): number => {
  let fraction = x
  for (let n = 100; n > 0; n--) fraction = x + n / fraction
  return 1 / fraction
}
