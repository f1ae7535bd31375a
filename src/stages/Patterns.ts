/** What S runs of SGD say about each entry of the rank and the multiplicity pattern: mean, deviation, interval. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { multiplicity } from "../dln/multiplicity.ts"
import * as Stage from "../engine/Stage.ts"
import * as Random from "../linalg/Random.ts"
import * as Bootstrap from "../stats/Bootstrap.ts"
import { estimate } from "../stats/estimate.ts"
import * as Parameter from "./Parameter.ts"
import { byThreshold, patternOf } from "./rankPatterns.ts"
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
  run: ({ bootstrap, level, seed }, { ranks }) =>
    Effect.sync(() =>
      byThreshold(ranks.rows).flatMap(({ checkpoint, epsilon, runs }) => {
        const patterns = runs.flatMap((shown) => patternOf(shown, ({ rank }) => rank) ?? [])
        const found = patterns.map(multiplicity)
        // A level that no run reaches has no mean to resample.
        const draws = patterns.length === 0 ? undefined : Bootstrap.resamples(Random.stream(seed, "bootstrap"), patterns.length, bootstrap)
        const estimated = (values: ReadonlyArray<number>) => draws && estimate(values, draws, level)
        return runs[0]!.rows.map(({ i, j }, entry) => {
          const rank = estimated(patterns.map((pattern) => pattern[entry]!))
          const count = estimated(found.map(({ pattern }) => pattern[entry]!))
          return {
            checkpoint,
            epsilon,
            i,
            j,
            rank_mean: rank?.mean ?? null,
            rank_deviation: rank?.deviation ?? null,
            rank_low: rank?.bootstrap?.low ?? null,
            rank_high: rank?.bootstrap?.high ?? null,
            multiplicity_mean: count?.mean ?? null,
            multiplicity_deviation: count?.deviation ?? null,
            multiplicity_low: count?.bootstrap?.low ?? null,
            multiplicity_high: count?.bootstrap?.high ?? null,
            negatives: found.filter(({ raw }) => raw[entry]! < 0).length,
            runs: patterns.length,
            rank_differs: rank?.differs ?? null
          }
        })
      }))
})
