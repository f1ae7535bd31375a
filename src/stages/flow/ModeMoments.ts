/** Mean and spread over many paths of every mode at every time. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { mean } from "../../stats/mean.ts"
import * as StudentT from "../../stats/StudentT.ts"
import { deviation } from "../../stats/variance.ts"
import { byReading } from "./byReading.ts"
import { ModePoint } from "./ModeRuns.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const ModeMoments = Stage.make(import.meta.url, "mode-moments", {
  params: { level: Parameter.level },
  inputs: { runs: Schema.Struct(ModePoint) },
  outputs: Schema.Struct({
    reading: Schema.Int,
    time: Schema.Finite,
    mode: Schema.Int,
    teacher: Schema.Finite,
    mean: Schema.Finite,
    /** Student's t interval over runs; null of one run. */
    mean_low: real,
    mean_high: real,
    /** Of single runs; null of one. */
    deviation: real,
    /** mean ± deviation: where most runs are. */
    below: real,
    above: real,
    runs: Schema.Int
  }),
  run: ({ level }, { runs }) =>
    Effect.sync(() =>
      byReading(runs).map(({ reading, time, mode, teacher, strengths }) => {
        const centre = mean(strengths)
        const spread = deviation(strengths)
        const interval = StudentT.interval(strengths, level)
        return {
          reading,
          time,
          mode,
          teacher,
          mean: centre,
          mean_low: interval && interval.low,
          mean_high: interval && interval.high,
          deviation: spread,
          below: spread === null ? null : centre - spread,
          above: spread === null ? null : centre + spread,
          runs: strengths.length
        }
      }))
})
