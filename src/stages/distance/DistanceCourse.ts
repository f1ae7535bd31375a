/** The course of the distance between GD and SGD at matched time: its peak along the way, its end, and their ratio. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { mean } from "../../stats/mean.ts"
import { estimator } from "../estimator.ts"
import { ParameterDistance } from "./ParameterDistance.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)
const spaces = { parameters: "relative", function: "function_relative" } as const

export const DistanceCourse = Stage.make(import.meta.url, "distance-course", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { whole: Schema.Struct({ run: Schema.Int, ...ParameterDistance.output.whole.fields }) },
  outputs: Schema.Struct({
    space: Schema.Literals(["parameters", "function"]),
    runs: Schema.Int,
    /** Means over runs of the largest relative distance along a run, of when that was, and of the one at the end. */
    peak: real,
    peak_time: real,
    end: real,
    end_low: real,
    end_high: real,
    /** Mean over runs of the end over the peak, in [0, 1], with its percentile bootstrap; null where a peak is 0. */
    fall: real,
    fall_low: real,
    fall_high: real
  }),
  run: (interval, { whole }) =>
    Effect.sync(() => {
      const estimateOf = estimator(interval)
      const inTime = whole.rows.filter(({ alignment }) => alignment === "time").toSorted((a, b) => a.order - b.order)
      const courses = [...Map.groupBy(inTime, ({ run }) => run).values()]
      return Object.entries(spaces).map(([space, column]) => {
        const found = courses.flatMap((rows) => {
          const values = rows.flatMap((row) => row[column] ?? [])
          const peak = Math.max(...values)
          if (values.length < rows.length) return []
          return [{ peak, time: rows[values.indexOf(peak)]!.time!, end: values.at(-1)! }]
        })
        const known = found.length > 0 && found.length === courses.length
        const end = known ? estimateOf(found.map((run) => run.end)) : undefined
        const fall = known && found.every(({ peak }) => peak > 0)
          ? estimateOf(found.map((run) => run.end / run.peak))
          : undefined
        return {
          space: space as keyof typeof spaces,
          runs: found.length,
          peak: known ? mean(found.map(({ peak }) => peak)) : null,
          peak_time: known ? mean(found.map(({ time }) => time)) : null,
          end: end?.mean ?? null,
          end_low: end?.bootstrap?.low ?? null,
          end_high: end?.bootstrap?.high ?? null,
          fall: fall?.mean ?? null,
          fall_low: fall?.bootstrap?.low ?? null,
          fall_high: fall?.bootstrap?.high ?? null
        }
      })
    })
})
