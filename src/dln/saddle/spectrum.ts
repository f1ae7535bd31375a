// The signs of the Hessian's spectrum at a point: what is negative, what is zero, and the least eigenvalue. By the
// whole matrix, made tridiagonal, where it fits; by Lanczos on Hessian-vector products, which see the least eigenvalue
// but count nothing, where it does not.
import * as Kernel from "../../linalg/Kernel.ts"
import { leastEigenvalues, type Options } from "../../linalg/lanczos.ts"
import type { Statistics } from "../../linalg/Training.ts"

export interface Spectrum {
  readonly least: number
  readonly largest: number
  /** τ = 1e-8·max(λ_max, −λ_min): eigenvalues within ±τ count as zero. */
  readonly tolerance: number
  /** The number of eigenvalues below −τ; null by Lanczos. */
  readonly index: number | null
  /** The number of eigenvalues within ±τ; null by Lanczos. */
  readonly nullity: number | null
  /**
   * Whether no modulus lies between 0.01 τ and 100 τ, so that index and nullity do not hang on τ; null by Lanczos.
   * Where sheets of critical points meet, a gradient of round-off leaves eigenvalues of its square root.
   */
  readonly isClear: boolean | null
  /** ‖H y − λ_min y‖ of the vector that was found: |λ_min − an eigenvalue| is no larger. 0 by the whole matrix. */
  readonly residual: number
}

/** Up to this many weights the whole Hessian is formed: about 1 ms at 256 weights, 0.2 s at 1,500. */
export const DENSE_LIMIT = 1500

export const denseSpectrum = (
  widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics
): Spectrum => {
  const t = Kernel.hessianTridiagonal(widths, weights, statistics)
  const n = weights.length
  const ends = Kernel.eigenvaluesAt(t, [0, n - 1])
  const [least, largest] = [ends[0]!, ends[1]!]
  const tolerance = toleranceOf(least, largest)
  const found = { least, largest, tolerance, residual: 0 }
  if (tolerance === 0) return { ...found, index: 0, nullity: n, isClear: true }
  const [fewer, more] = [0.01 * tolerance, 100 * tolerance]
  const below = Kernel.countsBelow(t, [-more, -tolerance, -fewer, fewer, tolerance, more])
  const between = (k: number): number => below[5 - k]! - below[k]!
  return { ...found, index: below[1]!, nullity: between(1), isClear: between(0) === between(2) }
}

export const lanczosSpectrum = (
  widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics, options: Options = {}
): Spectrum => {
  const { values, bounds, largest } = leastEigenvalues(weights.length, (space, to) =>
    Kernel.growHessianKrylov(widths, weights, statistics, space, to), options)
  const [least, residual] = [values[0]!, bounds[0]!]
  return { least, largest, tolerance: toleranceOf(least, largest), index: null, nullity: null, isClear: null, residual }
}

const toleranceOf = (least: number, largest: number): number => 1e-8 * Math.max(largest, -least)
