// E(Z) = ½‖μ‖² + ½ Σ_l ‖dμ_l‖², zero exactly where the point of the normal form is critical:
//   μ = Z_L … Z_1,  dμ_l = Z_{l−1} … Z_1 σ Z_L … Z_{l+1}.
// With F_0 = σ and F_l = Z_l on a circle, each of these L + 1 products leaves one factor out and starts behind it, so
// that each has a forward and a backward pass like those of a network.
import { dot } from "../../linalg/reference/dot.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { product } from "../../linalg/reference/product.ts"
import * as Network from "../Network.ts"

export interface ConstraintEnergy {
  /** E(Z). */
  readonly value: (z: Float64Array) => number
  /** E(Z); adds weight·∇E(Z) to `gradient`, and without the fibre only that of ½ Σ ‖dμ_l‖². */
  readonly addGradient: (z: Float64Array, gradient: Float64Array, weight?: number, fibre?: boolean) => number
}

/** The energy of blocks of widths n_0 … n_L (those of the normal form), σ: n_0 × n_L. Its buffers are its own. */
export const make = (widths: ReadonlyArray<number>, sigma: Matrix.Matrix): ConstraintEnergy => {
  const depth = Network.depth(widths)
  const count = depth + 1
  if (sigma.rows !== widths[0] || sigma.columns !== widths[depth]) {
    throw new Error(`σ is ${widths[0]} × ${widths[depth]} for these blocks, not ${sigma.rows} × ${sigma.columns}.`)
  }
  // F_k: rowsOf(k) × rowsOf(k − 1), k mod L + 1.
  const rowsOf = (k: number): number => widths[k % count]!
  const largest = Math.max(...widths)
  const forward = Array.from({ length: count }, () => new Float64Array(largest * largest))
  const backward = [new Float64Array(largest * largest), new Float64Array(largest * largest)] as const
  const term = new Float64Array(largest * largest)
  const offsets = widths.map((_, l) => Network.offset(widths, l))
  const factor = (z: Float64Array, k: number): Float64Array => {
    const l = k % count
    return l === 0 ? sigma.data : z.subarray(offsets[l]!, offsets[l]! + widths[l]! * widths[l - 1]!)
  }

  /** forward[k] = F_{o+k} … F_{o+1}, k = 1 … L; the last is the constraint without F_o. Returns half its square. */
  const ahead = (z: Float64Array, o: number): number => {
    const columns = widths[o]!
    forward[1]!.set(factor(z, o + 1))
    for (let k = 2; k <= depth; k++) {
      const [rows, inner] = [rowsOf(o + k), rowsOf(o + k - 1)]
      product(rows, columns, inner, factor(z, o + k), inner, 1, forward[k - 1]!, columns, 1, forward[k]!)
    }
    const entries = rowsOf(o + depth) * columns
    return 0.5 * dot(forward[depth]!, 0, forward[depth]!, 0, entries)
  }

  /** Adds weight·(the gradient of what `ahead` returned). */
  const back = (z: Float64Array, o: number, gradient: Float64Array, weight: number): void => {
    const columns = widths[o]!
    let delta = forward[depth]!
    for (let k = depth; k >= 1; k--) {
      const l = (o + k) % count
      const [rows, inner] = [rowsOf(o + k), rowsOf(o + k - 1)]
      if (l !== 0) {
        if (k > 1) product(rows, inner, columns, delta, columns, 1, forward[k - 1]!, 1, columns, term)
        const part = k > 1 ? term : delta
        for (let i = 0, at = offsets[l]!; i < rows * inner; i++, at++) gradient[at] = gradient[at]! + weight * part[i]!
      }
      if (k > 1) {
        const next = backward[k % 2]!
        product(inner, columns, rows, factor(z, o + k), 1, inner, delta, columns, 1, next)
        delta = next
      }
    }
  }

  return {
    value: (z) => {
      let sum = 0
      for (let o = 0; o < count; o++) sum += ahead(z, o)
      return sum
    },
    addGradient: (z, gradient, weight = 1, fibre = true) => {
      let sum = 0
      for (let o = fibre ? 0 : 1; o < count; o++) {
        sum += ahead(z, o)
        back(z, o, gradient, weight)
      }
      return sum
    }
  }
}

/** The constraints themselves, μ first, then dμ_1 … dμ_L. */
export const constraints = (
  widths: ReadonlyArray<number>, sigma: Matrix.Matrix, z: Float64Array
): ReadonlyArray<Matrix.Matrix> => {
  const depth = Network.depth(widths)
  return Array.from({ length: depth + 1 }, (_, l) =>
    l === 0 ? Network.partialProduct(widths, z, 1, depth) : cyclicProduct(widths, z, sigma, l, l))
}

/** W_{j−1} … W_1 Σ W_L … W_{i+1} for j ≤ i: d_{j−1} × d_i; the layers j … i are left out. */
const cyclicProduct = (
  widths: ReadonlyArray<number>, weights: Float64Array, sigma: Matrix.Matrix, j: number, i: number
): Matrix.Matrix =>
  Matrix.multiply(
    Matrix.multiply(Network.partialProduct(widths, weights, 1, j - 1), sigma),
    Network.partialProduct(widths, weights, i + 1, Network.depth(widths))
  )
