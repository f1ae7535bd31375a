// How large a learning rate may be, found before a run from its start and its target:
//   κ = max(λ_max(K at the start), L s_1^(2 − 2/L)),   GD needs ηκ < 2,   SGD has q = ηκ(1 + (d_0 + 1)/B).
// K is the tangent kernel in the inputs' metric, whose spectrum is that of the Hessian at a minimum; the second number
// is its largest eigenvalue at the balanced minimum. Of q seen in runs, ≤ 2 never failed, 3.7 suppressed late modes and
// 11.8 diverged.
import * as Kernel from "../linalg/Kernel.ts"
import { largestEigenvalue } from "../linalg/largestEigenvalue.ts"
import * as Matrix from "../linalg/Matrix.ts"
import type { Statistics } from "../linalg/Training.ts"
import { balancedCurvature } from "./balancedCurvature.ts"
import * as Network from "./Network.ts"
import { squareRoot } from "./squareRoot.ts"
import * as TangentKernel from "./TangentKernel.ts"

export interface Stability {
  readonly depth: number
  /** d_0. */
  readonly inputs: number
  /** λ_max of the tangent kernel at the start. */
  readonly kernelAtStart: number
  /** λ_max of the loss's Hessian at the start, where it also has negative eigenvalues; shown, not part of κ. */
  readonly hessianAtStart: number
  /** L s_1^(2−2/L) λ_max(Σ_xx). */
  readonly balancedMinimum: number
  /** The larger of `kernelAtStart` and `balancedMinimum`. */
  readonly kappa: number
  /** 2/κ: GD needs a smaller learning rate. */
  readonly gradientDescentBound: number
}

/** Costs some tens of products with the kernel and the Hessian: about 10 ms at the widths of the quick preset. */
export const stability = (
  widths: ReadonlyArray<number>,
  start: Float64Array,
  statistics: Statistics
): Stability => {
  const depth = Network.depth(widths)
  const inputs = Network.width(widths, 0)
  const outputs = Network.width(widths, depth)
  const kernel = TangentKernel.seenThrough(TangentKernel.of(widths, start), squareRoot(statistics.xx).root)
  const kernelAtStart = largestEigenvalue(outputs * inputs, (x) =>
    TangentKernel.apply(kernel, Matrix.make(outputs, inputs, x)).data, ROUGH)
  const hessianAtStart = largestEigenvalue(start.length, (direction) =>
    Kernel.hessianVectorProduct(widths, start, statistics, direction), ROUGH)
  const balancedMinimum = balancedCurvature(depth, statistics)
  const kappa = Math.max(kernelAtStart, balancedMinimum)
  return { depth, inputs, kernelAtStart, hessianAtStart, balancedMinimum, kappa, gradientDescentBound: 2 / kappa }
}

/** A bound on a learning rate needs two digits; more cost much near saddles, where spectra are dense. */
const ROUGH = { steps: 40, accuracy: 1e-3 }

/** The learning rate at which q = 2: 2/(κ(1 + (d_0 + 1)/B)), B the size of a minibatch. */
export const stochasticBound = ({ kappa, inputs }: Stability, batch: number): number =>
  2 / (kappa * (1 + (inputs + 1) / batch))

/** What to say before a run of GD, or of SGD where a `batch` is given: sentences with the numbers, or none. */
export const warnings = (
  found: Stability,
  { learningRate, batch }: { readonly learningRate: number; readonly batch?: number }
): ReadonlyArray<string> => {
  const { depth, kernelAtStart, balancedMinimum, kappa, gradientDescentBound } = found
  const source = kernelAtStart > balancedMinimum
    ? `the bound at the start, where κ = λ_max of the tangent kernel = ${short(kappa)}`
    : `the bound at the balanced minimum, where κ = L·s₁^(2−2/L)·λ_max(Σ_xx) = ${short(kappa)} at depth L = ${depth}`
  const sentences: Array<string> = []
  if (learningRate >= gradientDescentBound) {
    sentences.push(
      `Learning rate ${learningRate} is not below 2/κ = ${short(gradientDescentBound)}, ${source}: `
        + "gradient descent will not settle there; lower it"
    )
  }
  if (batch === undefined) return sentences
  const q = (2 * learningRate) / stochasticBound(found, batch)
  if (q > 2) {
    sentences.push(
      `Learning rate ${learningRate} gives SGD with batches of ${batch} q = ηκ(1 + (d₀ + 1)/B) = ${short(q)} `
        + `with κ = ${short(kappa)}, above 2: runs at q = 3.7 lost late modes and at 11.8 diverged; `
        + `take at most ${short(stochasticBound(found, batch))}`
    )
  }
  return sentences
}

/** Three digits: what a sentence can carry. */
const short = (value: number): string => String(Number(value.toPrecision(3)))
