// The beta distribution, whose distribution function is the regularised incomplete beta function I_x(a, b).
// Student's t and the exact binomial interval rest on it.
import { exp, log } from "../linalg/elementary.ts"
import { logGamma } from "./logGamma.ts"

/** I_x(a, b) for x in [0, 1] and a, b > 0. */
export const cumulative = (x: number, a: number, b: number): number => {
  if (!(x >= 0 && x <= 1)) throw new Error(`The beta distribution lives on [0, 1], got ${x}.`)
  if (x === 0 || x === 1) return x
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x))
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b
}

/** The x with I_x(a, b) = probability, by bisection down to neighbouring doubles. */
export const quantile = (probability: number, a: number, b: number): number => {
  if (!(probability >= 0 && probability <= 1)) throw new Error(`A probability lies in [0, 1], got ${probability}.`)
  if (probability === 0 || probability === 1) return probability
  let low = 0
  let high = 1
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle === low || middle === high) return middle
    if (cumulative(middle, a, b) < probability) low = middle
    else high = middle
  }
}

/** 1/(1 + d_1/(1 + d_2/(1 + …))), Abramowitz and Stegun 26.5.8, by Lentz's method; fast for x < (a + 1)/(a + b + 2). */
const continuedFraction = (x: number, a: number, b: number): number => {
  const tiny = 1e-300
  const awayFromZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    const factor = d * c
    fraction *= factor
    if (Math.abs(factor - 1) < Number.EPSILON) return fraction
  }
  throw new Error(`I_x(a, b) did not converge at x = ${x}, a = ${a}, b = ${b}.`)
}
