// JᵀJ of the constraints, the Gauss–Newton part of the Hessian of E(Z). Where constraint o is A_l Z_l B_l in block l, its
// derivative there is V ↦ A_l V B_l, so that the block of layers l and m is Σ_o (A_lᵀ A_m) ⊗ (B_l B_mᵀ).
import * as Matrix from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"

/** Symmetric, n × n for the n entries of z, in their flat order. */
export const constraintCurvature = (
  widths: ReadonlyArray<number>, sigma: Matrix.Matrix, z: Float64Array
): Matrix.Matrix => {
  const depth = Network.depth(widths)
  const circle = [sigma, ...Network.layers(widths, z)]
  const result = Matrix.make(z.length, z.length)
  for (let o = 0; o <= depth; o++) {
    const order = Array.from({ length: depth }, (_, k) => (o + k + 1) % (depth + 1))
    const factors = order.map((l) => circle[l]!)
    const below = factors.slice(0, -1).reduce(
      (done, F) => [...done, Matrix.multiply(F, done.at(-1)!)], [Matrix.identity(widths[o]!)])
    const above = factors.slice(1).reduceRight(
      (done, F) => [Matrix.multiply(done[0]!, F), ...done], [Matrix.identity(factors.at(-1)!.rows)])
    order.forEach((l, k) => order.forEach((m, other) => {
      if (m === 0 || l < m) return // the lower triangle of blocks
      const outer = Matrix.multiply(Matrix.transpose(above[k]!), above[other]!)
      const inner = Matrix.multiply(below[k]!, Matrix.transpose(below[other]!))
      add(result, Network.offset(widths, l), Network.offset(widths, m), outer, inner)
    }))
  }
  for (let row = 0; row < z.length; row++) {
    for (let column = 0; column < row; column++) {
      result.data[column * z.length + row] = result.data[row * z.length + column]!
    }
  }
  return result
}

/** Adds outer ⊗ inner at a place. */
const add = (
  { columns: n, data }: Matrix.Matrix, row: number, column: number, outer: Matrix.Matrix, inner: Matrix.Matrix
): void => {
  for (let p = 0; p < outer.rows; p++) {
    for (let q = 0; q < inner.rows; q++) {
      let at = (row + p * inner.rows + q) * n + column
      for (let s = 0; s < outer.columns; s++) {
        const left = outer.data[p * outer.columns + s]!
        for (let t = 0; t < inner.columns; t++, at++) data[at] = data[at]! + left * inner.data[q * inner.columns + t]!
      }
    }
  }
}
