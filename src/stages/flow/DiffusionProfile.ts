/** How strong the noise of SGD is along a mode's way, and where it is strongest, beside the modewise equation. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { power } from "../../linalg/elementary.ts"
import * as Random from "../../linalg/Random.ts"
import { diffusionFit, sumsOf, together } from "../../sde/diffusionFit.ts"
import * as ModeSde from "../../sde/ModeSde.ts"
import * as Bootstrap from "../../stats/Bootstrap.ts"
import { mean } from "../../stats/mean.ts"
import * as StudentT from "../../stats/StudentT.ts"
import { ModeNoise } from "./ModeNoise.ts"
import * as Parameter from "../Parameter.ts"
import { StepNoise } from "./StepNoise.ts"

const real = Schema.NullOr(Schema.Finite)

export const DiffusionProfile = Stage.make(import.meta.url, "diffusion-profile", {
  params: {
    widths: Parameter.widths,
    temperature: Parameter.temperature,
    learningRate: Parameter.learningRate,
    bootstrap: Parameter.bootstrap,
    level: Parameter.level,
    seed: Parameter.seed
  },
  inputs: { noise: ModeNoise.output, runs: StepNoise.output.steps },
  outputs: {
    profile: Schema.Struct({
      mode: Schema.Int,
      teacher: Schema.Finite,
      /** w/ŝ: the mean over a bin. */
      share: Schema.Finite,
      /** E δ²/η over the bin, in units of the largest that the equation has; Student's t interval. */
      diffusion: Schema.Finite,
      diffusion_low: real,
      diffusion_high: real,
      /** Increments in the bin. */
      points: Schema.Int
    }),
    theory: Schema.Struct({ share: Schema.Finite, diffusion: Schema.Finite }),
    peak: Schema.Struct({
      mode: Schema.Int,
      teacher: Schema.Finite,
      /** Where the noise is largest, as a share of ŝ: fitted, and (2L − 2)/(3L − 2). */
      peak: real,
      predicted: Schema.Finite,
      departure: real,
      departure_low: real,
      departure_high: real,
      /** p and q of the noise w^p (s − w)^q, for which the equation has 2 − 2/L and 1. */
      growth: real,
      decay: real,
      runs: Schema.Int,
      points: Schema.Int
    })
  },
  run: ({ widths, temperature, learningRate, bootstrap, level, seed }, { noise, runs }) =>
    Effect.sync(() => {
      const depth = widths.length - 1
      const predicted = ModeSde.diffusionPeak(depth, 1)
      const shape = (share: number) => {
        const root = power(share, 2 - 2 / depth) * (1 - share)
        return root * root
      }
      const modes = noise.rows.map(({ mode, teacher, seen, square }) => {
        const points = runs.rows.flatMap((row) => {
          const share = row.strength / seen
          const counts = row.mode === mode && share > FIRST && share < LAST
          return counts ? [{ run: row.run, share, increment: row.noise }] : []
        })
        // L² w^(4−4/L) T α₁ (s − w)² at its largest: without label noise C = α₁(s − w)².
        const rate = depth * power(seen, 2 - 2 / depth) * seen
        return { mode, teacher, points, largest: rate * rate * temperature * square * shape(predicted) }
      })
      return {
        profile: modes.flatMap(({ mode, teacher, points, largest }) =>
          binned(points).map((bin) => {
            const values = bin.map(({ increment }) => (increment * increment) / learningRate / largest)
            const interval = StudentT.interval(values, level)
            return {
              mode,
              teacher,
              share: mean(bin.map(({ share }) => share)),
              diffusion: mean(values),
              diffusion_low: interval && interval.low,
              diffusion_high: interval && interval.high,
              points: bin.length
            }
          })),
        theory: Array.from({ length: 201 }, (_, index) => index / 200)
          .map((share) => ({ share, diffusion: shape(share) / shape(predicted) })),
        peak: modes.map(({ mode, teacher, points }) => {
          const sums = [...Map.groupBy(points, ({ run }) => run).values()].map(sumsOf)
          const found = sums.length === 0 ? null : diffusionFit(together(sums))
          const interval = found && Bootstrap.interval(
            Bootstrap.resamples(Random.stream(seed, "bootstrap"), sums.length, bootstrap),
            level,
            (chosen) => (diffusionFit(together(Array.from(chosen, (run) => sums[run]!))) ?? found).peak
          )
          return {
            mode,
            teacher,
            peak: found && found.peak,
            predicted,
            departure: found && found.peak - predicted,
            departure_low: interval && interval.low - predicted,
            departure_high: interval && interval.high - predicted,
            growth: found && found.growth,
            decay: found && found.decay,
            runs: sums.length,
            points: points.length
          }
        })
      }
    })
})

/** By their share of the way, in bins of a tenth. */
const binned = <A extends { readonly share: number }>(points: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  [...Map.groupBy(points, ({ share }) => Math.floor(share * BINS))].toSorted(([a], [b]) => a - b).map(([, bin]) => bin)

const BINS = 10

/** Noise is fitted where a mode is on its way: below, and above, there is hardly any. */
const [FIRST, LAST] = [0.05, 0.95]
