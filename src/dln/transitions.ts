// Where ranks change from one checkpoint to the next, and whether the change can be believed (protocol §1.1:
// "diagnostics of singular value gaps to identify unstable rank transitions").
import * as Pattern from "./Pattern.ts"
import type { Rank } from "./rank.ts"

/** Below this gap σ_r/σ_{r+1}, on either side, a transition may be the threshold's and not the network's. */
export const UNSTABLE_GAP = 10

/** One run: for each checkpoint a rank a pair, in the order of a pattern; null for a checkpoint it never reached. */
export type RankHistory = ReadonlyArray<ReadonlyArray<Rank> | null>

export interface Transition extends Pattern.Pair {
  /** Which of the given runs, counted from 1. */
  readonly run: number
  /** The checkpoints on both sides, counted from 1. */
  readonly from: number
  readonly to: number
  readonly rankBefore: number
  readonly rankAfter: number
  readonly gapBefore: number | null
  readonly gapAfter: number | null
  /** A gap lies below 10. */
  readonly unstable: boolean
  /** Of the runs that reached both checkpoints, the share with these same two ranks there; 1 if all agree. */
  readonly agreement: number
  /** The number of those runs. */
  readonly runs: number
}

/**
 * Every change of r_ij between successive checkpoints in every run. Successive are checkpoints next to each other that
 * the run reached both: nothing is said across one that it missed.
 */
export const transitions = (depth: number, histories: ReadonlyArray<RankHistory>): ReadonlyArray<Transition> => {
  const pairs = Pattern.pairs(depth)
  const all = histories.map(steps)
  const alongside = Map.groupBy(all.flat(), ({ from }) => from)
  return all.flatMap((own, run) =>
    own.flatMap(({ from, before, after }) =>
      pairs.flatMap(({ i, j }, entry): ReadonlyArray<Transition> => {
        const { rank: rankBefore, gap: gapBefore } = entryOf(before, entry, pairs.length)
        const { rank: rankAfter, gap: gapAfter } = entryOf(after, entry, pairs.length)
        if (rankBefore === rankAfter) return []
        const both = alongside.get(from)!
        const same = both.filter((step) =>
          step.before[entry]?.rank === rankBefore && step.after[entry]?.rank === rankAfter)
        return [{
          run: run + 1,
          i,
          j,
          from: from + 1,
          to: from + 2,
          rankBefore,
          rankAfter,
          gapBefore,
          gapAfter,
          unstable: [gapBefore, gapAfter].some((gap) => gap !== null && gap < UNSTABLE_GAP),
          agreement: same.length / both.length,
          runs: both.length
        }]
      })))
}

/** The pairs of neighbouring checkpoints that a run reached both. */
const steps = (history: RankHistory) =>
  history.flatMap((after, to) => {
    const before = history[to - 1]
    return after === null || before === null || before === undefined ? [] : [{ from: to - 1, before, after }]
  })

const entryOf = (ranks: ReadonlyArray<Rank>, entry: number, entries: number): Rank => {
  const rank = ranks[entry]
  if (rank === undefined || ranks.length !== entries) {
    throw new Error(`A rank pattern of this depth has ${entries} entries, got ${ranks.length}.`)
  }
  return rank
}
