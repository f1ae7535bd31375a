// Lanczos with full reorthogonalization: a symmetric operator, known by its products with vectors alone, seen in the
// Krylov space of a start, where it is tridiagonal. Both ends of the spectrum appear first; a shift of the operator
// changes nothing, since it has the same Krylov spaces.
import { dot } from "./reference/dot.ts"
import * as Random from "./Random.ts"
import * as Tridiagonal from "./Tridiagonal.ts"

export type Operator = (vector: Float64Array) => Float64Array

/** The Krylov space so far: k orthonormal vectors Q, QᵀAQ = T, and A Q = Q T + `beyond`·(one more unit vector) e_kᵀ. */
export interface Krylov {
  readonly basis: ReadonlyArray<Float64Array>
  /** k entries on the diagonal and k beside it, the last of which is `beyond`. */
  readonly tridiagonal: Tridiagonal.Tridiagonal
  /** 0 where the space is invariant: then every eigenvalue of T is one of A to round-off. */
  readonly beyond: number
}

/** Grows the space of `start` (not zero) by a product at a time until it is invariant or `enough` says so. */
export const krylov = (apply: Operator, start: Float64Array, enough: (space: Krylov) => boolean): Krylov => {
  const basis: Array<Float64Array> = []
  const diagonal: Array<number> = []
  const off: Array<number> = []
  let next = start
  let length = norm(start)
  let size = 0 // of the operator, as far as it was seen
  for (;;) {
    const factor = 1 / length
    const q = next.map((entry) => entry * factor)
    next = apply(q).slice()
    size = Math.max(size, norm(next))
    diagonal.push(dot(q, 0, next, 0, q.length))
    basis.push(q)
    // Twice: what one pass leaves, where it cancels nearly everything, would grow into copies of known eigenvalues.
    for (let pass = 0; pass < 2; pass++) for (const known of basis) project(next, known)
    length = norm(next)
    const beyond = basis.length === q.length || length <= 1e-14 * size ? 0 : length
    off.push(beyond)
    const space = { basis, tridiagonal: { diagonal, off }, beyond }
    if (beyond === 0 || enough(space)) return space
  }
}

/** The vector Q y. */
export const combine = ({ basis }: Krylov, y: ArrayLike<number>): Float64Array => {
  const sum = new Float64Array(basis[0]!.length)
  basis.forEach((q, k) => { for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + y[k]! * q[i]! })
  return sum
}

export interface Least {
  /** The least eigenvalues, ascending; of one that is multiple, one copy. Fewer where the operator has fewer. */
  readonly values: Float64Array
  /** Within bounds[m] of values[m] lies an eigenvalue: ‖A y − λ y‖. */
  readonly bounds: Float64Array
  /** The y of values[0], of length 1. */
  readonly vector: Float64Array
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
export const leastEigenvalues = (size: number, apply: Operator, options: Options = {}): Least => {
  const { count = 1, tolerance = 1e-10, limit = 300, stream = Random.stream("start of Lanczos") } = options
  const reached = (space: Krylov): boolean => {
    const { values, bounds, largest } = ritz(space, count)
    const goal = tolerance * Math.max(Math.abs(values[0]!), Math.abs(largest))
    return values.length === Math.min(count, size) && bounds.every((bound) => bound <= goal)
  }
  const space = krylov(apply, Random.normals(stream, 0, size), (space) =>
    space.basis.length >= limit || (space.basis.length % 8 === 0 && reached(space)))
  const { values, bounds, vectors, largest } = ritz(space, count)
  return {
    values,
    bounds,
    vector: combine(space, vectors[0]!),
    largest,
    products: space.basis.length,
    converged: space.beyond === 0 || reached(space)
  }
}

const ritz = ({ tridiagonal, beyond, basis }: Krylov, count: number) => {
  const k = basis.length
  const length = Math.min(count, k)
  const values = Float64Array.from({ length }, (_, index) => Tridiagonal.eigenvalue(tridiagonal, index))
  const vectors = Array.from(values, (value) => Tridiagonal.eigenvector(tridiagonal, value))
  const bounds = Float64Array.from(vectors, (vector) => beyond * Math.abs(vector[k - 1]!))
  return { values, vectors, bounds, largest: Tridiagonal.eigenvalue(tridiagonal, k - 1) }
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, 0, a, 0, a.length))

/** a ← a − (a·q) q, the part orthogonal to the unit vector q. */
const project = (a: Float64Array, q: Float64Array): void => {
  const along = dot(a, 0, q, 0, a.length)
  for (let i = 0; i < a.length; i++) a[i]! -= along * q[i]!
}
