/** What S runs of SGD say about each entry of the rank and the multiplicity pattern: mean, deviation, interval. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { multiplicity } from "../../dln/multiplicity.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Table from "../../engine/Table.ts"
import { patternEstimator } from "../estimator.ts"
import * as Parameter from "../Parameter.ts"
import { byThreshold, patternOf, rowsOf } from "./rankPatterns.ts"
import { Ranks } from "./Ranks.ts"

const real = Schema.NullOr(Schema.Finite)

export const Patterns = Stage.make(import.meta.url, "patterns", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { ranks: Schema.Struct({ run: Schema.Int, ...Ranks.output.fields }) },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    epsilon: Schema.Finite,
    i: Schema.Int,
    j: Schema.Int,
    rank_mean: real,
    rank_deviation: real,
    rank_low: real,
    rank_high: real,
    multiplicity_mean: real,
    multiplicity_deviation: real,
    multiplicity_low: real,
    multiplicity_high: real,
    /** Runs in which this multiplicity was negative before it was clipped. */
    negatives: Schema.Int,
    /** Runs that reached the checkpoint. */
    runs: Schema.Int,
    /** Where all runs have this rank: the exact bound on the probability that another run differs. */
    rank_differs: real
  }),
  run: (interval, { ranks }) =>
    Effect.sync(() => {
      const estimatesOf = patternEstimator(interval)
      const rank = ranks.column("rank")
      const groups = byThreshold(ranks)
      return Table.beside(
        ranks.at(rowsOf(groups.map(({ runs }) => runs[0]!)), ["checkpoint", "epsilon", "i", "j"]),
        groups.flatMap(({ runs }) => {
          const patterns = runs.flatMap((shown) => patternOf(rank, shown) ?? [])
          const found = patterns.map(multiplicity)
          const means = estimatesOf(patterns)
          const multiplicities = estimatesOf(found.map(({ pattern }) => pattern))
          return Array.from(runs[0]!.rows, (_, entry) => {
            const [ranks, counts] = [means[entry], multiplicities[entry]]
            return {
              rank_mean: ranks?.mean ?? null,
              rank_deviation: ranks?.deviation ?? null,
              rank_low: ranks?.bootstrap?.low ?? null,
              rank_high: ranks?.bootstrap?.high ?? null,
              multiplicity_mean: counts?.mean ?? null,
              multiplicity_deviation: counts?.deviation ?? null,
              multiplicity_low: counts?.bootstrap?.low ?? null,
              multiplicity_high: counts?.bootstrap?.high ?? null,
              negatives: found.filter(({ raw }) => raw[entry]! < 0).length,
              runs: patterns.length,
              rank_differs: ranks?.differs ?? null
            }
          })
        })
      )
    })
})
