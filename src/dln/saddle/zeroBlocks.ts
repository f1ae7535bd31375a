// The Hessian's signature in closed form at points of the normal form with two or more blocks of zeros.
//
// Written in blocks (residual or signal, of rows and columns), the second derivative splits into two parts:
// - V_a^rr and V_b^rr, of the only two zero blocks a > b: −2 tr(V_a R V_b T), R = Z_{a−1} … Z_{b+1} and
//   T = Z_{b−1} … Z_1 σ Z_L … Z_{a+1}, with the eigenvalues ±σ_i(T) σ_j(R); with a third block of zeros it is zero;
// - the signal: after linear maps onto X and Y, for each pair of a mode m in S and one q outside of it
//   s_m² X² + Y² − 2 s_q X Y, and squares besides: indefinite if and only if s_q > s_m.
// Hence index = rank T · rank R + #{(m, q): s_q > s_m}, whatever Σ_xx is, and it is the same after every gauge move.
import type { Matrix } from "../../linalg/Matrix.ts"
import * as Network from "../Network.ts"
import { complementaryBlocks, type ComplementaryBlocks } from "./complementaryBlocks.ts"
import type { NormalForm } from "./NormalForm.ts"

export interface Signature {
  /** The number of negative eigenvalues. */
  readonly index: number
  /** The number of eigenvalues that are zero. */
  readonly nullity: number
  /**
   * λ_min, in the normal form or after orthogonal moves; null where S is not the strongest modes, and the signal part
   * has negative eigenvalues as well.
   */
  readonly least: number | null
  /** The layers whose block is zero, ascending. */
  readonly zeros: ReadonlyArray<number>
  /** False where a rank is unclear. */
  readonly isClear: boolean
}

/** Null where fewer than two blocks are exactly zero. */
export const zeroBlockSignature = (form: NormalForm, z: Float64Array): Signature | null => {
  const { residualWidths, sigma, widths, modes, others, landscape: { s, inputRank } } = form
  const depth = Network.depth(widths)
  const blocks = Network.layers(residualWidths, z)
  const zeros = blocks.flatMap((Z, index) => (Z.data.every((value) => value === 0) ? [index + 1] : []))
  if (zeros.length < 2) return null
  const r = modes.length
  const above = modes.reduce((count, m) => count + others.filter((q) => s[q - 1]! > s[m - 1]!).length, 0)
  const signal = { index: above, rank: r * (inputRank + widths[depth]! - r) }
  const residual = zeros.length > 2 ? NOTHING : coupling(residualWidths, z, sigma, zeros[1]!, zeros[0]!)
  return {
    index: residual.index + signal.index,
    nullity: Network.size(widths) - 2 * residual.index - signal.rank,
    least: signal.index === 0 ? 0 - residual.largest : null,
    zeros,
    isClear: residual.isClear
  }
}

const NOTHING = { index: 0, largest: 0, isClear: true }

/** Of −2 tr(V_a R V_b T): the number of negative eigenvalues, and the modulus of the largest. */
const coupling = (
  widths: ReadonlyArray<number>, z: Float64Array, sigma: Matrix, a: number, b: number
): typeof NOTHING => {
  const [{ outer, inner }] = complementaryBlocks(widths, z, sigma, [[a, b]]) as [ComplementaryBlocks]
  return { index: outer.rank * inner.rank, largest: outer.norm * inner.norm, isClear: outer.isClear && inner.isClear }
}
