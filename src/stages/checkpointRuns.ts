/** Tables of several runs as patterns: the entries that each run shows at each checkpoint, in the order of the rows. */
import * as Checkpoint from "./training/Checkpoint.ts"

/** What one run shows at one checkpoint: a row an entry, the same entries for every run. */
export interface Shown<Row> {
  readonly run: number
  readonly rows: ReadonlyArray<Row>
}

/** The runs at each checkpoint, checkpoints in the order of the rows; rows without a `run` are of run 0. */
export const byCheckpoint = <Row extends { readonly checkpoint: string; readonly run?: number }>(
  rows: ReadonlyArray<Row>
): ReadonlyMap<string, ReadonlyArray<Shown<Row>>> =>
  new Map([...Map.groupBy(rows, ({ checkpoint }) => checkpoint)].map(([checkpoint, group]) => [
    checkpoint,
    [...Map.groupBy(group, ({ run = 0 }) => run)].map(([run, rows]) => ({ run, rows }))
  ]))

/** The values of one column, an entry a row; null where the run never reached the checkpoint. */
export const patternOf = <Row>(rows: ReadonlyArray<Row>, value: (row: Row) => number | null): Float64Array | null => {
  const values = rows.flatMap((row) => value(row) ?? [])
  return values.length < rows.length ? null : Float64Array.from(values)
}

/** The place that runs share at a checkpoint; step and time are null where they differ, as at a level of the loss. */
export const sharedPlace = (places: ReadonlyArray<Place>): Place => {
  const place = Checkpoint.placeOf(places[0]!)
  return places.every(({ step }) => step === place.step) ? place : { ...place, step: null, time: null }
}

type Place = Parameters<typeof Checkpoint.placeOf>[0]
