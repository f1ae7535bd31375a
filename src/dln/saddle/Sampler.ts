// Many residuals Z near the critical ones: chains of Langevin dynamics on βE(Z) − log π(Z).
import type { Dataset } from "../dataset.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import { dot } from "../../linalg/reference/dot.ts"
import * as ConstraintEnergy from "./ConstraintEnergy.ts"
import * as Langevin from "./Langevin.ts"
import { minibatchSigma } from "./minibatchSigma.ts"
import type { NormalForm } from "./NormalForm.ts"
import * as Prior from "./Prior.ts"
import * as StepSize from "./StepSize.ts"

export interface Sampler {
  readonly form: NormalForm
  /** β > 0: the law is exp(−βE) π, nearer to the critical points the larger β is. */
  readonly beta: number
  readonly prior: Prior.Prior
  readonly stepSize: StepSize.StepSize
  /** Metropolis' correction (MALA): no bias of the step size. Needs the full σ. */
  readonly corrected: boolean
  /** Gradients by σ of `size` random examples; by the form's own σ where absent. */
  readonly minibatch?: Dataset & { readonly size: number }
  /** Steps before the first sample. */
  readonly burnIn: number
  /** The steps that this number divides are kept. */
  readonly thinning: number
  readonly seed: number | string
}

export interface Chain {
  /** From 1; the chain's streams are those of the sampler's seed and this number. */
  readonly chain: number
  readonly start: Float64Array
  readonly state: Langevin.State
}

/** The chain after `step` steps. */
export interface Snapshot {
  readonly step: number
  /** Z, flat. */
  readonly z: Float64Array
  /** E(Z), with the form's own σ. */
  readonly energy: number
  /** ‖Z − Z_start‖. */
  readonly distance: number
  /** False during burn-in. */
  readonly isSample: boolean
}

export const begin = (chain: number, start: Float64Array): Chain => ({ chain, start, state: Langevin.begin(start) })

/**
 * Takes `steps` more steps, and keeps those that `thinning` divides. A chain in several calls has the bits of one.
 * Throws BetaNotPositive, CorrectionNeedsAll or Langevin.StepDiverged.
 */
export const advance = (
  sampler: Sampler, chain: Chain, steps: number
): { readonly chain: Chain; readonly snapshots: ReadonlyArray<Snapshot> } => {
  check(sampler)
  const { form, stepSize, corrected, burnIn, thinning, seed } = sampler
  const energy = ConstraintEnergy.make(form.residualWidths, form.sigma)
  const snapshots: Array<Snapshot> = []
  const dynamics = {
    potential: potential(sampler, chain.chain),
    stepSize: (step: number) => StepSize.at(stepSize, step),
    corrected,
    noise: Random.stream(seed, "Langevin noise", chain.chain)
  }
  const state = Langevin.run(dynamics, chain.state, steps, (step, z) => {
    if (step % thinning !== 0) return
    const way = z.map((value, i) => value - chain.start[i]!)
    const distance = Math.sqrt(dot(way, 0, way, 0, way.length))
    snapshots.push({ step, z: z.slice(), energy: energy.value(z), distance, isSample: step > burnIn })
  })
  return { chain: { ...chain, state }, snapshots }
}

/**
 * βE − log π. With minibatches its gradient is unbiased, though E is quadratic in σ: two independent batches give σ'
 * and σ'', and ⟨C(σ'), C(σ'')⟩ = ‖C((σ' + σ'')/2)‖² − ‖C((σ' − σ'')/2)‖² for every constraint C, which is linear in σ.
 */
export const potential = (
  { form, beta, prior, minibatch, seed }: Pick<Sampler, "form" | "beta" | "prior" | "minibatch" | "seed">, chain: number
): Langevin.Potential => {
  const widths = form.residualWidths
  if (minibatch === undefined) {
    const energy = ConstraintEnergy.make(widths, form.sigma)
    return (z, _, gradient) => {
      gradient.fill(0)
      const value = beta * energy.addGradient(z, gradient, beta)
      Prior.addGradient(prior, widths, z, gradient)
      return value + Prior.value(prior, widths, z)
    }
  }
  const draw = minibatchSigma(form, minibatch, minibatch.size, Random.stream(seed, "minibatch", chain))
  const { rows, columns } = form.sigma
  const [mean, difference] = [Matrix.make(rows, columns), Matrix.make(rows, columns)]
  const [ofMean, ofDifference] = [ConstraintEnergy.make(widths, mean), ConstraintEnergy.make(widths, difference)]
  return (z, step, gradient) => {
    draw(2 * step, mean)
    draw(2 * step + 1, difference)
    for (let i = 0; i < mean.data.length; i++) {
      const [one, other] = [mean.data[i]!, difference.data[i]!]
      mean.data[i] = (one + other) / 2
      difference.data[i] = (one - other) / 2
    }
    gradient.fill(0)
    ofMean.addGradient(z, gradient, beta)
    ofDifference.addGradient(z, gradient, -beta, false)
    Prior.addGradient(prior, widths, z, gradient)
    return NaN
  }
}

const check = ({ beta, prior, stepSize, corrected, minibatch, burnIn, thinning }: Sampler): void => {
  if (!(beta > 0 && beta < Infinity)) throw new BetaNotPositive(beta)
  const problem = Prior.check(prior) ?? StepSize.check(stepSize)
  if (problem !== undefined) throw new Error(problem)
  if (corrected && minibatch !== undefined) throw new CorrectionNeedsAll(minibatch.size, minibatch.x.rows)
  if (!(Number.isInteger(burnIn) && burnIn >= 0 && Number.isInteger(thinning) && thinning >= 1)) {
    throw new Error(`Burn-in is a whole number from 0 on and thinning one from 1 on, not ${burnIn} and ${thinning}.`)
  }
}

/** β ≤ 0 samples what is far from critical, or nothing at all. */
export class BetaNotPositive extends Error {
  override readonly name = "BetaNotPositive"
  readonly beta: number

  constructor(beta: number) {
    super(`β is ${beta}: exp(−βE) gathers at critical points for finite β > 0 only; give one`)
    this.beta = beta
  }
}

/** Metropolis' correction compares the same potential at two points: a minibatch has another one each step. */
export class CorrectionNeedsAll extends Error {
  override readonly name = "CorrectionNeedsAll"
  readonly size: number
  readonly examples: number

  constructor(size: number, examples: number) {
    super(
      `Metropolis' correction is wrong with gradients of ${size} out of ${examples} examples: ` +
        "leave out the minibatch, or the correction"
    )
    this.size = size
    this.examples = examples
  }
}
