/** Three ways to count the rank of the whole network, from the same row of its course. */
import type * as Schema from "effect/Schema"
import type * as Parameter from "../Parameter.ts"
import { RankCourse } from "./RankCourse.ts"

const { rank, anchored_rank, gap, anchored_gap, learnt, time, ...others } = RankCourse.output.ranks.fields
const counted = { rank, anchored_rank, gap, anchored_gap, learnt, time }
const { checkpoint, epsilon, alignment, order } = others

/** The columns that it takes to count, and to say of what. */
export const rankFields = { ...counted, checkpoint, epsilon, alignment, order }

type Row = Schema.Struct<typeof counted>["Type"]

/**
 * `anchored`: #{σ > ε ŝ_1}; `relative`: #{σ > ε σ_1}; `late`: the same, once mode 1 is half learnt. Null where the
 * checkpoint was never reached, and of `late` before its time.
 */
export const countedRank = (kind: (typeof Parameter.rankKinds)[number], row: Row) => {
  const [found, gap] = kind === "anchored" ? [row.anchored_rank, row.anchored_gap] : [row.rank, row.gap]
  return found === null || (kind === "late" && !row.learnt) ? null : { rank: found, gap, time: row.time }
}
