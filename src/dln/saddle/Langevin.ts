// Langevin dynamics on a potential U: z ← z − (ε/2)∇U(z) + √ε ξ, ξ ~ N(0, I), whose law tends to exp(−U) with a bias of
// order ε; with Metropolis' correction it has none. Step t takes its draws from place t of the streams, so that a chain
// that is continued has the bits of one that was never stopped.
import * as Random from "../../linalg/Random.ts"
import { dot } from "../../linalg/reference/dot.ts"
import { log } from "../../linalg/elementary.ts"

/** Writes the gradient at z that step `step` uses, and returns U(z), which is read only for the correction. */
export type Potential = (z: Float64Array, step: number, gradient: Float64Array) => number

export interface State {
  /** Steps taken. */
  readonly step: number
  readonly z: Float64Array
  /** Proposals accepted: all of them without the correction. */
  readonly accepted: number
}

export interface Dynamics {
  readonly potential: Potential
  /** ε_t. */
  readonly stepSize: (step: number) => number
  /** Metropolis-adjusted; `potential` must then be the same at every step. */
  readonly corrected: boolean
  readonly noise: Random.Stream
}

export const begin = (z: Float64Array): State => ({ step: 0, z: z.slice(), accepted: 0 })

/** Takes `steps` steps, and shows each state to `visit`, which must not keep or change its z. Throws StepDiverged. */
export const run = (
  { potential, stepSize, corrected, noise }: Dynamics,
  start: State,
  steps: number,
  visit: (step: number, z: Float64Array) => void = () => {}
): State => {
  const size = start.z.length
  let [z, proposed] = [start.z.slice(), new Float64Array(size)]
  let [gradient, proposedGradient] = [new Float64Array(size), new Float64Array(size)]
  let { accepted } = start
  let energy = corrected ? potential(z, start.step, gradient) : NaN
  for (let step = start.step; step < start.step + steps; step++) {
    const epsilon = stepSize(step)
    if (!corrected) potential(z, step, gradient)
    const xi = Random.normals(noise, step * size, size)
    const root = Math.sqrt(epsilon)
    for (let i = 0; i < size; i++) proposed[i] = (z[i]! - 0.5 * epsilon * gradient[i]!) + root * xi[i]!
    if (!proposed.every(Number.isFinite)) throw new StepDiverged(step, epsilon)
    let accepts = true
    if (corrected) {
      const next = potential(proposed, step, proposedGradient)
      const ratio = energy - next - backward(z, proposed, proposedGradient, epsilon) + 0.5 * dot(xi, 0, xi, 0, size)
      accepts = log(Random.uniforms(noise, step, 1)[0]!) < ratio
      if (accepts) {
        energy = next
        ;[gradient, proposedGradient] = [proposedGradient, gradient]
      }
    }
    if (accepts) {
      ;[z, proposed] = [proposed, z]
      accepted++
    }
    visit(step + 1, z)
  }
  return { step: start.step + steps, z, accepted }
}

/** ‖z − z' + (ε/2)∇U(z')‖²/(2ε): minus the log-density of the way back from z', as ½‖ξ‖² is of the way there. */
const backward = (z: Float64Array, from: Float64Array, gradient: Float64Array, epsilon: number): number => {
  const miss = z.map((value, i) => value - (from[i]! - 0.5 * epsilon * gradient[i]!))
  return dot(miss, 0, miss, 0, miss.length) / (2 * epsilon)
}

/** The dynamics left the numbers. */
export class StepDiverged extends Error {
  override readonly name = "StepDiverged"
  /** The step, from 0, whose proposal was not finite. */
  readonly step: number
  /** ε there. */
  readonly stepSize: number

  constructor(step: number, stepSize: number) {
    super(
      `Langevin dynamics diverged at step ${step} with step size ${stepSize}: the potential grows faster than steps ` +
        "so long can follow; lower the step size tenfold, start nearer to the origin, or raise the prior's precision"
    )
    this.step = step
    this.stepSize = stepSize
  }
}
