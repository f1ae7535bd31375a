// Mode coefficients block by block. Where singular values repeat, u_a and v_a are arbitrary up to a rotation inside the
// block of equal modes, and so is every single w_ab; the Frobenius norms ‖W_AB‖ of blocks of coefficients are not.
// For blocks of one mode ‖W_AB‖ = |w_ab|, the protocol's own quantities (§1.3, "mode decoupling").
import * as Matrix from "../linalg/Matrix.ts"
import type { ModeBlock } from "./modes.ts"

/** ‖W_AB‖_F for every pair of blocks: one row and one column a block, of coefficients w_ab. */
export const blockNorms = (w: Matrix.Matrix, blocks: ReadonlyArray<ModeBlock>): Matrix.Matrix =>
  Matrix.make(blocks.length, blocks.length, Float64Array.from(blocks.flatMap((a) => {
    const rows = Matrix.rows(w, a.firstMode - 1, a.lastMode)
    return blocks.map((b) => Matrix.frobenius(Matrix.columns(rows, b.firstMode - 1, b.lastMode)))
  })))

export interface BlockState {
  /** ‖W_AA‖_F/√|A|: |w_aa| of a single mode. */
  readonly diagonal: number
  /** max_{B≠A} ‖W_AB‖_F/√|A|: max_{b≠a} |w_ab| where all are single modes, 0 for the only block. */
  readonly cross: number
}

/** How strong each block is, and how strongly the others still feed it. */
export const blockStates = (w: Matrix.Matrix, blocks: ReadonlyArray<ModeBlock>): ReadonlyArray<BlockState> => {
  const norms = blockNorms(w, blocks)
  return blocks.map((block, index) => {
    const share = 1 / Math.sqrt(block.lastMode - block.firstMode + 1)
    const others = Matrix.row(norms, index).filter((_, other) => other !== index)
    return { diagonal: share * Matrix.at(norms, index, index), cross: share * Math.max(0, ...others) }
  })
}

/** √(mean ŝ²) of the modes of a block: the `diagonal` of a block that is learnt. */
export const blockStrength = (singularValues: Float64Array, { firstMode, lastMode }: ModeBlock): number => {
  const own = singularValues.subarray(firstMode - 1, lastMode)
  return Math.sqrt(own.reduce((sum, value) => sum + value * value, 0) / own.length)
}
