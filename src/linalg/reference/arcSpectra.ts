// Singular values of formed products of consecutive factors of a network, on the circle that its layers W_1, …, W_L close
// with a matrix Σ: both complementary blocks of a pair of layers are such arcs.
import * as Matrix from "../Matrix.ts"
import { split } from "./passes.ts"
import { singularValues } from "./singularValues.ts"

/** W_j … W_i where 1 ≤ i ≤ j ≤ L; through Σ, (W_j … W_1 Σ)(W_L … W_i), where 0 ≤ j < i ≤ L + 1. */
export type Arc = readonly [i: number, j: number]

/**
 * The singular values, descending, of each arc; `through` is Σ: d_0 × d_L, for those that pass it. Products grow by a
 * layer on their left, and errors are round-off of the size of the factors: productSpectra.ts finds small values of
 * W_j … W_i to their own digits. Throws NotFinite.
 */
export const arcSpectra = (
  widths: ReadonlyArray<number>, weights: Float64Array, arcs: ReadonlyArray<Arc>, through?: Matrix.Matrix
): ReadonlyArray<Float64Array> => {
  const depth = widths.length - 1
  const layers = split(widths, weights).map((data, l) => Matrix.make(widths[l]!, l === 0 ? 0 : widths[l - 1]!, data))
  const formed = new Map<number, Matrix.Matrix>()
  const product = (i: number, j: number): Matrix.Matrix => {
    const key = i * (depth + 2) + j
    const known = formed.get(key) ?? form(i, j)
    formed.set(key, known)
    return known
  }
  const form = (i: number, j: number): Matrix.Matrix => {
    if (i <= j) return i === j ? layers[i]! : Matrix.multiply(layers[j]!, product(i, j - 1))
    if (i <= depth) return Matrix.multiply(product(depth + 1, j), product(i, depth))
    if (through === undefined) throw new Error("An arc passes the matrix between the last layer and the first: give it.")
    return j === 0 ? through : Matrix.multiply(product(1, j), through)
  }
  return arcs.map(([i, j]) => singularValues(product(i, j)))
}
