// Φ⁻¹, the quantile function of the standard normal distribution.
import { log } from "../linalg/elementary.ts"
import * as Normal from "./Normal.ts"

/** The x with Φ(x) = p to a few ulps; −∞ and ∞ at 0 and 1. */
export const normalQuantile = (p: number): number => {
  if (!(p >= 0 && p <= 1)) throw new Error(`A probability lies in [0, 1], got ${p}.`)
  if (p === 0) return -Infinity
  return p > 0.5 ? 0 - lowerTail(1 - p) : lowerTail(p)
}

/** For p ≤ ½: Hastings' rational start (Abramowitz & Stegun 26.2.23, good to 4.5e-4), then Halley's method on Φ − p. */
const lowerTail = (p: number): number => {
  if (p === 0) return -Infinity
  const t = Math.sqrt(-2 * log(p))
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  for (let step = 0; step < 3; step++) {
    const newton = (Normal.cumulative(x) - p) / Normal.density(x)
    x -= newton / (1 + (x * newton) / 2)
  }
  return x
}
