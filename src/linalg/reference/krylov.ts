// Lanczos with full reorthogonalization: a symmetric operator, known by its products with vectors alone, seen in the
// Krylov space of a start, where it is tridiagonal. Here the space grows, of any operator or of the Hessian of a network.
import type { Statistics } from "../Training.ts"
import { dot } from "./dot.ts"
import { hessianVectorProduct } from "./hessian.ts"

export type Operator = (vector: Float64Array) => Float64Array

/** The Krylov space so far: k orthonormal vectors Q, QᵀAQ = T, and A Q = Q T + (what lies beyond them) e_kᵀ. */
export interface Krylov {
  /** n, the length of vectors. */
  readonly length: number
  /** q_1, …, q_k and then what A q_k has beyond them, or at first the start: rows of n entries and zeros up to whole fours. */
  readonly basis: Float64Array
  /** The diagonal of T. */
  readonly diagonal: Float64Array
  /** What is beside it, k entries, of which the last is the length of what lies beyond: 0 where the space is invariant. */
  readonly off: Float64Array
  /** k, which grows. */
  count: number
  /** The largest ‖A q‖ so far: the size of the operator, as far as it was seen. */
  size: number
}

/** The entries of a row of the basis. */
export const rowOf = (length: number): number => (length + 3) & ~3

/** Grows the space to `to` vectors, for which it has room, a product each; less far where it becomes invariant. */
export const grow = (apply: Operator, space: Krylov, to: number): void => {
  const { basis, diagonal, off, length: n } = space
  const row = rowOf(n)
  const norm = (from: number): number => Math.sqrt(dot(basis, from, basis, from, n))
  while (space.count < to && !isInvariant(space)) {
    const at = space.count * row
    const next = at + row
    const factor = 1 / (space.count === 0 ? norm(at) : off[space.count - 1]!)
    for (let i = at; i < at + n; i++) basis[i] = basis[i]! * factor
    basis.set(apply(basis.subarray(at, at + n)), next)
    space.size = Math.max(space.size, norm(next))
    diagonal[space.count] = dot(basis, at, basis, next, n)
    // Twice: what one pass leaves, where it cancels nearly everything, would grow into copies of known eigenvalues.
    for (let pass = 0; pass < 2; pass++) for (let known = 0; known <= at; known += row) project(basis, next, known, n)
    const beyond = norm(next)
    off[space.count] = space.count + 1 === n || beyond <= 1e-14 * space.size ? 0 : beyond
    space.count++
  }
}

/** Whether A leads out of it no more: then every eigenvalue of T is one of A to round-off. */
export const isInvariant = ({ count, off }: Krylov): boolean => count > 0 && off[count - 1] === 0

/** `grow` by the Hessian of the full loss. */
export const growHessianKrylov = (
  widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics, space: Krylov, to: number
): void => {
  checkSpace(space, weights.length, to)
  grow((direction) => hessianVectorProduct(widths, weights, statistics, direction), space, to)
}

/** Throws an error unless the space has vectors of n entries, and room for `to` of them. */
export const checkSpace = ({ length, basis, diagonal, off }: Krylov, n: number, to: number): void => {
  if (length !== n) throw new Error(`A vector has ${n} entries, as the weights, not ${length}.`)
  const room = Math.min(diagonal.length, off.length, basis.length / rowOf(length) - 1)
  if (to > room) throw new Error(`The space has room for ${room} vectors, not ${to}.`)
}

/** a ← a − (a·q) q, the part orthogonal to the unit vector q. */
const project = (basis: Float64Array, a: number, q: number, n: number): void => {
  const along = dot(basis, a, basis, q, n)
  for (let i = 0; i < n; i++) basis[a + i] = basis[a + i]! - along * basis[q + i]!
}
