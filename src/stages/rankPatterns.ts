/** Tables of ranks as patterns: flat arrays over the pairs (i, j), by checkpoint, threshold and run. */
import * as Pattern from "../dln/Pattern.ts"

/** A row of ranks, of one run where it has no `run`. */
interface Entry {
  readonly checkpoint: string
  readonly i: number
  readonly j: number
  readonly epsilon: number
  readonly run?: number
}

/** What one run shows at one checkpoint and threshold. */
export interface Shown<Row> {
  readonly run: number
  /** One row a pair, in the order of a pattern. */
  readonly rows: ReadonlyArray<Row>
}

/** The runs at each checkpoint and threshold, in the order in which these first appear. */
export const byThreshold = <Row extends Entry>(rows: ReadonlyArray<Row>): ReadonlyArray<{
  readonly checkpoint: string
  readonly epsilon: number
  readonly runs: ReadonlyArray<Shown<Row>>
}> =>
  [...Map.groupBy(rows, ({ checkpoint, epsilon }) => `${checkpoint} ${epsilon}`).values()].map((group) => ({
    checkpoint: group[0]!.checkpoint,
    epsilon: group[0]!.epsilon,
    runs: [...Map.groupBy(group, ({ run = 0 }) => run)].map(([run, entries]) => ({ run, rows: ordered(entries) }))
  }))

/** The values of one column as a pattern; null where the checkpoint was not reached. */
export const patternOf = <Row extends Entry>(shown: Shown<Row>, value: (row: Row) => number | null): Float64Array | null => {
  const values = shown.rows.map(value)
  return values.some((one) => one === null) ? null : Float64Array.from(values as ReadonlyArray<number>)
}

/** The rows in the order of a pattern. */
const ordered = <Row extends Entry>(entries: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const depth = Math.max(...entries.map(({ j }) => j))
  return Pattern.pairs(depth).map(({ i, j }) => entries.find((entry) => entry.i === i && entry.j === j)!)
}
