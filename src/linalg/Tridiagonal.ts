// A symmetric tridiagonal matrix, its eigenvalues and their vectors. What Householder's and Lanczos' reductions end in.
import * as Kernel from "./Kernel.ts"
import { gershgorin } from "./reference/sturm.ts"

export interface Tridiagonal {
  /** n ≥ 1 entries. */
  readonly diagonal: ArrayLike<number>
  /** Entry i stands beside diagonal entries i and i + 1; those from n − 1 on are not read. */
  readonly off: ArrayLike<number>
}

/** The number of eigenvalues below x, up to round-off of the size of the largest. */
export const countBelow = (t: Tridiagonal, x: number): number => Kernel.countsBelow(t, [x])[0]!

/** Eigenvalue `index`, counted from 0 at the least, to round-off of the largest. */
export const eigenvalue = (t: Tridiagonal, index: number): number => Kernel.eigenvaluesAt(t, [index])[0]!

/** All eigenvalues, least first. */
export const eigenvalues = (t: Tridiagonal): Float64Array =>
  Kernel.eigenvaluesAt(t, Int32Array.from({ length: t.diagonal.length }, (_, index) => index))

/**
 * The eigenvector, of length 1, of an eigenvalue that is known to round-off: LDLᵀ = T − λ from the top and UDUᵀ from
 * the bottom meet where the two leave the smallest pivot. Source: Fernando, "On computing an eigenvector of a
 * tridiagonal matrix" (1997).
 */
export const eigenvector = (t: Tridiagonal, value: number): Float64Array => {
  const { diagonal, off } = t
  const n = diagonal.length
  const { low, high } = gershgorin(t)
  const tiny = 1e-30 * (high - low) + 1e-300
  const away = (pivot: number): number => (Math.abs(pivot) < tiny ? tiny : pivot)
  const down = new Float64Array(n)
  const up = new Float64Array(n)
  const schur = (beside: number, pivot: number): number => beside * (beside / pivot)
  for (let i = 0; i < n; i++) down[i] = away(diagonal[i]! - value - (i > 0 ? schur(off[i - 1]!, down[i - 1]!) : 0))
  for (let i = n - 1; i >= 0; i--) up[i] = away(diagonal[i]! - value - (i < n - 1 ? schur(off[i]!, up[i + 1]!) : 0))
  let meeting = 0
  let least = Infinity
  for (let i = 0; i < n; i++) {
    const pivot = Math.abs(down[i]! + up[i]! - (diagonal[i]! - value))
    if (pivot < least) [meeting, least] = [i, pivot]
  }
  const vector = new Float64Array(n)
  vector[meeting] = 1
  for (let i = meeting - 1; i >= 0; i--) vector[i] = (-off[i]! * vector[i + 1]!) / down[i]!
  for (let i = meeting + 1; i < n; i++) vector[i] = (-off[i - 1]! * vector[i - 1]!) / up[i]!
  let square = 0
  for (const entry of vector) square += entry * entry
  const factor = 1 / Math.sqrt(square)
  return vector.map((entry) => entry * factor)
}
