// The largest eigenvalue of a symmetric operator that is known by its products with vectors alone: Lanczos with full
// reorthogonalization. Unlike power iteration it is not drawn to a negative eigenvalue of larger modulus.
import * as Matrix from "./Matrix.ts"
import * as Random from "./Random.ts"

/**
 * λ_max of an operator on vectors of length `size`, a lower bound that converges to it: at most `steps` products, fewer
 * where three in a row raise it by less than 1e-8 of itself.
 */
export const largestEigenvalue = (
  size: number,
  apply: (vector: Float64Array) => Float64Array,
  steps = 60
): number => {
  const basis: Array<Matrix.Matrix> = []
  const diagonal: Array<number> = []
  const off: Array<number> = []
  let next = row(Random.normals(Random.stream("start of Lanczos"), 0, size))
  let found = -Infinity
  let quiet = 0
  for (let step = 0; step < Math.min(steps, size) && quiet < 3; step++) {
    const q = Matrix.scale(next, 1 / Matrix.frobenius(next))
    const image = row(apply(q.data))
    basis.push(q)
    diagonal.push(Matrix.dot(q, image))
    next = image
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) next = Matrix.subtract(next, Matrix.scale(known, Matrix.dot(known, next)))
    }
    const value = largestOfTridiagonal(diagonal, off)
    quiet = value - found <= 1e-8 * Math.abs(value) ? quiet + 1 : 0
    found = value
    const length = Matrix.frobenius(next)
    if (length <= 1e-14 * Matrix.frobenius(image)) break
    off.push(length)
  }
  return found
}

const row = (vector: Float64Array): Matrix.Matrix => Matrix.make(1, vector.length, vector)

/** By bisection: x is above λ_max if and only if every pivot of the LDLᵀ of T − x is negative. */
const largestOfTridiagonal = (diagonal: ReadonlyArray<number>, off: ReadonlyArray<number>): number => {
  const reach = diagonal.map((value, i) => Math.abs(off[i - 1] ?? 0) + Math.abs(i < diagonal.length - 1 ? off[i]! : 0) + value)
  let above = Math.max(...reach)
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
