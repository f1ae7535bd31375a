/** When each mode of a run decouples from the others, and when it is learnt: t_cross and t_diag. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { blockStrength } from "../../dln/modeBlocks.ts"
import { modeTimes } from "../../dln/modeTimes.ts"
import { drops } from "../../dln/levels.ts"
import * as Stage from "../../engine/Stage.ts"
import { ModeSeries } from "./ModeSeries.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"

const time = Schema.NullOr(Schema.Finite)

export const ModeTimes = Stage.make(import.meta.url, "mode-times", {
  params: {
    learningRate: Parameter.learningRate, rhos: Parameter.rhos, onset: Parameter.onset, learnt: Parameter.learnt
  },
  inputs: { series: ModeSeries.output.modes, modes: Problem.output.modes },
  outputs: Schema.Struct({
    mode: Schema.String,
    block: Schema.Int,
    /** ŝ_a; of a block the root of its mean square. */
    strength: Schema.Finite,
    rho: Schema.Finite,
    /** The protocol's own t_cross, the first time with max_{b≠a} |w_ab| ≤ ρ ŝ_a: 0 for a tiny start. Null: never. */
    t_literal: time,
    /** The first such time from the onset on, the first time with |w_aa| ≥ onset·ŝ_a. */
    t_cross: time,
    /** The first time with |w_aa| ≥ c ŝ_a. */
    t_diag: time,
    /** Where t_cross comes to t_diag; "after" where it never comes, null where the mode is never learnt. */
    order: Schema.NullOr(Schema.Literals(["before", "same", "after"]))
  }),
  run: ({ learningRate, rhos, onset, learnt }, { series, modes }) =>
    Effect.sync(() => {
      const strengths = Float64Array.from(modes.column("singular_value"))
      const rank = modes.rows.filter(({ teacher_value }) => teacher_value !== null).length
      const blocks = drops(strengths, rank)
      return [...Map.groupBy(series.rows, ({ block }) => block)].flatMap(([block, rows]) => {
        const strength = blockStrength(strengths, blocks[block - 1]!)
        const course = {
          steps: Int32Array.from(rows, ({ step }) => step),
          diagonal: Float64Array.from(rows, ({ diagonal }) => diagonal),
          cross: Float64Array.from(rows, ({ cross }) => cross),
          strength
        }
        return rhos.map((rho) => {
          const { literal, cross, diagonal } = modeTimes(course, rho, { onset, learnt })
          const timeOf = (step: number | null) => step === null ? null : learningRate * step
          return {
            mode: rows[0]!.mode,
            block,
            strength,
            rho,
            t_literal: timeOf(literal),
            t_cross: timeOf(cross),
            t_diag: timeOf(diagonal),
            order: diagonal === null ? null
              : cross === null || cross > diagonal ? "after" as const
              : cross === diagonal ? "same" as const
              : "before" as const
          }
        })
      })
    })
})
