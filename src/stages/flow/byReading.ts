/** Paths of modes, gathered: what all runs are at one time in one mode. */
import type { Table } from "../../engine/Table.ts"

interface Point {
  readonly run: number
  readonly reading: number
  readonly time: number
  readonly mode: number
  readonly teacher: number
  readonly strength: number
}

interface Gathered extends Omit<Point, "run" | "strength"> {
  /** Of all runs, in the order of the table. */
  readonly strengths: Float64Array
}

/** Every mode at every reading. */
export const byReading = (runs: Table<Point>): ReadonlyArray<Gathered> =>
  [...Map.groupBy(runs.rows, ({ mode, reading }) => `${mode} ${reading}`).values()].map((rows) => {
    const { mode, reading, teacher, time } = rows[0]!
    return { mode, reading, teacher, time, strengths: Float64Array.from(rows, ({ strength }) => strength) }
  })
