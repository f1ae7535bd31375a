// The Hessian of the full loss as a matrix, by its blocks. With D = W − A, for layers i ≥ j,
//   ∂²ℓ/∂W_i[p,q] ∂W_j[s,t] = (P_{i+1,L}ᵀ P_{j+1,L})[p,s] (P_{1,i−1} Σ_xx P_{1,j−1}ᵀ)[q,t]
//                            + (i > j) P_{j+1,i−1}[q,s] (P_{1,j−1} (D Σ_xx)ᵀ P_{i+1,L})[t,p],
// which costs a few operations an entry, where products with unit vectors cost a pass through the network for each.
import * as Matrix from "../../linalg/Matrix.ts"
import type { Statistics } from "../../linalg/Training.ts"
import * as Network from "../Network.ts"

/** Symmetric, n × n for n weights, in their flat order. */
export const hessian = (
  widths: ReadonlyArray<number>, weights: Float64Array, { xx, target }: Statistics
): Matrix.Matrix => {
  const depth = Network.depth(widths)
  const above = Array.from({ length: depth }, (_, index) => Network.partialProduct(widths, weights, index + 2, depth))
  const below = Array.from({ length: depth }, (_, index) => Network.partialProduct(widths, weights, 1, index))
  const seen = below.map((product) => Matrix.multiply(product, xx))
  const slope = Matrix.transpose(Matrix.multiply(Matrix.subtract(Network.endToEnd(widths, weights), target), xx))
  const result = Matrix.make(weights.length, weights.length)
  for (let i = 1; i <= depth; i++) {
    for (let j = 1; j <= i; j++) {
      const outer = Matrix.multiply(Matrix.transpose(above[i - 1]!), above[j - 1]!)
      const inner = Matrix.multiply(seen[i - 1]!, Matrix.transpose(below[j - 1]!))
      const second = i === j ? undefined : {
        middle: Network.partialProduct(widths, weights, j + 1, i - 1),
        slope: Matrix.multiply(Matrix.multiply(below[j - 1]!, slope), above[i - 1]!)
      }
      fill(result, Network.offset(widths, i), Network.offset(widths, j), outer, inner, second)
    }
  }
  return result
}

const fill = (
  result: Matrix.Matrix,
  row: number,
  column: number,
  outer: Matrix.Matrix,
  inner: Matrix.Matrix,
  second: { readonly middle: Matrix.Matrix; readonly slope: Matrix.Matrix } | undefined
): void => {
  const { columns: n, data } = result
  for (let p = 0; p < outer.rows; p++) {
    for (let q = 0; q < inner.rows; q++) {
      const at = row + p * inner.rows + q
      for (let s = 0; s < outer.columns; s++) {
        const left = outer.data[p * outer.columns + s]!
        const middle = second === undefined ? 0 : second.middle.data[q * outer.columns + s]!
        for (let t = 0; t < inner.columns; t++) {
          const along = second === undefined ? 0 : middle * second.slope.data[t * outer.rows + p]!
          const value = left * inner.data[q * inner.columns + t]! + along
          const beside = column + s * inner.columns + t
          data[at * n + beside] = value
          data[beside * n + at] = value
        }
      }
    }
  }
}
