/** The mean over runs of every mode's strength and largest cross mode and of the cross energy, ± its standard error. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { mean } from "../../stats/mean.ts"
import { standardError } from "../../stats/variance.ts"
import { ModeSeries } from "./ModeSeries.ts"

const real = Schema.NullOr(Schema.Finite)
const { energies, modes } = ModeSeries.output
const moment = { step: Schema.Int, time: Schema.Finite, runs: Schema.Int }

export const ModeMeans = Stage.make(import.meta.url, "mode-means", {
  params: {},
  inputs: {
    modes: Schema.Struct({ run: Schema.Int, ...modes.fields }),
    energies: Schema.Struct({ run: Schema.Int, ...energies.fields })
  },
  outputs: {
    modes: Schema.Struct({
      ...moment,
      mode: Schema.String,
      block: Schema.Int,
      /** Mean, and mean ∓ s.e.m.; null for one run, which has none. */
      diagonal: Schema.Finite,
      diagonal_low: real,
      diagonal_high: real,
      cross: Schema.Finite,
      cross_low: real,
      cross_high: real
    }),
    energies: Schema.Struct({
      ...moment,
      cross: Schema.Finite,
      cross_low: real,
      cross_high: real,
      /** Of E_cross/E_tot; null where a run has no energy. */
      share: real,
      share_low: real,
      share_high: real
    })
  },
  run: (_, tables) =>
    Effect.sync(() => ({
      modes: [...Map.groupBy(tables.modes.rows, ({ block, step }) => `${step} ${block}`).values()].map((rows) => {
        const { block, mode, step, time } = rows[0]!
        const [diagonal, cross] = [spread(rows.map((row) => row.diagonal)), spread(rows.map((row) => row.cross))]
        return {
          step,
          time,
          runs: rows.length,
          mode,
          block,
          diagonal: diagonal.mean,
          diagonal_low: diagonal.low,
          diagonal_high: diagonal.high,
          cross: cross.mean,
          cross_low: cross.low,
          cross_high: cross.high
        }
      }),
      energies: [...Map.groupBy(tables.energies.rows, ({ step }) => step).values()].map((rows) => {
        const cross = spread(rows.map((row) => row.cross))
        const shares = rows.flatMap(({ share }) => share ?? [])
        const share = shares.length < rows.length ? undefined : spread(shares)
        return {
          step: rows[0]!.step,
          time: rows[0]!.time,
          runs: rows.length,
          cross: cross.mean,
          cross_low: cross.low,
          cross_high: cross.high,
          share: share?.mean ?? null,
          share_low: share?.low ?? null,
          share_high: share?.high ?? null
        }
      })
    }))
})

const spread = (values: ReadonlyArray<number>) => {
  const [centre, error] = [mean(values), standardError(values)]
  return { mean: centre, low: error === null ? null : centre - error, high: error === null ? null : centre + error }
}
