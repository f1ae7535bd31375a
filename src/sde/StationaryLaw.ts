// The law that paths of a scalar Itô equation dx = b dt + g dB settle to: with no flux, the Fokker–Planck equation has
//   p(x) ∝ g(x)^(−2) exp(∫ 2b/g² dx),
// found on an interval by quadrature. For a mode of SGD it is
//   w^(−3(1−1/L)) C^(−1) exp(−(2/TL) ∫ (w − s)/(w^(2−2/L) C) dw).
import { exp, log } from "../linalg/elementary.ts"
import type { Equation } from "./eulerMaruyama.ts"

export interface StationaryLaw {
  /** Points of the interval, evenly spaced; there the density, and the probability to lie below. */
  readonly points: Float64Array
  readonly density: Float64Array
  readonly cumulative: Float64Array
  readonly mean: number
  readonly variance: number
}

/**
 * The law on [low, high], on which g > 0, of `cells` cells: paths must not leave the interval but rarely, and a cell
 * must be small beside the width of the law. Simpson's rule for the exponent and on each cell for the density.
 */
export const make = ({ drift, diffusion }: Equation, low: number, high: number, cells = 2000): StationaryLaw => {
  if (!(low < high && cells >= 1)) {
    throw new Error(`A law lives on an interval, got [${low}, ${high}] in ${cells} cells: give low < high.`)
  }
  // Each cell has its two ends and its middle: an even number of half cells.
  const at = (k: number): number => low + ((high - low) * k) / (2 * cells)
  const half = (high - low) / (2 * cells)
  const logs = new Float64Array(2 * cells + 1)
  const force = (x: number): number => (2 * drift(x)) / (diffusion(x) * diffusion(x))
  let exponent = 0
  for (let k = 0; k < logs.length; k++) {
    if (k > 0) exponent += (half / 6) * (force(at(k - 1)) + 4 * force(at(k) - half / 2) + force(at(k)))
    logs[k] = exponent - 2 * log(diffusion(at(k)))
  }
  const top = logs.reduce((most, value) => Math.max(most, value), -Infinity)
  if (!Number.isFinite(top)) {
    throw new Error("A law needs noise everywhere on its interval: g is 0, or not finite, at some point of it.")
  }
  const weights = logs.map((value) => exp(value - top))
  const masses = Float64Array.from({ length: cells }, (_, cell) =>
    (half / 3) * (weights[2 * cell]! + 4 * weights[2 * cell + 1]! + weights[2 * cell + 2]!))
  const cumulative = new Float64Array(cells + 1)
  masses.forEach((mass, cell) => (cumulative[cell + 1] = cumulative[cell]! + mass))
  const total = cumulative[cells]!
  const moment = (power: (x: number) => number): number => {
    let sum = 0
    for (let cell = 0; cell < cells; cell++) {
      const [a, b, c] = [2 * cell, 2 * cell + 1, 2 * cell + 2]
      sum += (half / 3) * (weights[a]! * power(at(a)) + 4 * weights[b]! * power(at(b)) + weights[c]! * power(at(c)))
    }
    return sum / total
  }
  const centre = moment((x) => x)
  return {
    points: Float64Array.from({ length: cells + 1 }, (_, cell) => at(2 * cell)),
    density: Float64Array.from({ length: cells + 1 }, (_, cell) => weights[2 * cell]! / total),
    cumulative: cumulative.map((mass) => mass / total),
    mean: centre,
    variance: moment((x) => (x - centre) * (x - centre))
  }
}

/** P(X ≤ x): linear within a cell, 0 and 1 beyond the interval. */
export const probabilityBelow = ({ points, cumulative }: StationaryLaw, x: number): number => {
  const cells = points.length - 1
  const place = ((x - points[0]!) / (points[cells]! - points[0]!)) * cells
  if (place <= 0) return 0
  if (place >= cells) return 1
  const cell = Math.floor(place)
  return cumulative[cell]! + (place - cell) * (cumulative[cell + 1]! - cumulative[cell]!)
}
