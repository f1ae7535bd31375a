// Balance of adjacent layers: G_l = W_l W_lᵀ − W_{l+1}ᵀ W_{l+1}, l = 1 … L−1, which gradient flow conserves.
// A step of GD or SGD with gradients g changes it by exactly η²(g_l g_lᵀ − g_{l+1}ᵀ g_{l+1}), whatever the batch,
// since g_l W_lᵀ = W_{l+1}ᵀ g_{l+1}: a trainer can be held to it to round-off.
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"
import * as Network from "./Network.ts"

/** G_1, …, G_{L−1}; G_l is d_l × d_l. */
export const balance = (widths: ReadonlyArray<number>, weights: Float64Array): ReadonlyArray<Matrix.Matrix> =>
  neighbours(widths, weights).map(([out, back]) => Matrix.subtract(out, back))

export interface Imbalance {
  /** G_l. */
  readonly defect: Matrix.Matrix
  /** r_l = ‖G_l‖_F/(‖W_l W_lᵀ‖_F + ‖W_{l+1}ᵀ W_{l+1}‖_F) in [0, 1]; null where both layers are zero. */
  readonly residual: number | null
}

/** Of layers l and l + 1, for l = 1 … L−1. */
export const imbalances = (widths: ReadonlyArray<number>, weights: Float64Array): ReadonlyArray<Imbalance> =>
  neighbours(widths, weights).map(([out, back]) => {
    const defect = Matrix.subtract(out, back)
    return { defect, residual: relative(defect, Matrix.frobenius(out) + Matrix.frobenius(back)) }
  })

export const residuals = (widths: ReadonlyArray<number>, weights: Float64Array): ReadonlyArray<number | null> =>
  imbalances(widths, weights).map(({ residual }) => residual)

export interface Step {
  readonly widths: ReadonlyArray<number>
  /** Weights before the step, flat. */
  readonly before: Float64Array
  /** Weights after it: before − η·gradient. */
  readonly after: Float64Array
  /** Gradient of the loss of the step's batch at `before`, flat like the weights. */
  readonly gradient: Float64Array
  /** η. */
  readonly learningRate: number
}

/**
 * ‖G_l' − G_l − η²(g_l g_lᵀ − g_{l+1}ᵀ g_{l+1})‖_F for l = 1 … L−1, relative to the sum of the norms of the products
 * that it is made of, before and after the step: a few units of round-off for a right step. Null where all are zero.
 */
export const stepResiduals = (step: Step): ReadonlyArray<number | null> => {
  const { widths, before, after, gradient, learningRate } = step
  const change = neighbours(widths, gradient)
  const start = neighbours(widths, before)
  return neighbours(widths, after).map(([out, back], index) => {
    const [outBefore, backBefore] = start[index]!
    const [outChange, backChange] = change[index]!
    const difference = Matrix.subtract(Matrix.subtract(out, back), Matrix.subtract(outBefore, backBefore))
    const expected = Matrix.scale(Matrix.subtract(outChange, backChange), learningRate * learningRate)
    const scale = [out, back, outBefore, backBefore].reduce((sum, product) => sum + Matrix.frobenius(product), 0)
    return relative(Matrix.subtract(difference, expected), scale)
  })
}

/** (W_l W_lᵀ, W_{l+1}ᵀ W_{l+1}) for l = 1 … L−1. */
const neighbours = (
  widths: ReadonlyArray<number>,
  weights: Float64Array
): ReadonlyArray<readonly [out: Matrix.Matrix, back: Matrix.Matrix]> => {
  const layers = Network.layers(widths, weights)
  return layers.slice(1).map((next, index) => {
    const layer = layers[index]!
    return [Kernel.multiply(layer, Matrix.transpose(layer)), Kernel.multiplyTransposed(next, next)]
  })
}

const relative = (difference: Matrix.Matrix, scale: number): number | null =>
  scale === 0 ? null : Matrix.frobenius(difference) / scale
