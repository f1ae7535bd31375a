/** Three ways to count the rank of the whole network, from the same row of its course. */
import type * as Parameter from "./Parameter.ts"
import { RankCourse } from "./RankCourse.ts"

const { checkpoint, epsilon, rank, anchored_rank, gap, anchored_gap, learnt, time, alignment, order } = RankCourse.output.ranks.fields

/** The columns that it takes to count. */
export const rankFields = { checkpoint, epsilon, rank, anchored_rank, gap, anchored_gap, learnt, time, alignment, order }

type Row = { readonly [K in "rank" | "anchored_rank" | "gap" | "anchored_gap" | "learnt" | "time"]: (typeof RankCourse.output.ranks.Type)[K] }

/**
 * `anchored`: #{σ > ε ŝ_1}; `relative`: #{σ > ε σ_1}; `late`: the same, once mode 1 is half learnt. Null where the
 * checkpoint was never reached, and of `late` before its time.
 */
export const countedRank = (kind: (typeof Parameter.rankKinds)[number], row: Row) => {
  const [found, gap] = kind === "anchored" ? [row.anchored_rank, row.anchored_gap] : [row.rank, row.gap]
  return found === null || (kind === "late" && !row.learnt) ? null : { rank: found, gap, time: row.time }
}
