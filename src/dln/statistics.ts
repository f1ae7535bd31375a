// What training sees of the data: the loss ℓ(W) = (1/2n) Σ_k ‖W x_k − y_k‖² depends on second moments alone,
//   ℓ(W) = ℓ_min + ½ tr((W − A) Σ_xx (W − A)ᵀ),   A = Σ_yx Σ_xx^(−1).
// Its modes are those of Σ_yx Σ_xx^(−1/2): with exact whitening M̂ = (1/n) Σ y xᵀ, and ℓ = ½‖W − M̂‖² + ℓ_min.
import * as Kernel from "../linalg/Kernel.ts"
import * as Matrix from "../linalg/Matrix.ts"
import { svd, type Svd } from "../linalg/svd.ts"
import type * as Training from "../linalg/Training.ts"
import type { Dataset } from "./dataset.ts"
import { squareRoot } from "./squareRoot.ts"

export interface Statistics extends Training.Statistics {
  /** Σ_xx = (1/n) Σ x xᵀ: d_0 × d_0. */
  readonly xx: Matrix.Matrix
  /** Σ_yx = (1/n) Σ y xᵀ: d_L × d_0. */
  readonly yx: Matrix.Matrix
  /** tr Σ_yy = (1/n) Σ ‖y‖². */
  readonly yyTrace: number
  /** A, the minimizer; of least norm where Σ_xx is singular: d_L × d_0. */
  readonly target: Matrix.Matrix
  /** ℓ_min = ℓ(A), over all matrices; a network of bottleneck k < rank A cannot go below ℓ_min + ½ Σ_{m>k} ŝ_m². */
  readonly lossMin: number
  /** Σ_yx Σ_xx^(−1/2) = U diag(s) Vᵀ: the modes, whose plateaus of ℓ − ℓ_min are ½ Σ_{m>k} s_m². */
  readonly modes: Svd
}

/** x: n × d_0 and y: n × d_L, with one n. */
export const statistics = ({ x, y }: Dataset): Statistics => {
  const xx = Matrix.scale(Kernel.multiplyTransposed(x, x), 1 / x.rows)
  const yx = Matrix.scale(Kernel.multiplyTransposed(y, x), 1 / x.rows)
  const { inverseRoot } = squareRoot(xx)
  const seen = Matrix.multiply(yx, inverseRoot)
  const target = Matrix.multiply(seen, inverseRoot)
  // From the residuals, not as ½(tr Σ_yy − tr A Σ_xx Aᵀ), which loses the digits of a small ℓ_min.
  const residual = Matrix.subtract(Kernel.multiply(x, Matrix.transpose(target)), y)
  return {
    xx,
    yx,
    yyTrace: Matrix.dot(y, y) / x.rows,
    target,
    lossMin: (0.5 * Matrix.dot(residual, residual)) / x.rows,
    modes: svd(seen)
  }
}
