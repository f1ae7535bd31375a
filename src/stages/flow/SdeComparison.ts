/** How far mean and spread of SGD lie from those of the modewise equation, in units of what is learnt. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { mean } from "../../stats/mean.ts"
import { normalQuantile } from "../../stats/normalQuantile.ts"
import { variance } from "../../stats/variance.ts"
import { byReading } from "./byReading.ts"
import { ModePoint } from "./ModeRuns.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const SdeComparison = Stage.make(import.meta.url, "sde-comparison", {
  params: { level: Parameter.level },
  inputs: { sgd: Schema.Struct(ModePoint), sde: Schema.Struct(ModePoint) },
  outputs: Schema.Struct({
    reading: Schema.Int,
    time: Schema.Finite,
    mode: Schema.Int,
    teacher: Schema.Finite,
    /** (mean of SGD − mean of the equation)/s, with its normal interval; null of one run, or where none differs. */
    mean_departure: real,
    mean_departure_low: real,
    mean_departure_high: real,
    /** The same of the standard deviations over runs. */
    deviation_departure: real,
    deviation_departure_low: real,
    deviation_departure_high: real,
    runs: Schema.Int,
    paths: Schema.Int
  }),
  run: ({ level }, { sgd, sde }) =>
    Effect.sync(() => {
      const quantile = normalQuantile((1 + level) / 2)
      const others = new Map(byReading(sde).map((one) => [`${one.mode} ${one.reading}`, one.strengths]))
      return byReading(sgd).map(({ mode, reading, teacher, time, strengths }) => {
        const theirs = others.get(`${mode} ${reading}`)!
        const [one, other] = [spreadOf(strengths), spreadOf(theirs)]
        const between = (a: Estimated, b: Estimated) => {
          const departure = (a.value - b.value) / teacher
          const error = (quantile * Math.sqrt(a.error * a.error + b.error * b.error)) / teacher
          return { departure, low: departure - error, high: departure + error }
        }
        const found = one && other &&
          { mean: between(one.mean, other.mean), deviation: between(one.deviation, other.deviation) }
        return {
          reading,
          time,
          mode,
          teacher,
          mean_departure: found && found.mean.departure,
          mean_departure_low: found && found.mean.low,
          mean_departure_high: found && found.mean.high,
          deviation_departure: found && found.deviation.departure,
          deviation_departure_low: found && found.deviation.low,
          deviation_departure_high: found && found.deviation.high,
          runs: strengths.length,
          paths: theirs.length
        }
      })
    })
})

interface Estimated {
  readonly value: number
  /** Its standard error. */
  readonly error: number
}

/**
 * Mean and standard deviation with their standard errors, √(σ²/n) and √((m₄ − σ⁴)/n)/(2σ); null where nothing spreads,
 * or all is beyond the numbers.
 */
const spreadOf = (values: Float64Array): { readonly mean: Estimated; readonly deviation: Estimated } | null => {
  const square = variance(values)
  if (square === null || square === 0) return null
  const centre = mean(values)
  const fourth = mean(values.map((value) => (value - centre) * (value - centre) * (value - centre) * (value - centre)))
  // Of strengths that are about to leave the numbers.
  if (!Number.isFinite(fourth)) return null
  const spread = Math.sqrt(square)
  return {
    mean: { value: centre, error: spread / Math.sqrt(values.length) },
    deviation: { value: spread, error: Math.sqrt(Math.max(0, fourth - square * square) / values.length) / (2 * spread) }
  }
}
