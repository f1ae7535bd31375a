/** The multiplicity pattern of each rank pattern: how often an interval of layers carries a mode and nothing longer does. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { multiplicity } from "../../dln/multiplicity.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Table from "../../engine/Table.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { byThreshold, patternOf, rowsOf } from "./rankPatterns.ts"
import { Ranks } from "./Ranks.ts"

export const Multiplicities = Stage.make(import.meta.url, "multiplicities", {
  params: {},
  inputs: { ranks: Ranks.output },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    epsilon: Schema.Finite,
    i: Schema.Int,
    j: Schema.Int,
    /** m_ij of the relative ranks, negatives clipped to 0; null where the checkpoint was never reached. */
    multiplicity: Schema.NullOr(Schema.Int),
    /** Whether it was negative, which no true rank pattern has. */
    clipped: Schema.NullOr(Schema.Boolean),
    ...Checkpoint.moment
  }),
  run: (_, { ranks }) =>
    Effect.sync(() => {
      const rank = ranks.column("rank")
      const shown = byThreshold(ranks).flatMap(({ runs }) => runs)
      return Table.beside(
        ranks.at(rowsOf(shown), ["checkpoint", "epsilon", "i", "j", ...Checkpoint.momentColumns]),
        shown.flatMap((one) => {
          const pattern = patternOf(rank, one)
          const found = pattern && multiplicity(pattern)
          return Array.from(one.rows, (_, entry) =>
            ({ multiplicity: found && found.pattern[entry]!, clipped: found && found.raw[entry]! < 0 }))
        })
      )
    })
})
