// The critical point near a point that is almost one: ∇ℓ = 0 as a system of equations, by Levenberg and Marquardt's
// method. Each step is the least squares solution of H δ = −∇ℓ with the damping μ‖δ‖², μ in proportion to ‖∇ℓ‖: near a
// manifold of critical points, where H is singular, it tends to the solution of least norm, does not drift along the
// manifold, and converges quadratically (Fan and Yuan, On the quadratic convergence of the Levenberg–Marquardt method
// without nonsingularity assumption, 2005). Where sheets of critical points meet, it converges by a constant factor a
// step. Descent on ℓ would leave a strict saddle instead.
import * as Kernel from "../../linalg/Kernel.ts"
import { dampedTridiagonal } from "../../linalg/dampedTridiagonal.ts"
import { combine, krylov, type Krylov } from "../../linalg/lanczos.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import type { Statistics } from "../../linalg/Training.ts"
import { criticality, type Criticality } from "./criticality.ts"

export interface Refined {
  readonly weights: Float64Array
  /** ‖∇ℓ‖/scale before and after. */
  readonly before: number
  readonly after: number
  /** ‖θ_after − θ_before‖, and that over ‖θ_before‖ (0 where the weights are zero and stay so). */
  readonly moved: number
  readonly movedRelative: number
  readonly steps: number
}

export interface Options {
  /** ‖∇ℓ‖/scale to reach; 1e-12 unless told. */
  readonly tolerance?: number
  /** The limit on steps; 60 unless told. */
  readonly limit?: number
}

/** Throws NotRefined. Points that are critical already stay as they are, to the bit. */
export const refine = (
  widths: ReadonlyArray<number>, weights: Float64Array, statistics: Statistics, options: Options = {}
): Refined => {
  const { tolerance = 1e-12, limit = 60 } = options
  const before = criticality(widths, weights, statistics)
  let [theta, found, damping, steps] = [weights, before, 1, 0]
  while (found.relative > tolerance) {
    if (steps === limit) throw new NotRefined(before.relative, found.relative, steps)
    const space = krylov(
      (direction) => Kernel.hessianVectorProduct(widths, theta, statistics, direction),
      found.gradient,
      ({ basis }) => basis.length >= LARGEST_SPACE
    )
    const next = improved(widths, theta, statistics, found, space, damping)
    if (next === undefined) throw new NotRefined(before.relative, found.relative, steps)
    theta = next.weights
    found = next.found
    damping = next.damping
    steps++
  }
  const moved = distance(theta, weights)
  const size = distance(weights, new Float64Array(weights.length))
  return {
    weights: theta.slice(),
    before: before.relative,
    after: found.relative,
    moved,
    movedRelative: moved === 0 ? 0 : moved / size,
    steps
  }
}

/** Of the Krylov space that a step is sought in. */
const LARGEST_SPACE = 120

/** The first of the steps, more and more damped, that lowers the gradient; none where round-off is reached. */
const improved = (
  widths: ReadonlyArray<number>, theta: Float64Array, statistics: Statistics,
  found: Criticality, space: Krylov, damping: number
): { readonly weights: Float64Array; readonly found: Criticality; readonly damping: number } | undefined => {
  const { diagonal, off } = space.tridiagonal
  const size = Math.max(...Array.from(diagonal, Math.abs), ...Array.from(off, Math.abs))
  for (let factor = damping; factor < 1e16; factor *= 16) {
    const y = dampedTridiagonal(space.tridiagonal, -found.norm, factor * Math.sqrt(found.relative) * size)
    const step = combine(space, y)
    const weights = theta.map((weight, i) => weight + step[i]!)
    const next = criticality(widths, weights, statistics)
    if (next.norm < found.norm) return { weights, found: next, damping: Math.max(factor / 8, 1e-6) }
  }
  return undefined
}

const distance = (a: Float64Array, b: Float64Array): number =>
  Matrix.frobenius(Matrix.subtract(Matrix.make(1, a.length, a), Matrix.make(1, b.length, b)))

/** No critical point was found near the start. */
export class NotRefined extends Error {
  override readonly name = "NotRefined"
  /** ‖∇ℓ‖/scale at the start, and the least that was reached. */
  readonly before: number
  readonly after: number
  readonly steps: number

  constructor(before: number, after: number, steps: number) {
    super(
      `Refinement stopped after ${steps} steps at a relative gradient of ${after.toPrecision(3)}, ` +
        `from ${before.toPrecision(3)}: the point lies too far from a critical one, or near one where sheets of them ` +
        "meet; sample with a larger β, or drop it"
    )
    this.before = before
    this.after = after
    this.steps = steps
  }
}
