// The student in the basis of what it learns: with M̂ = U S Vᵀ, mode coefficients w_ab = u_aᵀ W v_b, whose diagonal
// holds the strengths of the modes and whose other entries, the cross modes, couple them (protocol §1.3).
import * as Matrix from "../linalg/Matrix.ts"

/** w_ab = u_aᵀ W v_b as the k × k matrix Uᵀ W V; U: d_L × k, V: d_0 × k, columns u_a and v_b. */
export const coefficients = (w: Matrix.Matrix, u: Matrix.Matrix, v: Matrix.Matrix): Matrix.Matrix =>
  Matrix.multiply(Matrix.multiply(Matrix.transpose(u), w), v)

export interface Energy {
  /** E_cross = Σ_{a≠b} w_ab². */
  readonly cross: number
  /** E_tot = Σ_{a,b} w_ab². */
  readonly total: number
  /** E_cross/E_tot in [0, 1]; null where E_tot = 0. */
  readonly share: number | null
}

/** A block of modes with one singular value, counted from 1: there only the subspace is defined. */
export interface ModeBlock {
  readonly firstMode: number
  readonly lastMode: number
}

/**
 * The energy in the cross modes. Modes of one block do not count as cross modes of each other: inside it the vectors
 * u_a, v_a are arbitrary up to a rotation, which the energy between blocks does not see.
 */
export const energy = (w: Matrix.Matrix, blocks: ReadonlyArray<ModeBlock> = []): Energy => {
  const together = (a: number, b: number): boolean =>
    a === b || blocks.some(({ firstMode, lastMode }) => [a, b].every((mode) => firstMode <= mode && mode <= lastMode))
  const off = Matrix.make(w.rows, w.columns, w.data.map((value, at) =>
    together(Math.floor(at / w.columns) + 1, (at % w.columns) + 1) ? 0 : value))
  const cross = Matrix.dot(off, off)
  const total = Matrix.dot(w, w)
  return { cross, total, share: total === 0 ? null : cross / total }
}

/** max_{b≠a} |w_ab| for every mode a (from index 0): how strongly the others still feed its row. */
export const largestCross = (w: Matrix.Matrix): Float64Array =>
  Float64Array.from({ length: w.rows }, (_, a) =>
    Matrix.row(w, a).reduce((most, value, b) => (b === a ? most : Math.max(most, Math.abs(value))), 0))
