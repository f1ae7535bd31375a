// The forward and backward pass of a deep linear network, on buffers laid out once for many steps.
// A pass has c columns: the B rows of a batch, or the d_0 columns of the identity, through which the full loss is seen.

import { dot } from "./dot.ts"
import { product } from "./product.ts"
import type { Statistics } from "../Training.ts"

/** Buffers of one pass; index l is the layer. W_l and g_l are views of the flat weights and of the flat gradient. */
export interface Pass {
  readonly widths: ReadonlyArray<number>
  readonly columns: number
  /** W_l: d_l × d_{l−1}, l = 1 … L. */
  readonly layers: ReadonlyArray<Float64Array>
  /** H_l = W_l … W_1 H_0: d_l × c, l = 0 … L; no H_0 where it is the identity, and H_1 is W_1 itself then. */
  readonly activations: ReadonlyArray<Float64Array>
  /** Δ_l = ∂ℓ/∂H_l: d_l × c, l = 1 … L. */
  readonly deltas: ReadonlyArray<Float64Array>
  /** g_l = ∂ℓ/∂W_l: d_l × d_{l−1}, l = 1 … L. */
  readonly gradients: ReadonlyArray<Float64Array>
  /** True where H_0 is the identity. */
  readonly full: boolean
}

/** The pass that sees the full loss: H_l = P_1l, so that H_L is W. */
export const fullPass = (widths: ReadonlyArray<number>, weights: Float64Array, gradient: Float64Array): Pass => {
  const layers = split(widths, weights)
  const gradients = split(widths, gradient)
  const buffer = (width: number): Float64Array => new Float64Array(width * widths[0]!)
  return {
    widths,
    columns: widths[0]!,
    layers,
    activations: widths.map((width, l) => (l <= 1 ? layers[l]! : buffer(width))),
    deltas: widths.map((width, l) => (l <= 1 ? gradients[l]! : buffer(width))),
    gradients,
    full: true
  }
}

/** The pass of a batch of `size` rows, which are the columns of H_0: d_0 × B. */
export const batchPass = (
  widths: ReadonlyArray<number>,
  weights: Float64Array,
  gradient: Float64Array,
  size: number
): Pass => ({
  widths,
  columns: size,
  layers: split(widths, weights),
  activations: widths.map((width) => new Float64Array(width * size)),
  deltas: widths.map((width) => new Float64Array(width * size)),
  gradients: split(widths, gradient),
  full: false
})

/** H_l = W_l H_{l−1}. */
export const forward = ({ widths, columns, layers, activations, full }: Pass): void => {
  for (let l = full ? 2 : 1; l < widths.length; l++) {
    const inner = widths[l - 1]!
    product(widths[l]!, columns, inner, layers[l]!, inner, 1, activations[l - 1]!, columns, 1, activations[l]!)
  }
}

/** From Δ_L: Δ_{l−1} = W_lᵀ Δ_l and g_l = Δ_l H_{l−1}ᵀ, summed over the columns in order. */
export const backward = ({ widths, columns, layers, activations, deltas, gradients, full }: Pass): void => {
  for (let l = widths.length - 1; l >= 1; l--) {
    const outer = widths[l]!
    const inner = widths[l - 1]!
    const [delta, below] = [deltas[l]!, activations[l - 1]!]
    if (l > 1) product(inner, columns, outer, layers[l]!, 1, inner, delta, columns, 1, deltas[l - 1]!)
    if (l > 1 || !full) product(outer, inner, columns, delta, columns, 1, below, 1, columns, gradients[l]!)
  }
}

/** After `forward` of the full pass: D = W − A goes to `difference`, Δ_L = D Σ_xx; returns ℓ − ℓ_min = ½ Σ D ∘ Δ_L. */
export const fullLoss = (pass: Pass, { xx, target }: Statistics, difference: Float64Array): number => {
  const { widths, columns, activations, deltas } = pass
  const output = widths[widths.length - 1]!
  const endToEnd = activations[widths.length - 1]!
  const delta = deltas[widths.length - 1]!
  for (let i = 0; i < difference.length; i++) difference[i] = endToEnd[i]! - target.data[i]!
  product(output, columns, columns, difference, columns, 1, xx.data, columns, 1, delta)
  return 0.5 * dot(difference, 0, delta, 0, difference.length)
}

/** Views of W_1, …, W_L in a flat array, at their index (an empty one at 0). */
export const split = (widths: ReadonlyArray<number>, flat: Float64Array): ReadonlyArray<Float64Array> => {
  let at = 0
  return widths.map((width, l) => {
    const from = at
    at += l === 0 ? 0 : width * widths[l - 1]!
    return flat.subarray(from, at)
  })
}
