/** How surely the relative rank finds the rank of the signal at each threshold ε, over the draws of one noise. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { relativeRank } from "../../dln/rank.ts"
import { recovery } from "../../dln/recovery.ts"
import * as Stage from "../../engine/Stage.ts"
import { DrawnSpectrum } from "./NoisySpectra.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { strengthsOf } from "../signal.ts"

export const Recovery = Stage.make(import.meta.url, "recovery", {
  params: { epsilons: Parameter.epsilons, level: Parameter.level },
  inputs: { modes: Problem.output.modes, spectra: DrawnSpectrum },
  outputs: Schema.Struct({
    epsilon: Schema.Finite,
    /** The size of the noise as the σ of independent entries. */
    sigma: Schema.Finite,
    /** The share of the draws with r_ε(A) = r, and Clopper and Pearson's interval for its probability. */
    recovery: Schema.Finite,
    recovery_low: Schema.Finite,
    recovery_high: Schema.Finite,
    rank_mean: Schema.Finite,
    /** Over draws; null for one. */
    rank_variance: Schema.NullOr(Schema.Finite),
    /** The largest rank of any draw. */
    rank_largest: Schema.Int,
    /** r. */
    rank_true: Schema.Int,
    draws: Schema.Int
  }),
  run: ({ epsilons, level }, { modes, spectra }) =>
    Effect.sync(() => {
      const rank = strengthsOf(modes).length
      return epsilons.toSorted((a, b) => a - b).map((epsilon) => {
        const ranks = spectra.rows.map(({ values }) => relativeRank(values, epsilon).rank)
        const found = recovery(ranks, rank, level)
        return {
          epsilon,
          sigma: spectra.rows[0]!.sigma,
          recovery: found.share,
          recovery_low: found.interval.low,
          recovery_high: found.interval.high,
          rank_mean: found.mean,
          rank_variance: found.variance,
          rank_largest: Math.max(...ranks),
          rank_true: rank,
          draws: found.draws
        }
      })
    })
})
