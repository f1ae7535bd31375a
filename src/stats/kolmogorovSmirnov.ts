// How far a sample lies from a distribution: the largest distance of the two distribution functions.
import { log } from "../linalg/elementary.ts"

/** sup_x |F_n(x) − F(x)|, F_n the distribution function of the sample and F a continuous one. */
export const kolmogorovSmirnov = (sample: ArrayLike<number>, cumulative: (x: number) => number): number => {
  if (sample.length === 0) throw new Error("The distance of no sample is not defined: give at least one value.")
  let distance = 0
  Float64Array.from(sample).sort().forEach((x, index) => {
    const expected = cumulative(x)
    distance = Math.max(distance, expected - index / sample.length, (index + 1) / sample.length - expected)
  })
  return distance
}

/**
 * √(ln(2/(1 − level))/(2n)): n independent draws of F lie nearer than this with probability `level` or more,
 * for every n and F. Source: Massart, "The tight constant in the Dvoretzky–Kiefer–Wolfowitz inequality" (1990).
 */
export const bound = (size: number, level: number): number => Math.sqrt(log(2 / (1 - level)) / (2 * size))
