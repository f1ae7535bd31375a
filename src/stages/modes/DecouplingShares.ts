/** The share of modes, over runs, that decouple before they are learnt, with its exact binomial interval. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Binomial from "../../stats/Binomial.ts"
import { ModeTimes } from "./ModeTimes.ts"
import * as Parameter from "../Parameter.ts"

const share = Schema.NullOr(Schema.Finite)

export const DecouplingShares = Stage.make(import.meta.url, "decoupling-shares", {
  params: { level: Parameter.level },
  inputs: { times: Schema.Struct({ run: Schema.Int, ...ModeTimes.output.fields }) },
  outputs: Schema.Struct({
    rho: Schema.Finite,
    /** Modes that are learnt, over all runs, and those of them with t_cross < t_diag, = t_diag, > t_diag or never. */
    learnt: Schema.Int,
    before: Schema.Int,
    same: Schema.Int,
    after: Schema.Int,
    /** Modes that are never learnt: they are not counted above. */
    never_learnt: Schema.Int,
    /** Modes for which the protocol's own t_cross is 0. */
    literal_at_start: Schema.Int,
    /** before/learnt, by Clopper and Pearson as if modes and runs were independent; null where none is learnt. */
    share: share,
    share_low: share,
    share_high: share,
    /** 1 less the same: the exceptions. */
    late: share,
    late_low: share,
    late_high: share
  }),
  run: ({ level }, { times }) =>
    Effect.sync(() =>
      [...Map.groupBy(times.rows, ({ rho }) => rho)].map(([rho, rows]) => {
        const count = (order: (typeof rows)[number]["order"]) => rows.filter((row) => row.order === order).length
        const [before, same, after] = [count("before"), count("same"), count("after")]
        const learnt = before + same + after
        const interval = learnt === 0 ? undefined : Binomial.interval(before, learnt, level)
        return {
          rho,
          learnt,
          before,
          same,
          after,
          never_learnt: count(null),
          literal_at_start: rows.filter(({ t_literal }) => t_literal === 0).length,
          share: interval === undefined ? null : before / learnt,
          share_low: interval?.low ?? null,
          share_high: interval?.high ?? null,
          late: interval === undefined ? null : 1 - before / learnt,
          late_low: interval === undefined ? null : 1 - interval.high,
          late_high: interval === undefined ? null : 1 - interval.low
        }
      }))
})
