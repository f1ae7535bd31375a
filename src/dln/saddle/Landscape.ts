// What decides the critical points of ℓ(W) = ℓ_min + ½ tr((W − A) Σ_xx (W − A)ᵀ), A = Σ_yx Σ_xx⁻¹, of a linear network:
// Σ_xy and the modes, eigenvectors u_m of Σ_yx Σ_xx⁻¹ Σ_xy with eigenvalues s_m², largest first.
import * as Matrix from "../../linalg/Matrix.ts"
import { eigen } from "../../linalg/symmetric.ts"
import type * as Training from "../../linalg/Training.ts"
import { squareRoot } from "../squareRoot.ts"
import type { Statistics } from "../statistics.ts"
import type { Teacher } from "../Teacher.ts"

/** With Σ_xx (`xx`) and A (`target`), so that every loss of the kernel takes it as it is. */
export interface Landscape extends Training.Statistics {
  /** Σ_xy: d_0 × d_L. */
  readonly xy: Matrix.Matrix
  /** u_1, …, u_{d_L}, all columns, also where s_m = 0: d_L × d_L, orthogonal. */
  readonly U: Matrix.Matrix
  /** s_1 ≥ … ≥ s_{d_L} ≥ 0, exact zeros beyond the rank. */
  readonly s: Float64Array
  /** rank Σ_xy: the modes that can be learnt are 1 … rank. */
  readonly rank: number
  /** rank Σ_xx: d_0 unless the examples are fewer than the inputs. */
  readonly inputRank: number
}

/** The expected loss on white inputs, Σ_xx = I and A = M: s are the teacher's singular values. */
export const population = ({ U, s, M }: Teacher): Landscape => ({
  xx: Matrix.identity(M.columns),
  target: M,
  xy: Matrix.transpose(M),
  inputRank: M.columns,
  ...completed(U, s)
})

/** The loss on a sample: s are the singular values of Σ_yx Σ_xx^(−1/2), zero below 1e-12 s_1. */
export const empirical = ({ xx, yx, target, modes: { U, s } }: Statistics): Landscape => ({
  xx,
  target,
  xy: Matrix.transpose(yx),
  inputRank: squareRoot(xx).rank,
  ...completed(U, s.filter((value) => value > 1e-12 * s[0]!))
})

/** The modes of positive s among the columns of U, and d_L − rank more columns to a basis. */
const completed = (U: Matrix.Matrix, s: Float64Array): Pick<Landscape, "U" | "s" | "rank"> => {
  const [outputs, rank] = [U.rows, s.length]
  const learnable = Matrix.columns(U, 0, rank)
  const basis = Matrix.make(outputs, outputs)
  if (rank < outputs) {
    const rest = Matrix.subtract(Matrix.identity(outputs), Matrix.multiply(learnable, Matrix.transpose(learnable)))
    const { vectors } = eigen(rest) // those of eigenvalue 1 come first
    for (let row = 0; row < outputs; row++) {
      for (let m = rank; m < outputs; m++) basis.data[row * outputs + m] = Matrix.at(vectors, row, m - rank)
    }
  }
  for (let row = 0; row < outputs; row++) basis.data.set(Matrix.row(learnable, row), row * outputs)
  const values = new Float64Array(outputs)
  values.set(s)
  return { U: basis, s: values, rank }
}

/** r_max = min(d_0, …, d_L, rank Σ_xy): the rank of W at every minimum. */
export const largestRank = ({ rank }: Landscape, widths: ReadonlyArray<number>): number => Math.min(rank, ...widths)

/** Whether modes m and m + 1 (from 1) share their singular value, to 1e-9 of the largest. */
export const isRepeated = ({ s }: Landscape, m: number): boolean => s[m - 1]! - s[m]! <= 1e-9 * s[0]!
