/** The basis in which modes are read: M̂ = U diag(ŝ) Vᵀ as training sees it, its teacher's modes and their blocks. */
import { drops } from "../../dln/levels.ts"
import { type ModeBlock, coefficients } from "../../dln/modes.ts"
import * as Network from "../../dln/Network.ts"
import { squareRoot } from "../../dln/squareRoot.ts"
import * as Matrix from "../../linalg/Matrix.ts"

interface Mode {
  readonly singular_value: number
  readonly teacher_value: number | null
  readonly u: Float64Array
  readonly v: Float64Array
}

export interface ModeBasis {
  /** ŝ, of all min(d_0, d_L) modes. */
  readonly strengths: Float64Array
  /** r: the first so many are the teacher's, the others hold label noise. */
  readonly rank: number
  /** The teacher's modes, those of (nearly) equal strength together. */
  readonly blocks: ReadonlyArray<ModeBlock>
  readonly read: (weights: Float64Array) => Reading
}

export interface Reading {
  /** w_ab = u_aᵀ W Σ_xx^(1/2) v_b of all modes: with whitened inputs u_aᵀ W v_b. */
  readonly all: Matrix.Matrix
  /** The r × r part of the teacher's modes. */
  readonly teachers: Matrix.Matrix
  /** ‖W Σ_xx^(1/2)‖_F². */
  readonly energy: number
}

export const modeBasis = (
  widths: ReadonlyArray<number>,
  modes: ReadonlyArray<Mode>,
  { xx }: { readonly xx: Float64Array }
): ModeBasis => {
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
  const { root } = squareRoot(Matrix.make(inputs, inputs, xx))
  const columns = (size: number, of: (mode: Mode) => Float64Array) =>
    Matrix.transpose(Matrix.make(modes.length, size, Float64Array.from(modes.flatMap((mode) => [...of(mode)]))))
  const [u, v] = [columns(outputs, (mode) => mode.u), columns(inputs, (mode) => mode.v)]
  const strengths = Float64Array.from(modes, ({ singular_value }) => singular_value)
  const rank = modes.filter(({ teacher_value }) => teacher_value !== null).length
  return {
    strengths,
    rank,
    blocks: drops(strengths, rank),
    read: (weights) => {
      const seen = Matrix.multiply(Network.endToEnd(widths, weights), root)
      const all = coefficients(seen, u, v)
      return { all, teachers: Matrix.columns(Matrix.rows(all, 0, rank), 0, rank), energy: Matrix.dot(seen, seen) }
    }
  }
}
