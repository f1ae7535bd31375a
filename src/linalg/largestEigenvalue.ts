// The largest eigenvalue of a symmetric operator that is known by its products with vectors alone: Lanczos with full
// reorthogonalization. Unlike power iteration it is not drawn to a negative eigenvalue of larger modulus.
import { dot } from "./reference/dot.ts"
import * as Random from "./Random.ts"

/**
 * λ_max of an operator on vectors of length `size`, a lower bound that converges to it: at most `steps` products, fewer
 * where three in a row raise it by less than `accuracy` of itself.
 */
export const largestEigenvalue = (
  size: number,
  apply: (vector: Float64Array) => Float64Array,
  { steps = 60, accuracy = 1e-8 }: { readonly steps?: number; readonly accuracy?: number } = {}
): number => {
  const basis: Array<Float64Array> = []
  const diagonal: Array<number> = []
  const off: Array<number> = []
  let next = Random.normals(Random.stream("start of Lanczos"), 0, size)
  let found = -Infinity
  let quiet = 0
  for (let step = 0; step < Math.min(steps, size) && quiet < 3; step++) {
    const q = scaled(next, 1 / norm(next))
    next = apply(q).slice()
    const reach = norm(next)
    basis.push(q)
    diagonal.push(inner(q, next))
    // Twice: what one pass leaves, where it cancels nearly everything, would grow into copies of λ_max.
    for (let pass = 0; pass < 2; pass++) for (const known of basis) project(next, known)
    const value = largestOfTridiagonal(diagonal, off)
    quiet = value - found <= accuracy * Math.abs(value) ? quiet + 1 : 0
    found = value
    const length = norm(next)
    if (length <= 1e-14 * reach) break
    off.push(length)
  }
  return found
}

const inner = (a: Float64Array, b: Float64Array): number => dot(a, 0, b, 0, a.length)
const norm = (a: Float64Array): number => Math.sqrt(inner(a, a))
const scaled = (a: Float64Array, factor: number): Float64Array => a.map((value) => value * factor)

/** a ← a − (a·q) q, the part orthogonal to the unit vector q. */
const project = (a: Float64Array, q: Float64Array): void => {
  const length = inner(a, q)
  for (let i = 0; i < a.length; i++) a[i]! -= length * q[i]!
}

/** By bisection: x is above λ_max if and only if every pivot of the LDLᵀ of T − x is negative. */
const largestOfTridiagonal = (diagonal: ReadonlyArray<number>, off: ReadonlyArray<number>): number => {
  // Gershgorin: no eigenvalue lies above every diagonal entry plus the entries beside it, which are positive here.
  let above = Math.max(...diagonal.map((value, i) => value + (off[i - 1] ?? 0) + (off[i] ?? 0)))
  let below = Math.max(...diagonal)
  const isAbove = (x: number): boolean => {
    let pivot = -Infinity
    return diagonal.every((value, i) => {
      pivot = value - x - (i === 0 ? 0 : (off[i - 1]! * off[i - 1]!) / pivot)
      return pivot < 0
    })
  }
  for (;;) {
    const middle = below + (above - below) / 2
    if (!(middle > below && middle < above)) return below
    if (isAbove(middle)) above = middle
    else below = middle
  }
}
