/** How far the ranks of SGD runs agree with each other at matched levels of the loss, at every threshold ε. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Binomial from "../../stats/Binomial.ts"
import { mean } from "../../stats/mean.ts"
import { variance } from "../../stats/variance.ts"
import { countedRank, rankFields } from "./countedRank.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const RankSpread = Stage.make(import.meta.url, "rank-spread", {
  params: { level: Parameter.level },
  inputs: { sgd: Schema.Struct(rankFields) },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    epsilon: Schema.Finite,
    kind: Parameter.rankKind,
    mean: real,
    /** Over runs; null for one run. */
    variance: real,
    /** Where all runs agree, the exact bound on the probability that another differs; null where they do not. */
    differs: real,
    /** Runs that have a rank there, of all runs. */
    runs: Schema.Int,
    all_runs: Schema.Int,
    /** Where the level comes on the way down, from 0. */
    order: Schema.Int
  }),
  run: ({ level }, { sgd }) =>
    Effect.sync(() =>
      [...Map.groupBy(
        sgd.rows.filter(({ alignment }) => alignment === "level"),
        ({ checkpoint, epsilon }) => `${checkpoint} ${epsilon}`
      ).values()].flatMap((rows) =>
        Parameter.rankKinds.map((kind) => {
          const ranks = rows.flatMap((row) => countedRank(kind, row)?.rank ?? [])
          const { checkpoint, epsilon, order } = rows[0]!
          const agree = ranks.length > 0 && ranks.every((rank) => rank === ranks[0])
          return {
            checkpoint,
            epsilon,
            kind,
            mean: ranks.length === 0 ? null : mean(ranks),
            variance: ranks.length === 0 ? null : variance(ranks),
            differs: agree ? Binomial.unseenBound(ranks.length, level) : null,
            runs: ranks.length,
            all_runs: rows.length,
            order
          }
        })))
})
