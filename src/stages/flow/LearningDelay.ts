/** How much later SGD learns each mode than GD from the same start, and the equation than its own flow. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { mean } from "../../stats/mean.ts"
import * as StudentT from "../../stats/StudentT.ts"
import { HalfTime } from "./HalfTimes.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const LearningDelay = Stage.make(import.meta.url, "learning-delay", {
  params: { level: Parameter.level },
  inputs: { noiseless: HalfTime, noisy: HalfTime },
  outputs: Schema.Struct({
    mode: Schema.Int,
    teacher: Schema.Finite,
    /** Half-time without noise; null where it was not reached. */
    half_time: real,
    /** Mean over runs of (half-time with noise)/(half-time without) − 1, with Student's t interval; null of one run. */
    delay: real,
    delay_low: real,
    delay_high: real,
    /** Runs that learnt the mode to its half, of all runs. */
    runs: Schema.Int,
    all_runs: Schema.Int
  }),
  run: ({ level }, { noiseless, noisy }) =>
    Effect.sync(() =>
      noiseless.rows.map(({ mode, teacher, half_time }) => {
        const own = noisy.rows.filter((row) => row.mode === mode)
        const delays = own.flatMap((row) =>
          half_time === null || row.half_time === null ? [] : row.half_time / half_time - 1)
        const interval = delays.length === 0 ? null : StudentT.interval(delays, level)
        return {
          mode,
          teacher,
          half_time,
          delay: delays.length === 0 ? null : mean(delays),
          delay_low: interval && interval.low,
          delay_high: interval && interval.high,
          runs: delays.length,
          all_runs: own.length
        }
      }))
})
