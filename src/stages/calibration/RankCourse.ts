/** The ranks of the whole network along one run, at every threshold ε, and its effective rank. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Rank from "../../dln/rank.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { Spectra } from "../ranks/Spectra.ts"

const real = Schema.NullOr(Schema.Finite)

export const RankCourse = Stage.make(import.meta.url, "rank-course", {
  params: { widths: Parameter.widths, epsilons: Parameter.epsilons },
  inputs: { spectra: Spectra.output, modes: Problem.output.modes },
  outputs: {
    ranks: Schema.Struct({
      checkpoint: Schema.String,
      epsilon: Schema.Finite,
      /** #{σ > ε σ_1}; null where the checkpoint was never reached. */
      rank: Schema.NullOr(Schema.Int),
      /** #{σ > ε ŝ_1}. */
      anchored_rank: Schema.NullOr(Schema.Int),
      /** σ_r/σ_{r+1} at each; ∞ where r is full, null for a zero matrix. */
      gap: Schema.NullOr(Schema.Number),
      anchored_gap: Schema.NullOr(Schema.Number),
      /** Whether σ_1 ≥ ŝ_1/2: before it a relative rank counts the shape of the start. */
      learnt: Schema.Boolean,
      ...Checkpoint.moment
    }),
    shape: Schema.Struct({
      checkpoint: Schema.String,
      effective_rank: real,
      participation_ratio: real,
      ...Checkpoint.moment
    })
  },
  run: ({ widths, epsilons }, { spectra, modes }) =>
    Effect.sync(() => {
      const depth = widths.length - 1
      const s1 = modes.column("singular_value")[0]!
      const points = Checkpoint.groups(spectra.rows.filter(({ i, j }) => i === 1 && j === depth)).map((values) => {
        const sigma = values.flatMap(({ sigma }) => sigma ?? [])
        return {
          checkpoint: values[0]!.checkpoint,
          moment: Checkpoint.momentOf(values[0]!),
          sigma: sigma.length === 0 ? null : Float64Array.from(sigma)
        }
      })
      const ascending = epsilons.toSorted((a, b) => a - b)
      return {
        ranks: points.flatMap(({ checkpoint, moment, sigma }) =>
          ascending.map((epsilon) => {
            const relative = sigma && Rank.relativeRank(sigma, epsilon)
            const anchored = sigma && Rank.anchoredRank(sigma, { epsilon, s1, factors: depth, depth })
            return {
              checkpoint,
              epsilon,
              rank: relative && relative.rank,
              anchored_rank: anchored && anchored.rank,
              gap: relative && relative.gap,
              anchored_gap: anchored && anchored.gap,
              learnt: sigma !== null && sigma[0]! >= s1 / 2,
              ...moment
            }
          })),
        shape: points.map(({ checkpoint, moment, sigma }) => ({
          checkpoint,
          effective_rank: sigma && Rank.effectiveRank(sigma),
          participation_ratio: sigma && Rank.participationRatio(sigma),
          ...moment
        }))
      }
    })
})
