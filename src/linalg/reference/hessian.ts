// Products of the Hessian of the full loss with a direction, in closed form: the derivative of the two passes along it.

import { checkShapes, type Statistics } from "../Training.ts"
import { backward, forward, fullLoss, fullPass, split } from "./passes.ts"
import { product } from "./product.ts"

/**
 * ∇²ℓ(θ)·v for θ = `weights` and v = `direction`, both flat like the weights; so is the result.
 *
 * With R = d/dε at θ + εv (Pearlmutter 1994), V_l the layers of v, H_l = P_1l and Δ_L = (W − A) Σ_xx:
 *
 *     RH_l = V_l H_{l−1} + W_l RH_{l−1},  RΔ_L = RH_L Σ_xx,  RΔ_{l−1} = V_lᵀ Δ_l + W_lᵀ RΔ_l,
 *     (∇²ℓ v)_l = RΔ_l H_{l−1}ᵀ + Δ_l RH_{l−1}ᵀ,  with H_0 = I and RH_0 = 0.
 */
export const hessianVectorProduct = (
  widths: ReadonlyArray<number>,
  weights: Float64Array,
  statistics: Statistics,
  direction: Float64Array
): Float64Array => {
  checkShapes(widths, weights, statistics)
  if (direction.length !== weights.length) throw new Error(`A direction has ${weights.length} entries, as the weights.`)
  const result = new Float64Array(weights.length)
  const pass = fullPass(widths, weights, new Float64Array(weights.length))
  const { layers, activations, deltas, columns } = pass
  const last = widths.length - 1
  const along = split(widths, direction)
  const out = split(widths, result)

  forward(pass)
  fullLoss(pass, statistics, new Float64Array(statistics.target.data.length))
  backward(pass)
  const rActivations = widths.map((width) => new Float64Array(width * columns))
  const rDeltas = widths.map((width) => new Float64Array(width * columns))
  const term = new Float64Array(Math.max(...widths) * Math.max(...widths))

  rActivations[1]!.set(along[1]!)
  for (let l = 2; l <= last; l++) {
    const [outer, inner] = [widths[l]!, widths[l - 1]!]
    product(outer, columns, inner, along[l]!, inner, 1, activations[l - 1]!, columns, 1, rActivations[l]!)
    product(outer, columns, inner, layers[l]!, inner, 1, rActivations[l - 1]!, columns, 1, term)
    addTo(rActivations[l]!, term)
  }
  const { xx } = statistics
  product(widths[last]!, columns, columns, rActivations[last]!, columns, 1, xx.data, columns, 1, rDeltas[last]!)
  for (let l = last; l >= 2; l--) {
    const [outer, inner] = [widths[l]!, widths[l - 1]!]
    product(inner, columns, outer, along[l]!, 1, inner, deltas[l]!, columns, 1, rDeltas[l - 1]!)
    product(inner, columns, outer, layers[l]!, 1, inner, rDeltas[l]!, columns, 1, term)
    addTo(rDeltas[l - 1]!, term)
    product(outer, inner, columns, rDeltas[l]!, columns, 1, activations[l - 1]!, 1, columns, out[l]!)
    product(outer, inner, columns, deltas[l]!, columns, 1, rActivations[l - 1]!, 1, columns, term)
    addTo(out[l]!, term)
  }
  out[1]!.set(rDeltas[1]!)
  return result
}

const addTo = (sum: Float64Array, term: Float64Array): void => {
  for (let i = 0; i < sum.length; i++) sum[i]! += term[i]!
}
