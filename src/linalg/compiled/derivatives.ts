// The excess loss of a network and its derivatives by a compiled kernel; the reference serves where numbers are not finite.

import { hessianVectorProduct } from "../reference/hessian.ts"
import { hessianTridiagonal } from "../reference/hessianTridiagonal.ts"
import { excessLoss, gradient } from "../reference/train.ts"
import { check, checkShapes } from "../Training.ts"

export const reference = { excessLoss, gradient, hessianVectorProduct, hessianTridiagonal }

export type Derivatives = typeof reference

/** What a kernel offers, of the full loss. */
export interface Compiled {
  /** Fills `gradient` and returns the excess loss. */
  readonly gradient: (
    widths: Int32Array,
    weights: Float64Array,
    xx: Float64Array,
    target: Float64Array,
    gradient: Float64Array
  ) => number
  /** False where an entry is not finite. */
  readonly hessianTridiagonal: (
    widths: Int32Array,
    weights: Float64Array,
    xx: Float64Array,
    target: Float64Array,
    diagonal: Float64Array,
    off: Float64Array
  ) => boolean
}

export const derivativesOf = (compiled: Compiled): Derivatives => {
  const excessLoss: Derivatives["excessLoss"] = (widths, weights, statistics) => {
    checkShapes(widths, weights, statistics)
    const { xx, target } = statistics
    const unused = new Float64Array(weights.length)
    const loss = compiled.gradient(Int32Array.from(widths), weights, xx.data, target.data, unused)
    return Number.isFinite(loss) ? loss : reference.excessLoss(widths, weights, statistics)
  }

  const gradient: Derivatives["gradient"] = (training, weights, step) => {
    if (training.batches !== undefined) return reference.gradient(training, weights, step)
    check(training, weights, step, 0, 1)
    const { widths, statistics: { xx, target } } = training
    const result = new Float64Array(weights.length)
    const loss = compiled.gradient(Int32Array.from(widths), weights, xx.data, target.data, result)
    return Number.isFinite(loss) ? result : reference.gradient(training, weights, step)
  }

  const hessianTridiagonal: Derivatives["hessianTridiagonal"] = (widths, weights, statistics) => {
    checkShapes(widths, weights, statistics)
    const { xx, target } = statistics
    const n = weights.length
    const [diagonal, off] = [new Float64Array(n), new Float64Array(n - 1)]
    const done = compiled.hessianTridiagonal(Int32Array.from(widths), weights, xx.data, target.data, diagonal, off)
    return done ? { diagonal, off } : reference.hessianTridiagonal(widths, weights, statistics)
  }

  return { excessLoss, gradient, hessianVectorProduct: reference.hessianVectorProduct, hessianTridiagonal }
}
