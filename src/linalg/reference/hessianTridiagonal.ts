// The Hessian of the full loss by its blocks, and as a tridiagonal matrix with the same eigenvalues. With D = W − A and
// P_ij = W_j … W_i, for layers i ≥ j,
//   ∂²ℓ/∂W_i[p,q] ∂W_j[s,t] = (P_{i+1,L}ᵀ P_{j+1,L})[p,s] (P_{1,i−1} Σ_xx P_{1,j−1}ᵀ)[q,t]
//                            + (i > j) P_{j+1,i−1}[q,s] (P_{1,j−1} (D Σ_xx)ᵀ P_{i+1,L})[t,p],
// which costs a few operations an entry, where products with unit vectors cost a pass through the network for each.
import * as Matrix from "../Matrix.ts"
import { checkShapes, type Statistics } from "../Training.ts"
import type { Tridiagonal } from "../Tridiagonal.ts"
import { split } from "./passes.ts"
import { tridiagonalize } from "./tridiagonalize.ts"

/** Eigenvalues of ∇²ℓ, n of them for n weights, are those of the result to about 1e-16·n of the largest. Throws NotFinite. */
export const hessianTridiagonal = (
  widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics
): Tridiagonal => tridiagonalize(hessian(widths, weights, statistics))

/** Symmetric, n × n for n weights, in their flat order. */
export const hessian = (
  widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics
): Matrix.Matrix => {
  checkShapes(widths, weights, statistics)
  const { xx, target } = statistics
  const depth = widths.length - 1
  const W = split(widths, weights).map((data, l) => Matrix.make(widths[l]!, l === 0 ? 0 : widths[l - 1]!, data))
  const below = [Matrix.identity(widths[0]!)] // P_1l, l = 0 … L
  for (let l = 1; l <= depth; l++) below.push(Matrix.multiply(W[l]!, below[l - 1]!))
  const above = new Array<Matrix.Matrix>(depth + 1) // P_{l+1,L}, l = 1 … L
  above[depth] = Matrix.identity(widths[depth]!)
  for (let l = depth - 1; l >= 1; l--) above[l] = Matrix.multiply(above[l + 1]!, W[l + 1]!)
  const seen = below.map((product) => Matrix.multiply(product, xx))
  const slope = Matrix.transpose(Matrix.multiply(Matrix.subtract(below[depth]!, target), xx))
  const result = Matrix.make(weights.length, weights.length)
  let column = 0
  for (let j = 1; j <= depth; j++) {
    const through = Matrix.multiply(below[j - 1]!, slope)
    const before = Matrix.transpose(below[j - 1]!)
    let middle = Matrix.identity(widths[j]!) // P_{j+1,i−1}
    let row = column
    for (let i = j; i <= depth; i++) {
      if (i > j + 1) middle = Matrix.multiply(W[i - 1]!, middle)
      const outer = Matrix.multiply(Matrix.transpose(above[i]!), above[j]!)
      const inner = Matrix.multiply(seen[i - 1]!, before)
      const second = i === j ? undefined : { middle, slope: Matrix.multiply(through, above[i]!) }
      fill(result, row, column, outer, inner, second)
      row += widths[i]! * widths[i - 1]!
    }
    column += widths[j]! * widths[j - 1]!
  }
  return result
}

const fill = (
  { columns: n, data }: Matrix.Matrix,
  row: number,
  column: number,
  outer: Matrix.Matrix,
  inner: Matrix.Matrix,
  second: { readonly middle: Matrix.Matrix; readonly slope: Matrix.Matrix } | undefined
): void => {
  for (let p = 0; p < outer.rows; p++) {
    for (let q = 0; q < inner.rows; q++) {
      const at = row + p * inner.rows + q
      for (let s = 0; s < outer.columns; s++) {
        const left = outer.data[p * outer.columns + s]!
        const middle = second === undefined ? 0 : second.middle.data[q * outer.columns + s]!
        for (let t = 0; t < inner.columns; t++) {
          const first = left * inner.data[q * inner.columns + t]!
          const value = second === undefined ? first : first + middle * second.slope.data[t * outer.rows + p]!
          const beside = column + s * inner.columns + t
          data[at * n + beside] = value
          data[beside * n + at] = value
        }
      }
    }
  }
}
