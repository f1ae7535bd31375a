// How far a point is from being critical, in a unit in which round-off is about 1e-16 at any scale of the weights.
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import type { Statistics } from "../../linalg/Training.ts"
import * as Network from "../Network.ts"
import { layerArcs, sizesOf, spectralNorm } from "./exactRank.ts"

export interface Criticality {
  /** ∇ℓ, flat like the weights. */
  readonly gradient: Float64Array
  /** ‖∇ℓ‖. */
  readonly norm: number
  /** Σ_l (∏_{m≠l} ‖W_m‖) ‖Σ_xx‖ (‖W‖ + ‖A‖), spectral norms: the size of the terms that cancel in ∇ℓ. */
  readonly scale: number
  /** ‖∇ℓ‖/scale; 0 where both are 0. */
  readonly relative: number
}

export const criticality = (
  widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics
): Criticality => {
  const gradient = Kernel.gradient({ widths, learningRate: 0, statistics }, weights, 0)
  const norm = Matrix.frobenius(Matrix.make(1, gradient.length, gradient))
  const depth = Network.depth(widths)
  const spectra = Kernel.arcSpectra(widths, weights, [...layerArcs(widths), [1, depth]])
  const size = sizesOf(spectra)
  let around = 0
  for (let l = 1; l <= depth; l++) around += size(1, l - 1) * size(l + 1, depth)
  const ends = spectra[depth]![0]! + spectralNorm(statistics.target)
  const scale = around * spectralNorm(statistics.xx) * ends
  return { gradient, norm, scale, relative: norm === 0 ? 0 : norm / scale }
}
