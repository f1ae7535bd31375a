// The neural tangent kernel of a deep linear network, K = J Jᵀ with J = ∂vec(W)/∂θ, kept as Kronecker factors:
//   K = Σ_l A_l ⊗ B_l,   A_l = P_{l+1,L} P_{l+1,L}ᵀ (d_L × d_L),   B_l = P_{1,l−1}ᵀ P_{1,l−1} (d_0 × d_0).
// It acts on d_L × d_0 matrices as K·X = Σ_l A_l X B_l. The (d_L d_0)² matrix is never formed.
import * as Matrix from "../linalg/Matrix.ts"
import * as Network from "./Network.ts"

/** One term A ⊗ B for each entry of `left` and `right`. Factors are symmetric. */
export interface TangentKernel {
  readonly left: ReadonlyArray<Matrix.Matrix>
  readonly right: ReadonlyArray<Matrix.Matrix>
}

/** K of the network at these weights: L terms. */
export const of = (widths: ReadonlyArray<number>, weights: Float64Array): TangentKernel => {
  const layers = Network.layers(widths, weights)
  const left: Array<Matrix.Matrix> = []
  const right: Array<Matrix.Matrix> = []
  let after = Matrix.identity(Network.width(widths, layers.length))
  for (const layer of layers.toReversed()) {
    left.unshift(Matrix.multiply(after, Matrix.transpose(after)))
    after = Matrix.multiply(after, layer)
  }
  let before = Matrix.identity(Network.width(widths, 0))
  for (const layer of layers) {
    right.push(Matrix.multiply(Matrix.transpose(before), before))
    before = Matrix.multiply(layer, before)
  }
  return { left, right }
}

/** K·X = Σ_l A_l X B_l: d_L × d_0. */
export const apply = (kernel: TangentKernel, x: Matrix.Matrix): Matrix.Matrix =>
  kernel.left
    .map((a, term) => Matrix.multiply(Matrix.multiply(a, x), kernel.right[term]!))
    .reduce((sum, part) => Matrix.add(sum, part))

/** The kernel seen through inputs of second moment Σ = R², R symmetric: every B_l becomes R B_l R. */
export const seenThrough = (kernel: TangentKernel, root: Matrix.Matrix): TangentKernel => ({
  left: kernel.left,
  right: kernel.right.map((b) => Matrix.multiply(Matrix.multiply(root, b), root))
})

/** ⟨K, K'⟩_F = Σ_{l,m} ⟨A_l, A'_m⟩⟨B_l, B'_m⟩. */
export const dot = (k: TangentKernel, other: TangentKernel): number => {
  let sum = 0
  for (let l = 0; l < k.left.length; l++) {
    for (let m = 0; m < other.left.length; m++) {
      sum += Matrix.dot(k.left[l]!, other.left[m]!) * Matrix.dot(k.right[l]!, other.right[m]!)
    }
  }
  return sum
}

/** ‖K‖_F. */
export const frobenius = (kernel: TangentKernel): number => Math.sqrt(Math.max(0, dot(kernel, kernel)))

/**
 * K' − K of two kernels of one network, as 2L terms (A' − A) ⊗ B' + A ⊗ (B' − B): every term is small where the
 * change is, so that its norm keeps its digits, which ‖K'‖² − 2⟨K', K⟩ + ‖K‖² would lose.
 */
export const subtract = (next: TangentKernel, kernel: TangentKernel): TangentKernel => ({
  left: [...next.left.map((a, l) => Matrix.subtract(a, kernel.left[l]!)), ...kernel.left],
  right: [...next.right, ...next.right.map((b, l) => Matrix.subtract(b, kernel.right[l]!))]
})
