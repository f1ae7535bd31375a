// The excess loss of a network and its derivatives by a compiled kernel; the reference serves where numbers are not finite.

import { hessianVectorProduct } from "../reference/hessian.ts"
import { hessianTridiagonal } from "../reference/hessianTridiagonal.ts"
import { checkSpace, growHessianKrylov, rowOf } from "../reference/krylov.ts"
import { excessLoss, gradient } from "../reference/train.ts"
import { check, checkShapes } from "../Training.ts"

export const reference = { excessLoss, gradient, hessianVectorProduct, hessianTridiagonal, growHessianKrylov }

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
  /** False where an entry is not finite; the same below. */
  readonly hessianVectorProduct: (
    widths: Int32Array,
    weights: Float64Array,
    xx: Float64Array,
    target: Float64Array,
    direction: Float64Array,
    result: Float64Array
  ) => boolean
  /** Grows a space of `state` = [vectors, size] to `to` vectors. */
  readonly growHessianKrylov: (
    widths: Int32Array,
    weights: Float64Array,
    xx: Float64Array,
    target: Float64Array,
    basis: Float64Array,
    diagonal: Float64Array,
    off: Float64Array,
    state: Float64Array,
    to: number
  ) => boolean
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

  const hessianVectorProduct: Derivatives["hessianVectorProduct"] = (widths, weights, statistics, direction) => {
    checkShapes(widths, weights, statistics)
    if (direction.length !== weights.length) throw new Error(`A direction has ${weights.length} entries, as the weights.`)
    const { xx, target } = statistics
    const result = new Float64Array(weights.length)
    const done = compiled.hessianVectorProduct(Int32Array.from(widths), weights, xx.data, target.data, direction, result)
    return done ? result : reference.hessianVectorProduct(widths, weights, statistics, direction)
  }

  const growHessianKrylov: Derivatives["growHessianKrylov"] = (widths, weights, statistics, space, to) => {
    checkShapes(widths, weights, statistics)
    checkSpace(space, weights.length, to)
    const { basis, diagonal, off, length } = space
    const { xx, target } = statistics
    const integers = Int32Array.from(widths)
    // A thread can be stopped between calls only: a vector each where they are long.
    const piece = Math.max(1, Math.floor(WORK_A_CALL / ((8 * to + 20 * Math.max(...widths)) * length)))
    for (let end = space.count; end < to;) {
      end = Math.min(to, end + piece)
      const state = Float64Array.of(space.count, space.size)
      const rows = basis.subarray(0, (end + 1) * rowOf(length))
      if (!compiled.growHessianKrylov(integers, weights, xx.data, target.data, rows, diagonal, off, state, end)) {
        return reference.growHessianKrylov(widths, weights, statistics, space, to)
      }
      ;[space.count, space.size] = [state[0]!, state[1]!]
    }
  }

  return { excessLoss, gradient, hessianVectorProduct, hessianTridiagonal, growHessianKrylov }
}

/** Multiplications and additions, some 50 ms of them. */
const WORK_A_CALL = 1e8
