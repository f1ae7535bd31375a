// The excess loss of a network and its derivatives by a compiled kernel; the reference serves where numbers are not finite.

import { hessianVectorProduct } from "../reference/hessian.ts"
import { hessianTridiagonal } from "../reference/hessianTridiagonal.ts"
import { checkSpace, growHessianKrylov, rowOf } from "../reference/krylov.ts"
import { excessLoss, gradient } from "../reference/train.ts"
import { check, checkShapes, type Statistics } from "../Training.ts"

export const reference = { excessLoss, gradient, hessianVectorProduct, hessianTridiagonal, growHessianKrylov }

export type Derivatives = typeof reference

type Loss = readonly [widths: Int32Array, weights: Float64Array, xx: Float64Array, target: Float64Array]

/** What a kernel offers, of the full loss. */
export interface CompiledDerivatives {
  /** Fills `gradient` and returns the excess loss. */
  readonly gradient: (...loss: [...Loss, gradient: Float64Array]) => number
  /** False where an entry is not finite; the same below. */
  readonly hessianVectorProduct: (...loss: [...Loss, direction: Float64Array, result: Float64Array]) => boolean
  readonly hessianTridiagonal: (...loss: [...Loss, diagonal: Float64Array, off: Float64Array]) => boolean
  /** Grows a space of `state` = [vectors, size] to `to` vectors. */
  readonly growHessianKrylov: (
    ...loss: [
      ...Loss,
      basis: Float64Array,
      diagonal: Float64Array,
      off: Float64Array,
      state: Float64Array,
      to: number
    ]
  ) => boolean
}

export const derivativesOf = (compiled: CompiledDerivatives): Derivatives => {
  const excessLoss: Derivatives["excessLoss"] = (widths, weights, statistics) => {
    const loss = compiled.gradient(...lossOf(widths, weights, statistics), new Float64Array(weights.length))
    return Number.isFinite(loss) ? loss : reference.excessLoss(widths, weights, statistics)
  }

  const gradient: Derivatives["gradient"] = (training, weights, step) => {
    if (training.batches !== undefined) return reference.gradient(training, weights, step)
    check(training, weights, step, 0, 1)
    const result = new Float64Array(weights.length)
    const loss = compiled.gradient(...lossOf(training.widths, weights, training.statistics), result)
    return Number.isFinite(loss) ? result : reference.gradient(training, weights, step)
  }

  const hessianTridiagonal: Derivatives["hessianTridiagonal"] = (widths, weights, statistics) => {
    const loss = lossOf(widths, weights, statistics)
    const [diagonal, off] = [new Float64Array(weights.length), new Float64Array(weights.length - 1)]
    const done = compiled.hessianTridiagonal(...loss, diagonal, off)
    return done ? { diagonal, off } : reference.hessianTridiagonal(widths, weights, statistics)
  }

  const hessianVectorProduct: Derivatives["hessianVectorProduct"] = (widths, weights, statistics, direction) => {
    const loss = lossOf(widths, weights, statistics)
    if (direction.length !== weights.length) throw new Error(`A direction has ${weights.length} entries, as the weights.`)
    const result = new Float64Array(weights.length)
    const done = compiled.hessianVectorProduct(...loss, direction, result)
    return done ? result : reference.hessianVectorProduct(widths, weights, statistics, direction)
  }

  const growHessianKrylov: Derivatives["growHessianKrylov"] = (widths, weights, statistics, space, to) => {
    const loss = lossOf(widths, weights, statistics)
    checkSpace(space, weights.length, to)
    const { basis, diagonal, off, length } = space
    // A thread can be stopped between calls only: a vector each where they are long.
    const piece = Math.max(1, Math.floor(WORK_A_CALL / ((8 * to + 20 * Math.max(...widths)) * length)))
    for (let end = space.count; end < to;) {
      end = Math.min(to, end + piece)
      const state = Float64Array.of(space.count, space.size)
      const rows = basis.subarray(0, (end + 1) * rowOf(length))
      if (!compiled.growHessianKrylov(...loss, rows, diagonal, off, state, end)) {
        return reference.growHessianKrylov(widths, weights, statistics, space, to)
      }
      ;[space.count, space.size] = [state[0]!, state[1]!]
    }
  }

  return { excessLoss, gradient, hessianVectorProduct, hessianTridiagonal, growHessianKrylov }
}

/** The loss as a kernel is given it; throws an error unless its shapes agree. */
const lossOf = (widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics): Loss => {
  checkShapes(widths, weights, statistics)
  return [Int32Array.from(widths), weights, statistics.xx.data, statistics.target.data]
}

/** Multiplications and additions, some 50 ms of them. */
const WORK_A_CALL = 1e8
