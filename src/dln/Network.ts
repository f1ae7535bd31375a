// A deep linear network as data: widths d_0, …, d_L and one flat array of weights W_1|W_2|…|W_L,
// each W_l row-major d_l × d_{l−1}. Layers count from 1, and W = W_L … W_1 acts on columns of inputs.
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"

/** What is wrong with the widths, as a sentence; undefined where nothing is. An experiment needs two layers or more. */
export const checkWidths = (widths: ReadonlyArray<number>): string | undefined => {
  const wrong = widths.find((width) => !Number.isSafeInteger(width) || width < 1)
  if (wrong !== undefined) return `Every width must be an integer ≥ 1, got ${wrong} in [${widths.join(", ")}]`
  return widths.length >= 3
    ? undefined
    : `A deep network needs at least two layers, that is three widths d_0, d_1, d_2, got [${widths.join(", ")}]`
}

/** L, the number of layers. */
export const depth = (widths: ReadonlyArray<number>): number => widths.length - 1

/** d_l, counted from 0 at the inputs. */
export const width = (widths: ReadonlyArray<number>, l: number): number => {
  const found = widths[l]
  if (found === undefined) throw new Error(`There is no width d_${l}: the widths are d_0 … d_${depth(widths)}`)
  return found
}

/** k = min(d_0, …, d_L): the largest rank that W can have. */
export const bottleneck = (widths: ReadonlyArray<number>): number => Math.min(...widths)

/** Number of weights, Σ_l d_l d_{l−1}. */
export const size = (widths: ReadonlyArray<number>): number => offset(widths, depth(widths) + 1)

/** Where W_l starts in the flat array. */
export const offset = (widths: ReadonlyArray<number>, l: number): number => {
  let total = 0
  for (let m = 1; m < l; m++) total += width(widths, m) * width(widths, m - 1)
  return total
}

/** W_l: d_l × d_{l−1}, a view: writing to it writes to the flat weights. */
export const layer = (widths: ReadonlyArray<number>, weights: Float64Array, l: number): Matrix.Matrix => {
  if (l < 1 || l > depth(widths)) throw new Error(`There is no layer ${l}: the layers are 1 … ${depth(widths)}`)
  if (weights.length !== size(widths)) {
    throw new Error(`Widths [${widths.join(", ")}] take ${size(widths)} weights, got ${weights.length}`)
  }
  const rows = width(widths, l)
  const columns = width(widths, l - 1)
  const from = offset(widths, l)
  return Matrix.make(rows, columns, weights.subarray(from, from + rows * columns))
}

/** All layers, W_1 first. */
export const layers = (widths: ReadonlyArray<number>, weights: Float64Array): ReadonlyArray<Matrix.Matrix> =>
  Array.from({ length: depth(widths) }, (_, index) => layer(widths, weights, index + 1))

/** P_ij = W_j … W_i for i ≤ j: d_j × d_{i−1}; for j = i − 1 the empty product, the identity of size d_j. */
export const partialProduct = (
  widths: ReadonlyArray<number>,
  weights: Float64Array,
  i: number,
  j: number
): Matrix.Matrix => {
  if (i < 1 || j > depth(widths) || j < i - 1) {
    throw new Error(`There is no P_${i},${j}: it needs 1 ≤ i ≤ j ≤ ${depth(widths)}, or j = i − 1 for the identity`)
  }
  if (j === i - 1) return Matrix.identity(width(widths, j))
  let product = layer(widths, weights, i)
  for (let l = i + 1; l <= j; l++) product = Kernel.multiply(layer(widths, weights, l), product)
  return product
}

/** W = W_L … W_1: d_L × d_0. */
export const endToEnd = (widths: ReadonlyArray<number>, weights: Float64Array): Matrix.Matrix =>
  partialProduct(widths, weights, 1, depth(widths))

/** The flat array of given layers, W_1 first: a copy. */
export const flatten = (factors: ReadonlyArray<Matrix.Matrix>): Float64Array => {
  const flat = new Float64Array(factors.reduce((total, factor) => total + factor.data.length, 0))
  let at = 0
  for (const factor of factors) {
    flat.set(factor.data, at)
    at += factor.data.length
  }
  return flat
}
