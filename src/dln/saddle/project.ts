// The residual of a critical point near one that is almost one: the constraints C(Z) = 0 of the normal form by Levenberg
// and Marquardt's method, (JᵀJ + μ) δ = −Jᵀ C with μ in proportion to ‖C‖, which converges quadratically to a manifold of
// solutions (Fan and Yuan 2005), and by a constant factor a step where sheets of them meet. The signal, and with it the
// modes that are learnt, stays as it is.
import * as Matrix from "../../linalg/Matrix.ts"
import { solvePositive } from "../../linalg/solvePositive.ts"
import * as Network from "../Network.ts"
import { constraintCurvature } from "./constraintCurvature.ts"
import * as ConstraintEnergy from "./ConstraintEnergy.ts"
import type { NormalForm } from "./NormalForm.ts"

export interface Projected {
  readonly z: Float64Array
  /** ‖Z_after − Z_before‖, which the weights of the normal form move by as well. */
  readonly moved: number
  readonly steps: number
}

export interface Options {
  /** The largest ‖C(Z)‖, in units of its terms, of a solution; 1e-14 unless told. */
  readonly tolerance?: number
  /** The limit on steps; 1000 unless told. */
  readonly limit?: number
}

/** Throws NotProjected. Residuals that satisfy the constraints already stay as they are, to the bit. */
export const project = (
  { residualWidths: widths, sigma }: NormalForm, start: Float64Array, { tolerance = 1e-14, limit = 1000 }: Options = {}
): Projected => {
  const energy = ConstraintEnergy.make(widths, sigma)
  const relative = (z: Float64Array, value: number): number =>
    value === 0 ? 0 : Math.sqrt(2 * value) / termSize(widths, sigma, z)
  const before = relative(start, energy.value(start))
  let [z, found, factor, steps] = [start, before, 1, 0]
  while (found > tolerance) {
    const gradient = new Float64Array(z.length)
    const value = energy.addGradient(z, gradient)
    const curvature = constraintCurvature(widths, sigma, z)
    let next: Float64Array | undefined
    for (let damping = factor * found; next === undefined && damping < 1e16; damping *= 16) {
      const step = damped(curvature, gradient, damping)
      const moved = step && z.map((entry, i) => entry - step[i]!)
      if (moved !== null && energy.value(moved) < value) next = moved
    }
    if (steps === limit || next === undefined) throw new NotProjected(before, found, steps)
    // Where two sheets cross, undamped steps divide E by 16: less says that the damping holds them back.
    if (energy.value(next) > value / 16) factor /= 2
    z = next
    found = relative(z, energy.value(z))
    steps++
  }
  return { z: z.slice(), moved: Matrix.frobenius(Matrix.make(1, z.length, z.map((entry, i) => entry - start[i]!))), steps }
}

/** The x of (A + d) x = b, d the `damping` in units of the largest entry of A ≥ 0 and never below its round-off. */
const damped = ({ rows: n, data }: Matrix.Matrix, b: Float64Array, damping: number): Float64Array | null => {
  const a = Matrix.make(n, n, data.slice())
  let largest = 0 // of a semidefinite matrix it lies on the diagonal
  for (let i = 0; i < n; i++) largest = Math.max(largest, data[i * n + i]!)
  for (let i = 0; i < n; i++) a.data[i * n + i]! += Math.max(damping, 1e-15 * n) * largest
  return solvePositive(a, b)
}

/** Σ ∏ ‖F_k‖ over the constraints, each of which leaves one factor out: how large the products could be. */
const termSize = (widths: ReadonlyArray<number>, sigma: Matrix.Matrix, z: Float64Array): number => {
  const norms = [sigma, ...Network.layers(widths, z)].map(Matrix.frobenius)
  return norms.reduce((sum, _, o) => sum + norms.reduce((product, norm, k) => k === o ? product : product * norm, 1), 0)
}

/** No residual of a critical point was found near the start. */
export class NotProjected extends Error {
  override readonly name = "NotProjected"
  /** ‖C(Z)‖ in units of its terms at the start, and the least that was reached. */
  readonly before: number
  readonly after: number
  readonly steps: number

  constructor(before: number, after: number, steps: number) {
    super(
      `Projection stopped after ${steps} steps at constraints of ${after.toPrecision(3)}, from ${before.toPrecision(3)}: ` +
        "the sample lies too far from a critical point; sample with a larger β, or drop it"
    )
    this.before = before
    this.after = after
    this.steps = steps
  }
}
