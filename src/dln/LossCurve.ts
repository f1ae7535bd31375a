// The excess of the full training loss, ℓ − ℓ_min, as a run goes on. Never the loss of a minibatch.
// It is judged by the first passage of its running minimum, so that noise cannot un-reach a level.

export interface LossCurve {
  /** Steps that ascend, every one or every `lossEvery`-th: passages are known to this resolution. */
  readonly steps: Int32Array
  /** ℓ − ℓ_min at those steps. */
  readonly excess: Float64Array
}

/**
 * The first step at which the loss, and so its running minimum, is at or below a level; null if it never is, as for
 * every level after a run diverged to NaN. A level below which the run starts is passed at its first step.
 */
export const firstPassage = (curve: LossCurve, level: number): number | null => {
  const index = curve.excess.findIndex((excess) => excess <= level)
  return index === -1 ? null : curve.steps[index]!
}

/** min_{τ ≤ t} ℓ(τ) − ℓ_min. */
export const runningMinimum = (curve: LossCurve): LossCurve => {
  let least = Infinity
  return { steps: curve.steps, excess: curve.excess.map((excess) => (least = excess < least ? excess : least)) }
}
