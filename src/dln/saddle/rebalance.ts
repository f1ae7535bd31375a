// Equal norms of all layers, by one number a layer whose product is 1: a gauge move that undoes the drift of norms and
// changes neither the product nor any rank. (A move to W_l W_lᵀ = W_{l+1}ᵀ W_{l+1} itself does not exist where residual
// blocks are not zero: it would have to shrink them to nothing.)
import { exp, log } from "../../linalg/elementary.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"

/** Layers that are zero stay so, and the others share one Frobenius norm. */
export const rebalance = (widths: ReadonlyArray<number>, weights: Float64Array): Float64Array => {
  const layers = Network.layers(widths, weights)
  const norms = layers.map(Matrix.frobenius)
  const positive = norms.filter((norm) => norm > 0)
  const common = exp(positive.reduce((sum, norm) => sum + log(norm), 0) / Math.max(positive.length, 1))
  return Network.flatten(layers.map((W, index) => (norms[index] === 0 ? W : Matrix.scale(W, common / norms[index]!))))
}
