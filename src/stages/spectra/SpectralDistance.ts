/** How far GD's singular-value pattern lies from the mean pattern of SGD, with its band, and the null to judge by. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { firstModeOf } from "../../dln/levels.ts"
import { patternDistances } from "../../dln/patternDistance.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { byCheckpoint, patternOf, type Shown } from "../checkpointRuns.ts"
import { resampler } from "../estimator.ts"
import { LogSpectra } from "./LogSpectra.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)
type Row = typeof LogSpectra.output.Type

/** What is summed: Σ_{i≤j} w_ij Σ_{k≤K} |x_ijk^GD − mean x_ijk^SGD|. */
const measures = {
  /** d_σ: x = ln σ_k, w = 1. */
  sigma: { of: "log_sigma", weight: () => 1 },
  /** d_shape: x = ln σ_k − ln σ_1, w = 1. */
  shape: { of: "shape", weight: () => 1 },
  /** d_σ,w: x = ln σ_k, w = j − i + 1. */
  weighted: { of: "log_sigma", weight: (factors: number) => factors },
  /** d_σ of the single layers, i = j. */
  layers: { of: "log_sigma", weight: (factors: number) => factors === 1 ? 1 : 0 },
  /** d_σ of the whole product, i = 1 and j = L. */
  network: { of: "log_sigma", weight: (factors: number, depth: number) => factors === depth ? 1 : 0 }
} as const
const names = Object.keys(measures) as ReadonlyArray<keyof typeof measures>

export const SpectralDistance = Stage.make(import.meta.url, "spectral-distance", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { gd: LogSpectra.output, sgd: Schema.Struct({ run: Schema.Int, ...LogSpectra.output.fields }) },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    measure: Schema.Literals(["sigma", "shape", "weighted", "layers", "network"]),
    /** Null where GD or every SGD run never reached the checkpoint. */
    distance: real,
    /** Percentile bootstrap over runs; null where all runs agree, as one run does. */
    low: real,
    high: real,
    /** The null: each SGD run against the mean of the others, its mean and its central band. */
    null_mean: real,
    null_low: real,
    null_high: real,
    /** The distance and its interval divided by Σ w_ij K: the mean |Δ ln σ|, 0.1 for values that differ by a tenth. */
    per_value: real,
    per_value_low: real,
    per_value_high: real,
    /** SGD runs that reached the checkpoint: S, to be read beside every band. */
    runs: Schema.Int,
    /** Where all runs have one pattern, the exact bound on the probability that a run differs. */
    differs: real,
    /** Values, of GD and of all runs, at or below the floor. */
    floored: Schema.Int,
    /** The first mode of the drop. */
    first_mode: Schema.NullOr(Schema.Int),
    /** When GD was there: the axis of aligned time. */
    ...Checkpoint.moment
  }),
  run: (interval, { gd, sgd }) =>
    Effect.sync(() => {
      const drawsOf = resampler(interval)
      const others = byCheckpoint(sgd.rows)
      const depth = Math.max(...gd.column("factors"))
      return [...byCheckpoint(gd.rows)].flatMap(([checkpoint, [one]]) => {
        const runs = (others.get(checkpoint) ?? []).filter(({ rows }) => rows[0]!.log_sigma !== null)
        const floored = [one!, ...runs].reduce((sum, { rows }) => sum + rows.filter((row) => row.floored).length, 0)
        const { drop } = one!.rows[0]!
        const weightsOf = new Map(names.map((measure) =>
          [measure, Float64Array.from(one!.rows, ({ factors }) => measures[measure].weight(factors, depth))]))
        /** The distances of all measures of one column. */
        const found = new Map((["log_sigma", "shape"] as const).flatMap((column) => {
          const pattern = (shown: Shown<Row>) => patternOf(shown.rows, (row) => row[column])
          const mine = pattern(one!)
          const own = names.filter((measure) => measures[measure].of === column)
          if (mine === null || runs.length === 0) return []
          const theirs = runs.map((shown) => pattern(shown)!)
          const weightings = own.map((measure) => weightsOf.get(measure)!)
          return patternDistances(mine, theirs, drawsOf(runs.length), interval.level, weightings)
            .map((distance, index) => [own[index]!, distance] as const)
        }))
        return names.map((measure) => {
          const distance = found.get(measure)
          const values = weightsOf.get(measure)!.reduce((sum, each) => sum + each, 0)
          const share = (value: number | undefined) => value === undefined ? null : value / values
          return {
            checkpoint,
            measure,
            distance: distance?.distance ?? null,
            low: distance?.band?.low ?? null,
            high: distance?.band?.high ?? null,
            null_mean: distance?.nullMean ?? null,
            null_low: distance?.nullBand?.low ?? null,
            null_high: distance?.nullBand?.high ?? null,
            per_value: share(distance?.distance),
            per_value_low: share(distance?.band?.low),
            per_value_high: share(distance?.band?.high),
            runs: runs.length,
            differs: distance?.differs ?? null,
            floored,
            first_mode: drop === null ? null : firstModeOf(drop),
            ...Checkpoint.momentOf(one!.rows[0]!)
          }
        })
      })
    })
})
