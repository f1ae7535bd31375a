/** How the rank of one run grows at every threshold ε: its stages, its steps, and every change with its gaps. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rankGrowth } from "../../dln/rankGrowth.ts"
import * as Stage from "../../engine/Stage.ts"
import { countedRank, rankFields } from "./countedRank.ts"
import * as Parameter from "../Parameter.ts"

export const RankGrowth = Stage.make(import.meta.url, "rank-growth", {
  params: {},
  inputs: { ranks: Schema.Struct(rankFields) },
  outputs: {
    growth: Schema.Struct({
      epsilon: Schema.Finite,
      kind: Parameter.rankKind,
      /** The ranks in their order, each once for as long as it stays: "0 1 2 3 4"; empty where there is no rank. */
      stages: Schema.String,
      first_rank: Schema.NullOr(Schema.Int),
      last_rank: Schema.NullOr(Schema.Int),
      rises: Schema.Int,
      unit_rises: Schema.Int,
      /** Violations of monotone growth. */
      falls: Schema.Int
    }),
    /** Every change from one time to the next. */
    changes: Schema.Struct({
      epsilon: Schema.Finite,
      kind: Parameter.rankKind,
      time: Schema.Finite,
      rank_before: Schema.Int,
      rank_after: Schema.Int,
      /** σ_r/σ_{r+1} on both sides. */
      gap_before: Schema.NullOr(Schema.Number),
      gap_after: Schema.NullOr(Schema.Number)
    })
  },
  run: (_, { ranks }) =>
    Effect.sync(() => {
      const times = ranks.rows.filter(({ alignment }) => alignment === "time").toSorted((a, b) => a.order - b.order)
      const courses = [...Map.groupBy(times, ({ epsilon }) => epsilon)].flatMap(([epsilon, rows]) =>
        Parameter.rankKinds.map((kind) =>
          ({ kind, epsilon, seen: rows.flatMap((row) => countedRank(kind, row) ?? []) })))
      return {
        growth: courses.map(({ kind, epsilon, seen }) => {
          const { stages, rises, unitRises, falls } = rankGrowth(seen.map(({ rank }) => rank))
          return {
            epsilon,
            kind,
            stages: stages.join(" "),
            first_rank: stages[0] ?? null,
            last_rank: stages.at(-1) ?? null,
            rises,
            unit_rises: unitRises,
            falls
          }
        }),
        changes: courses.flatMap(({ kind, epsilon, seen }) =>
          seen.flatMap((after, at) => {
            const before = seen[at - 1]
            return before === undefined || before.rank === after.rank ? [] : [{
              epsilon,
              kind,
              time: after.time!,
              rank_before: before.rank,
              rank_after: after.rank,
              gap_before: before.gap,
              gap_after: after.gap
            }]
          }))
      }
    })
})
