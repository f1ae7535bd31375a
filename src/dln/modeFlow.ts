// Gradient flow of a single mode in closed form, for the theory overlay: u is the strength of a mode of the student,
// s that of the teacher, t = η·step. Source: Saxe, McClelland and Ganguli, arXiv 1312.6120.
import { exp, log, power } from "../linalg/elementary.ts"
import { integratedExponential } from "./integratedExponential.ts"

/** A balanced, aligned mode: du/dt = L u^(2−2/L)(s − u). */
export interface Mode {
  /** L ≥ 2. */
  readonly depth: number
  /** s > 0. */
  readonly teacher: number
  /** u(0) > 0, the product of L equal weights. */
  readonly start: number
}

/**
 * The time in which a mode goes from `start` to `end`, which lies between `start` and s: the half-time for `end` = s/2.
 * With y = ln(u/|s − u|) the integral is smooth, and for L = 2 it is a length in y:
 *   t = 1/(L s) ∫ u(y)^(2/L−1) dy.
 */
export const passageTime = (mode: Mode, end: number): number => {
  check(mode)
  const { teacher, start } = mode
  if (end === start) return 0
  if (!((start < end && end < teacher) || (teacher < end && end < start))) {
    throw new Error(`A mode that starts at ${start} passes what lies between there and s = ${teacher}, not ${end}.`)
  }
  return timeBetween(mode, logit(mode, start), logit(mode, end))
}

/** u(t), the inverse of `passageTime`, at times that ascend from 0 or later: a curve costs little more than its last point. */
export const modeStrengths = (mode: Mode, times: ArrayLike<number>): Float64Array => {
  check(mode)
  let y = logit(mode, mode.start)
  let now = 0
  return Float64Array.from(times, (time) => {
    if (time > now) {
      y = later(mode, y, time - now)
      now = time
    }
    return mode.start === mode.teacher ? mode.start : strength(mode, y)
  })
}

/**
 * u(t) = a b of two scalar layers, du/dt = √(c² + 4u²)(s − u) with c = a² − b² conserved: any start, balanced or not,
 * and any s. With ρ = (a + b)² and σ = (a − b)², of product c², u = (ρ − σ)/4 and both obey Riccati equations,
 *   dρ/dt = 2sρ + (c² − ρ²)/2,   dσ/dt = −2sσ + (c² − σ²)/2,
 * whose solutions are quotients of sums of positive terms: nothing cancels on the way out of a saddle.
 */
export const unbalancedStrength = (teacher: number, a: number, b: number, time: number): number => {
  if (teacher < 0) return -unbalancedStrength(-teacher, a, -b, time)
  const rho = (a + b) * (a + b)
  const sigma = (a - b) * (a - b)
  const squared = rho * sigma
  const omega = Math.sqrt(squared + 4 * teacher * teacher)
  const decay = exp(-omega * time)
  const phi = integratedExponential(-omega, time)
  // 1 ± 2s/ω
  const more = omega === 0 ? 1 : 1 + (2 * teacher) / omega
  const less = omega === 0 ? 1 : squared / (omega * (omega + 2 * teacher))
  const grown = rho === 0 ? 0 : (rho * (more + decay * less) + squared * phi) / (less + decay * more + rho * phi)
  const faded = (sigma * (less + decay * more) + squared * phi) / (more + decay * less + sigma * phi)
  return (grown - faded) / 4
}

/** y after a further time, by Newton on t(y), concave for u < s and convex for u > s; the error goes in squares. */
const later = (mode: Mode, from: number, time: number): number => {
  let y = from
  let left = time
  for (let iteration = 0; iteration < 1000; iteration++) {
    if (y >= LEARNT && left >= 0) break
    const next = Math.min(y + left / slope(mode, y), LEARNT)
    left -= timeBetween(mode, y, next)
    const settled = Math.abs(next - y) < 1e-8
    y = next
    if (settled) break
  }
  return y
}

/** y beyond which u = s to the last bit. */
const LEARNT = 40

/** y = ln(u/|s − u|). */
const logit = ({ teacher }: Mode, u: number): number => log(u / Math.abs(teacher - u))

/** u = s/(1 ± e^{−y}), + for a mode that grows. */
const strength = ({ teacher, start }: Mode, y: number): number =>
  teacher / (start < teacher ? 1 + exp(-y) : 1 - exp(-y))

/** dt/dy = u^(2/L−1)/(L s). */
const slope = (mode: Mode, y: number): number =>
  power(strength(mode, y), 2 / mode.depth - 1) / (mode.depth * mode.teacher)

/** ∫ dt/dy dy by Gauss–Legendre of 8 points, on panels well clear of the singular points y = ±πi and (u > s) 0. */
const timeBetween = (mode: Mode, from: number, to: number): number => {
  if (to < from) return -timeBetween(mode, to, from)
  let total = 0
  for (let low = from; low < to;) {
    const high = Math.min(to, low + (mode.start < mode.teacher ? 1 : Math.min(1, low / 2)))
    const half = (high - low) / 2
    for (const [node, weight] of GAUSS_LEGENDRE) {
      total += half * weight * (slope(mode, low + half * (1 - node)) + slope(mode, low + half * (1 + node)))
    }
    low = high
  }
  return total
}

/** Nodes and weights on [−1, 1], Abramowitz and Stegun, table 25.4; each node stands for ±node. */
const GAUSS_LEGENDRE = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763]
] as const

const check = ({ depth, teacher, start }: Mode): void => {
  if (!(depth >= 2 && teacher > 0 && start > 0)) {
    throw new Error(`A mode flows so for L ≥ 2, s > 0 and u(0) > 0, got L = ${depth}, s = ${teacher}, u(0) = ${start}.`)
  }
}
