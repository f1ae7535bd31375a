/** Tables of ranks as patterns: flat arrays over the pairs (i, j), by checkpoint, threshold and run. */
import type { Table } from "../../engine/Table.ts"
import { valuesAt } from "../valuesAt.ts"

interface Entry {
  readonly checkpoint: string
  readonly i: number
  readonly j: number
  readonly epsilon: number
}

/** What one run shows at one checkpoint and threshold. */
export interface Shown {
  readonly run: number
  /** Rows of the table, counted from 0: one a pair, in the order of a pattern. */
  readonly rows: Int32Array
}

/** The runs at each checkpoint and threshold, in the order in which these first appear; a table without `run` is of one. */
export const byThreshold = (ranks: Table<Entry>): ReadonlyArray<{
  readonly checkpoint: string
  readonly epsilon: number
  readonly runs: ReadonlyArray<Shown>
}> => {
  const [i, j, checkpoint, epsilon] = [ranks.column("i"), ranks.column("j"), ranks.column("checkpoint"), ranks.column("epsilon")]
  const order = (a: number, b: number) => i[a]! - i[b]! || j[a]! - j[b]!
  const follows = (row: number, index: number, rows: Int32Array) => index === 0 || order(rows[index - 1]!, row) < 0
  const run = hasRuns(ranks) ? ranks.column("run") : undefined
  const shown = (hasRuns(ranks) ? ranks.groups("checkpoint", "epsilon", "run") : ranks.groups("checkpoint", "epsilon"))
    .map((rows): Shown => ({ run: run?.[rows[0]!] ?? 0, rows: rows.every(follows) ? rows : rows.toSorted(order) }))
  return [...Map.groupBy(shown, ({ rows }) => `${checkpoint[rows[0]!]} ${epsilon[rows[0]!]}`).values()].map((runs) => {
    const first = runs[0]!.rows[0]!
    return { checkpoint: checkpoint[first]!, epsilon: epsilon[first]!, runs }
  })
}

const hasRuns = (ranks: Table<Entry>): ranks is Table<Entry & { readonly run: number }> =>
  ranks.columns.some(({ name }) => name === "run")

/** The rows of all of these, one after another. */
export const rowsOf = (shown: ReadonlyArray<Shown>): Int32Array => Int32Array.from(shown.flatMap(({ rows }) => [...rows]))

/** The values of a column as a pattern; null where the checkpoint was not reached. */
export const patternOf = (values: ArrayLike<number | null>, { rows }: Shown): Float64Array | null => valuesAt(values, rows)
