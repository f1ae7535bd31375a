// When a mode decouples from the others, and when it is learnt (protocol §1.3, "mode decoupling").
//
// The protocol's t_cross(a) = inf{t: max_{b≠a} |w_ab| ≤ ε} holds at t = 0 for every tiny start, and says nothing there.
// So it is given as it stands, and beside it in a form that waits until the mode has begun to grow.

export interface ModeSeries {
  /** Steps that ascend. */
  readonly steps: Int32Array
  /** w_aa at those steps. */
  readonly diagonal: Float64Array
  /** max_{b≠a} |w_ab| at those steps. */
  readonly cross: Float64Array
  /** s_a, the singular value of the mode. */
  readonly strength: number
}

export interface ModeTimes {
  /** First step with max_{b≠a} |w_ab| ≤ ρ s_a: the protocol's own t_cross. */
  readonly literal: number | null
  /** The first such step from the onset on, the first step with |w_aa| ≥ onset·s_a. */
  readonly cross: number | null
  /** t_diag: first step with |w_aa| ≥ c s_a. */
  readonly diagonal: number | null
}

/** Steps for one mode a and one ρ; null for what is never reached. */
export const modeTimes = (
  { steps, diagonal, cross, strength }: ModeSeries,
  rho: number,
  { onset, learnt }: { readonly onset: number; readonly learnt: number } = { onset: 0.01, learnt: 0.5 }
): ModeTimes => {
  const first = (holds: (index: number) => boolean): number | null => {
    const index = steps.findIndex((_, at) => holds(at))
    return index === -1 ? null : index
  }
  const stepAt = (index: number | null): number | null => (index === null ? null : steps[index]!)
  const decoupled = (index: number): boolean => cross[index]! <= rho * strength
  const grown = (share: number) => (index: number): boolean => Math.abs(diagonal[index]!) >= share * strength
  const begun = first(grown(onset))
  return {
    literal: stepAt(first(decoupled)),
    cross: begun === null ? null : stepAt(first((index) => index >= begun && decoupled(index))),
    diagonal: stepAt(first(grown(learnt)))
  }
}
