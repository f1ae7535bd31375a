/** What needs no threshold, of every draw of a noisy matrix: its effective rank, and the gap at the true rank. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { effectiveRank, participationRatio } from "../../dln/rank.ts"
import * as Stage from "../../engine/Stage.ts"
import { DrawnSpectrum } from "./NoisySpectra.ts"
import { Problem } from "../training/Problem.ts"
import { strengthsOf } from "../signal.ts"

export const DrawnRanks = Stage.make(import.meta.url, "drawn-ranks", {
  params: {},
  inputs: { modes: Problem.output.modes, spectra: DrawnSpectrum },
  outputs: Schema.Struct({
    draw: Schema.Int,
    sigma: Schema.Finite,
    effective_rank: Schema.Finite,
    participation_ratio: Schema.Finite,
    /** σ_r/σ_{r+1} at the true rank r; ∞ where σ_{r+1} = 0, null where A has no more than r singular values. */
    gap: Schema.NullOr(Schema.Number),
    /** σ_{r+1}/σ_1: what a threshold ε must exceed in this draw; null likewise. */
    floor: Schema.NullOr(Schema.Finite),
    /** σ_{2r+1}/σ_1, which is round-off for tangent noise. */
    beyond_tangent: Schema.NullOr(Schema.Finite),
    /** The effective rank of the signal itself. */
    signal_effective_rank: Schema.Finite,
    /** max_k |σ_k(A) − σ_k(M)|/‖N‖₂. */
    weyl: Schema.NullOr(Schema.Finite)
  }),
  run: (_, { modes, spectra }) =>
    Effect.sync(() => {
      const signal = strengthsOf(modes)
      const rank = signal.length
      const signal_effective_rank = effectiveRank(signal)
      return spectra.rows.map(({ draw, sigma, values, weyl }) => {
        const share = (k: number) => k < values.length ? values[k]! / values[0]! : null
        return {
          draw,
          sigma,
          effective_rank: effectiveRank(values),
          participation_ratio: participationRatio(values),
          gap: rank < values.length ? values[rank - 1]! / values[rank]! : null,
          floor: share(rank),
          beyond_tangent: share(2 * rank),
          signal_effective_rank,
          weyl
        }
      })
    })
})
