// What gauge moves cannot change about a network at a critical point: if two samples differ in it, no move takes one
// into the other. (The converse does not hold: moduli that these numbers do not see are possible.)
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { svd } from "../../linalg/svd.ts"
import { multiplicity } from "../multiplicity.ts"
import * as Network from "../Network.ts"
import * as Pattern from "../Pattern.ts"
import { exactRank, sizes, spectrumOf, type ExactRank } from "./exactRank.ts"
import type { Landscape } from "./Landscape.ts"

export interface Invariants {
  /** r_ij = rank W_j … W_i. */
  readonly ranks: Float64Array
  /** False where a singular value is too small to count and too large for round-off: moves may change its rank. */
  readonly isClear: boolean
  /** m_ij: how many chains of neurons run from layer i to layer j and no further. */
  readonly multiplicities: Float64Array
  /**
   * For each pair j ≤ i, in the order of a pattern: the singular values of Π Σ_xy Π', Π the projector on the row space
   * of W_{j−1} … W_1 and Π' that on the column space of W_L … W_{i+1}. The cyclic product that they bound changes under
   * moves that are not orthogonal; these subspaces do not.
   */
  readonly cyclicSpectra: ReadonlyArray<Float64Array>
  /** Kept by orthogonal moves only: singular values of all W_j … W_i and of all W_{j−1} … W_1 Σ_xy W_L … W_{i+1}. */
  readonly orthogonal: {
    readonly products: ReadonlyArray<Float64Array>
    readonly cyclicProducts: ReadonlyArray<Float64Array>
  }
}

export const invariants = ({ xy }: Landscape, widths: ReadonlyArray<number>, weights: Float64Array): Invariants => {
  const depth = Network.depth(widths)
  const pairs = Pattern.pairs(depth)
  const size = sizes(widths, weights)
  const products = Kernel.allProductSpectra(widths, weights)
  const found = exactRanks(widths, weights, products)
  const ranks = Float64Array.from(found, ({ rank }) => rank)
  const rowSpaces = Array.from({ length: depth }, (_, index) =>
    range(Matrix.transpose(Network.partialProduct(widths, weights, 1, index)), size(1, index)))
  const columnSpaces = Array.from({ length: depth }, (_, index) =>
    range(Network.partialProduct(widths, weights, index + 2, depth), size(index + 2, depth)))
  return {
    ranks,
    isClear: found.every(({ isClear }) => isClear),
    multiplicities: multiplicity(ranks).raw,
    cyclicSpectra: pairs.map(({ i: j, j: i }) =>
      spectrumOf(Matrix.multiply(Matrix.multiply(Matrix.transpose(rowSpaces[j - 1]!), xy), columnSpaces[i - 1]!))),
    orthogonal: {
      products,
      cyclicProducts: Kernel.arcSpectra(widths, weights, pairs.map(({ i: j, j: i }) => [i + 1, j - 1]), xy)
    }
  }
}

/** r_ij alone. */
export const rankPattern = (widths: ReadonlyArray<number>, weights: Float64Array): Float64Array =>
  Float64Array.from(exactRanks(widths, weights, Kernel.allProductSpectra(widths, weights)), ({ rank }) => rank)

const exactRanks = (
  widths: ReadonlyArray<number>, weights: Float64Array, products: ReadonlyArray<Float64Array>
): ReadonlyArray<ExactRank> => {
  const size = sizes(widths, weights)
  return Pattern.pairs(Network.depth(widths)).map(({ i, j }, entry) => exactRank(products[entry]!, size(i, j)))
}

/** The largest difference of cyclic spectra, relative to the largest value in them; ∞ where ranks differ. */
export const distance = (a: Invariants, b: Invariants): number => {
  if (!a.ranks.every((rank, entry) => rank === b.ranks[entry])) return Infinity
  const scale = Math.max(...[a, b].flatMap(({ cyclicSpectra }) => cyclicSpectra.map((values) => values[0] ?? 0)))
  const largest = Math.max(...a.cyclicSpectra.map((values, entry) =>
    values.reduce((most, value, k) => Math.max(most, Math.abs(value - b.cyclicSpectra[entry]![k]!)), 0)))
  return scale === 0 ? 0 : largest / scale
}

/** An orthonormal basis of the column space, as columns. */
const range = (matrix: Matrix.Matrix, size: number): Matrix.Matrix => {
  const { U, s } = svd(matrix)
  return Matrix.columns(U, 0, exactRank(s, size).rank)
}
