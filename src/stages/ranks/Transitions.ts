/** Where the rank of a partial product changes from one level of the loss to the next, and whether to believe it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Pattern from "../../dln/Pattern.ts"
import { type RankHistory, transitions } from "../../dln/transitions.ts"
import * as Stage from "../../engine/Stage.ts"
import type { Table } from "../../engine/Table.ts"
import { byThreshold, patternOf, type Shown } from "./rankPatterns.ts"
import { Ranks } from "./Ranks.ts"

const Run = Schema.Struct({ run: Schema.Int, ...Ranks.output.fields })

export const Transitions = Stage.make(import.meta.url, "transitions", {
  params: {},
  inputs: { ranks: Run },
  outputs: Schema.Struct({
    run: Schema.Int,
    epsilon: Schema.Finite,
    /** Whether relative or anchored ranks are counted. */
    kind: Schema.Literals(["relative", "anchored"]),
    /** The two levels of the loss. */
    checkpoint_before: Schema.String,
    checkpoint: Schema.String,
    i: Schema.Int,
    j: Schema.Int,
    rank_before: Schema.Int,
    rank_after: Schema.Int,
    /** σ_r/σ_{r+1} on both sides. */
    gap_before: Schema.NullOr(Schema.Number),
    gap_after: Schema.NullOr(Schema.Number),
    /** Share of the runs that have the same two ranks there. */
    agreeing: Schema.Finite,
    /** A gap is below 10: the change may be the threshold's rather than the network's. */
    unstable: Schema.Boolean
  }),
  run: (_, { ranks }) =>
    Effect.sync(() => {
      const levels = levelsOf(ranks)
      const columns = {
        relative: [levels.column("rank"), levels.column("gap")],
        anchored: [levels.column("anchored_rank"), levels.column("anchored_gap")]
      } as const
      return [...Map.groupBy(byThreshold(levels), ({ epsilon }) => epsilon)].flatMap(([epsilon, groups]) => {
        const runs = [...new Set(groups.flatMap((group) => group.runs.map(({ run }) => run)))]
        const depth = Pattern.depthOf(groups[0]!.runs[0]!.rows)
        const checkpoints = groups.map(({ checkpoint }) => checkpoint)
        return kinds.flatMap((kind) => {
          const [ranks, gaps] = columns[kind]
          const histories = runs.map((run): RankHistory =>
            groups.map((group) => ranksOf(ranks, gaps, group.runs.find((shown) => shown.run === run))))
          return transitions(depth, histories).map((found) => ({
            run: runs[found.run - 1]!,
            epsilon,
            kind,
            checkpoint_before: checkpoints[found.from - 1]!,
            checkpoint: checkpoints[found.to - 1]!,
            i: found.i,
            j: found.j,
            rank_before: found.rankBefore,
            rank_after: found.rankAfter,
            gap_before: found.gapBefore,
            gap_after: found.gapAfter,
            agreeing: found.agreement,
            unstable: found.unstable
          }))
        })
      })
    })
})

const kinds = ["relative", "anchored"] as const

/** The rows at levels of the loss, levels in the order in which they are reached. */
const levelsOf = (ranks: Table<typeof Run.Type>): Table<typeof Run.Type> => {
  const [alignment, order] = [ranks.column("alignment"), ranks.column("order")]
  const rows = Int32Array.from(alignment.keys()).filter((row) => alignment[row] === "level")
  return ranks.take(rows.sort((a, b) => order[a]! - order[b]!))
}

/** One run at one level; null where it never reached it. */
const ranksOf = (
  ranks: ArrayLike<number | null>,
  gaps: ArrayLike<number | null>,
  shown: Shown | undefined
): RankHistory[number] => {
  const pattern = shown === undefined ? null : patternOf(ranks, shown)
  return pattern && Array.from(pattern, (rank, entry) => ({ rank, gap: gaps[shown!.rows[entry]!]! }))
}
