/** The ranks of every partial product at every threshold ε, with the gap that tells how safe each count is. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Rank from "../../dln/rank.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Table from "../../engine/Table.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { Spectra } from "./Spectra.ts"
import { valuesAt } from "../valuesAt.ts"

export const Ranks = Stage.make(import.meta.url, "ranks", {
  params: { widths: Parameter.widths, epsilons: Parameter.epsilons },
  inputs: { spectra: Spectra.output, modes: Problem.output.modes },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    i: Schema.Int,
    j: Schema.Int,
    epsilon: Schema.Finite,
    /** #{σ > ε σ_1}. */
    rank: Schema.NullOr(Schema.Int),
    /** #{σ > (ε ŝ_1)^(m/L)}, m = j − i + 1. */
    anchored_rank: Schema.NullOr(Schema.Int),
    /** σ_r/σ_{r+1} at the relative rank; ∞ where r is full, null for a zero matrix. */
    gap: Schema.NullOr(Schema.Number),
    effective_rank: Schema.NullOr(Schema.Finite),
    participation_ratio: Schema.NullOr(Schema.Finite),
    /** σ_r/σ_{r+1} at the anchored rank. */
    anchored_gap: Schema.NullOr(Schema.Number),
    ...Checkpoint.moment
  }),
  run: ({ widths, epsilons }, { spectra, modes }) =>
    Effect.sync(() => {
      const depth = widths.length - 1
      const s1 = modes.column("singular_value")[0]!
      const [j, i, values] = [spectra.column("j"), spectra.column("i"), spectra.column("sigma")]
      const products = spectra.groups("checkpoint", "i", "j")
      return Table.beside(
        spectra.across(
          Int32Array.from(products, ([first]) => first!),
          ["checkpoint", "i", "j", ...Checkpoint.momentColumns],
          epsilons.map((epsilon) => ({ epsilon }))
        ),
        products.flatMap((rows) => {
          const first = rows[0]!
          const sigma = valuesAt(values, rows)
          const effective_rank = sigma && Rank.effectiveRank(sigma)
          const participation_ratio = sigma && Rank.participationRatio(sigma)
          return epsilons.map((epsilon) => {
            const relative = sigma && Rank.relativeRank(sigma, epsilon)
            const anchored = sigma && Rank.anchoredRank(sigma, { epsilon, s1, factors: j[first]! - i[first]! + 1, depth })
            return {
              rank: relative && relative.rank,
              anchored_rank: anchored && anchored.rank,
              gap: relative && relative.gap,
              effective_rank,
              participation_ratio,
              anchored_gap: anchored && anchored.gap
            }
          })
        })
      )
    })
})
