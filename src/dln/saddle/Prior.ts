// The prior π(Z) of the sampler, up to its constant: where the energy alone would let Z run away, or shrink to nothing.
import { dot } from "../../linalg/reference/dot.ts"
import * as Network from "../Network.ts"

export type Prior =
  /** log π = −(α/2) Σ_l ‖Z_l‖², α > 0. */
  | { readonly kind: "gaussian"; readonly precision: number }
  /** log π = −(κ/2) Σ_l (‖Z_l‖ − ρ)², κ > 0, ρ ≥ 0: keeps every block near the Frobenius norm ρ, away from zero. */
  | { readonly kind: "norm"; readonly precision: number; readonly norm: number }

/** −log π(Z). */
export const value = (prior: Prior, widths: ReadonlyArray<number>, z: Float64Array): number =>
  norms(widths, z).reduce((sum, norm) => sum + 0.5 * prior.precision * (norm - rest(prior)) * (norm - rest(prior)), 0)

/** Adds −∇ log π(Z) to `gradient`; at ‖Z_l‖ = 0, where the norm has none, it adds 0. */
export const addGradient = (
  prior: Prior, widths: ReadonlyArray<number>, z: Float64Array, gradient: Float64Array
): void => {
  let at = 0
  norms(widths, z).forEach((norm, index) => {
    const factor = norm === 0 ? 0 : prior.precision * (1 - rest(prior) / norm)
    const end = at + widths[index + 1]! * widths[index]!
    for (; at < end; at++) gradient[at] = gradient[at]! + factor * z[at]!
  })
}

/** ‖Z_1‖_F, …, ‖Z_L‖_F. */
export const norms = (widths: ReadonlyArray<number>, z: Float64Array): ReadonlyArray<number> =>
  widths.slice(1).map((width, index) => {
    const from = Network.offset(widths, index + 1)
    return Math.sqrt(dot(z, from, z, from, width * widths[index]!))
  })

/** The norm at which a block is at rest. */
const rest = (prior: Prior): number => (prior.kind === "norm" ? prior.norm : 0)

/** What is wrong with a prior, as a sentence; undefined where nothing is. */
export const check = (prior: Prior): string | undefined =>
  prior.precision > 0 && prior.precision < Infinity && rest(prior) >= 0 && rest(prior) < Infinity
    ? undefined
    : `A prior needs a precision > 0 and a norm ≥ 0, both finite, got ${JSON.stringify(prior)}`
