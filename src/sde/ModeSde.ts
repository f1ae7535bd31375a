// The equation that a single mode of SGD follows: a balanced, aligned mode of strength w, of L layers, temperature
// T = η/B and gradient noise of variance C(w) for a single example,
//   dw = [L w^(2−2/L)(s − w) + ½L(L − 1) w^(3−4/L) T C] dt + L w^(2−2/L) √(T C) dB.
// Its layers share their noise, so it is a scalar equation for the weight a of each, w = a^L,
//   da = a^(L−1) [(s − w) dt + √(T C) dB],
// which has no fractional powers and may pass through 0. It is exact for networks of one mode; where several modes
// learn together, each feels the noise of the others too. Source: "Diffusion of SGD on deep linear networks", 2.5.
import { power } from "../linalg/elementary.ts"
import type { Equation } from "./eulerMaruyama.ts"
import * as GradientNoise from "./GradientNoise.ts"

export interface Mode {
  /** L. */
  readonly depth: number
  /** s, the strength that it learns. */
  readonly teacher: number
  /** T = η/B. */
  readonly temperature: number
  readonly noise: GradientNoise.GradientNoise
}

/** The equation of w > 0. */
export const ofStrength = ({ depth, teacher, temperature, noise }: Mode): Equation => {
  const ito = 0.5 * depth * (depth - 1) * temperature
  return {
    drift: (w) =>
      depth * power(w, 2 - 2 / depth) * (teacher - w)
      + ito * power(w, 3 - 4 / depth) * GradientNoise.variance(noise, w),
    diffusion: (w) => depth * power(w, 2 - 2 / depth) * Math.sqrt(temperature * GradientNoise.variance(noise, w))
  }
}

/** The equation of the weight a of each layer: simulate this one, and take w = a^L. */
export const ofLayer = ({ depth, teacher, temperature, noise }: Mode): Equation => ({
  drift: (a) => {
    const others = whole(a, depth - 1)
    return others * (teacher - others * a)
  },
  diffusion: (a) => {
    const others = whole(a, depth - 1)
    return Math.abs(others) * Math.sqrt(temperature * GradientNoise.variance(noise, others * a))
  }
})

/** a^L, for any sign of a. */
export const strengthOf = (depth: number, a: number): number => whole(a, depth)

/** Where its diffusion is largest without label noise, w = s (2L − 2)/(3L − 2): before the mode is learnt. */
export const diffusionPeak = (depth: number, teacher: number): number => (teacher * (2 * depth - 2)) / (3 * depth - 2)

/** L s^(2−2/L), the rate at which a learnt mode relaxes. */
export const relaxation = (depth: number, teacher: number): number => depth * power(teacher, 2 - 2 / depth)

const whole = (a: number, exponent: number): number => {
  let product = 1
  for (let k = 0; k < exponent; k++) product *= a
  return product
}
