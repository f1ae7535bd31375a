// The least eigenvalues of a symmetric operator by Lanczos' method. Both ends of the spectrum appear first; a shift of the
// operator changes nothing, since it has the same Krylov spaces.
import { isInvariant, type Krylov, rowOf } from "./reference/krylov.ts"
import * as Random from "./Random.ts"
import * as Tridiagonal from "./Tridiagonal.ts"

/** Grows a space to as many vectors, or until it is invariant. */
export type Grow = (space: Krylov, to: number) => void

/** The space of a start, not zero, before the first product, with room for `room` vectors. */
export const begin = (start: Float64Array, room: number): Krylov => {
  const row = rowOf(start.length)
  const basis = new Float64Array((room + 1) * row)
  basis.set(start)
  return { length: start.length, basis, diagonal: new Float64Array(room), off: new Float64Array(room), count: 0, size: 0 }
}

/** The same space, with room for twice as many vectors. */
const widened = (space: Krylov): Krylov => {
  const twice = (numbers: Float64Array, length: number): Float64Array => {
    const copy = new Float64Array(length)
    copy.set(numbers)
    return copy
  }
  const room = 2 * space.diagonal.length
  return {
    ...space,
    basis: twice(space.basis, (room + 1) * rowOf(space.length)),
    diagonal: twice(space.diagonal, room),
    off: twice(space.off, room)
  }
}

/** T, k × k. */
export const tridiagonalOf = ({ count, diagonal, off }: Krylov): Tridiagonal.Tridiagonal =>
  ({ diagonal: diagonal.subarray(0, count), off: off.subarray(0, count) })

/** The vector Q y. */
export const combine = ({ basis, count, length }: Krylov, y: ArrayLike<number>): Float64Array => {
  const sum = new Float64Array(length)
  for (let k = 0, from = 0; k < count; k++, from += rowOf(length)) {
    for (let i = 0; i < length; i++) sum[i] = sum[i]! + y[k]! * basis[from + i]!
  }
  return sum
}

export interface Least {
  /** The least eigenvalues, ascending; of one that is multiple, one copy. Fewer where the operator has fewer. */
  readonly values: Float64Array
  /** Within bounds[m] of values[m] lies an eigenvalue: ‖A y − λ y‖. */
  readonly bounds: Float64Array
  /** The y of values[0], of length 1. */
  readonly vector: () => Float64Array
  /** The largest eigenvalue, which converges as well, unwatched. */
  readonly largest: number
  readonly products: number
  /** False where the limit on products came first. */
  readonly converged: boolean
}

export interface Options {
  /** How many of the least eigenvalues; 1 unless told. */
  readonly count?: number
  /** Bounds to reach, relative to the largest modulus; 1e-10 unless told. */
  readonly tolerance?: number
  /** The limit on products; 300 unless told. */
  readonly limit?: number
  readonly stream?: Random.Stream
}

/** The least eigenvalues of an operator on vectors of length `size`, and the largest one. */
export const leastEigenvalues = (size: number, grow: Grow, options: Options = {}): Least => {
  const { count = 1, tolerance = 1e-10, limit = 300, stream = Random.stream("start of Lanczos") } = options
  const reached = (space: Krylov): boolean => {
    const { values, bounds, largest } = ritz(space, count)
    const goal = tolerance * Math.max(Math.abs(values[0]!), Math.abs(largest))
    return values.length === Math.min(count, size) && bounds.every((bound) => bound <= goal)
  }
  let space = begin(Random.normals(stream, 0, size), AT_ONCE)
  do {
    const to = Math.min(limit, space.count + AT_ONCE)
    if (to > space.diagonal.length) space = widened(space)
    grow(space, to)
  } while (!isInvariant(space) && space.count < limit && !reached(space))
  const { values, bounds, vectors, largest } = ritz(space, count)
  return {
    values,
    bounds,
    vector: () => combine(space, vectors[0]!),
    largest,
    products: space.count,
    converged: isInvariant(space) || reached(space)
  }
}

/** Products between one look at the eigenvalues and the next. */
const AT_ONCE = 8

const ritz = (space: Krylov, count: number) => {
  const t = tridiagonalOf(space)
  const beyond = space.off[space.count - 1]!
  const length = Math.min(count, space.count)
  const values = Float64Array.from({ length }, (_, index) => Tridiagonal.eigenvalue(t, index))
  const vectors = Array.from(values, (value) => Tridiagonal.eigenvector(t, value))
  const bounds = Float64Array.from(vectors, (vector) => beyond * Math.abs(vector[space.count - 1]!))
  return { values, vectors, bounds, largest: Tridiagonal.eigenvalue(t, space.count - 1) }
}
