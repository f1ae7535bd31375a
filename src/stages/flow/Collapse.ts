/**
 * What becomes of a learnt mode without label noise: noise dies with the error, and the mode collapses to the teacher.
 *
 * There is no law but the atom at ŝ. What has one is the logarithm of the gap: near ŝ the modewise equation is that of
 * a geometric Brownian motion, so ln|1 − w/ŝ| is normal with mean −(k + ½k²Tα₁)t and variance k²Tα₁t, k = L ŝ^(2−2/L).
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { log } from "../../linalg/elementary.ts"
import * as ModeSde from "../../sde/ModeSde.ts"
import { bound, kolmogorovSmirnov } from "../../stats/kolmogorovSmirnov.ts"
import { mean } from "../../stats/mean.ts"
import * as Normal from "../../stats/Normal.ts"
import * as StudentT from "../../stats/StudentT.ts"
import { deviation } from "../../stats/variance.ts"
import { byReading } from "./byReading.ts"
import { ModeNoise } from "./ModeNoise.ts"
import { ModePoint } from "./ModeRuns.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const Collapse = Stage.make(import.meta.url, "collapse", {
  params: {
    widths: Parameter.widths,
    temperature: Parameter.temperature,
    learningRate: Parameter.learningRate,
    level: Parameter.level
  },
  inputs: { noise: ModeNoise.output, runs: Schema.Struct(ModePoint) },
  outputs: {
    course: Schema.Struct({
      mode: Schema.Int,
      teacher: Schema.Finite,
      time: Schema.Finite,
      /** ln|1 − w/ŝ|: mean over runs, and mean ± deviation; of SGD and of the equation. */
      gap: Schema.Finite,
      gap_below: real,
      gap_above: real,
      predicted: Schema.Finite,
      predicted_below: Schema.Finite,
      predicted_above: Schema.Finite
    }),
    /** At the last reading: of each run, in units of the equation's mean and deviation. */
    standardized: Schema.Struct({ run: Schema.Int, mode: Schema.Int, teacher: Schema.Finite, score: Schema.Finite }),
    /** The standard normal density, to lay over their histogram. */
    normal: Schema.Struct({ score: Schema.Finite, density: Schema.Finite }),
    rate: Schema.Struct({
      mode: Schema.Int,
      teacher: Schema.Finite,
      /** −(d/dt) ln|1 − w/ŝ|, mean over runs; of the equation; and with the ½ηk² that steps of finite size add. */
      rate: Schema.Finite,
      equation_rate: Schema.Finite,
      step_rate: Schema.Finite,
      /** rate/step_rate − 1 with Student's t interval. */
      departure: Schema.Finite,
      departure_low: real,
      departure_high: real,
      /** Kolmogorov–Smirnov distance of the scores from the normal law, and its bound. */
      distance: Schema.Finite,
      bound: Schema.Finite,
      /** The largest gap of any run at the end, relative to the start's. */
      largest_gap: Schema.Finite,
      runs: Schema.Int
    })
  },
  run: ({ widths, temperature, learningRate, level }, { noise, runs }) =>
    Effect.sync(() => {
      const depth = widths.length - 1
      const readings = byReading(runs)
      const modes = noise.rows.map(({ mode, teacher, seen, square }) => {
        const k = ModeSde.relaxation(depth, seen)
        const courses = readings.filter((one) => one.mode === mode).toSorted((a, b) => a.reading - b.reading)
          .map(({ time, strengths }) => ({ time, gaps: strengths.map((w) => log(Math.abs(1 - w / seen))) }))
        const [first, last] = [courses[0]!, courses.at(-1)!]
        const equation_rate = k + 0.5 * k * k * temperature * square
        return {
          mode,
          teacher,
          courses,
          first: first.gaps[0]!,
          last,
          equation_rate,
          step_rate: equation_rate + 0.5 * learningRate * k * k,
          spreadAt: (time: number) => k * Math.sqrt(temperature * square * time)
        }
      })
      return {
        course: modes.flatMap(({ mode, teacher, courses, first, equation_rate, spreadAt }) =>
          courses.map(({ time, gaps }) => {
            const [gap, spread, predicted] = [mean(gaps), deviation(gaps), first - equation_rate * time]
            return {
              mode,
              teacher,
              time,
              gap,
              gap_below: spread === null ? null : gap - spread,
              gap_above: spread === null ? null : gap + spread,
              predicted,
              predicted_below: predicted - spreadAt(time),
              predicted_above: predicted + spreadAt(time)
            }
          })),
        standardized: modes.flatMap(({ mode, teacher, first, last, step_rate, spreadAt }) =>
          Array.from(last.gaps, (gap, run) =>
            ({ run: run + 1, mode, teacher, score: (gap - first + step_rate * last.time) / spreadAt(last.time) }))),
        normal: Array.from({ length: 81 }, (_, index) => (index - 40) / 10)
          .map((score) => ({ score, density: Normal.density(score) })),
        rate: modes.map(({ mode, teacher, first, last, equation_rate, step_rate, spreadAt }) => {
          const rates = Array.from(last.gaps, (gap) => (first - gap) / last.time)
          const interval = StudentT.interval(rates, level)
          const scores = Array.from(last.gaps, (gap) => (gap - first + step_rate * last.time) / spreadAt(last.time))
          return {
            mode,
            teacher,
            rate: mean(rates),
            equation_rate,
            step_rate,
            departure: mean(rates) / step_rate - 1,
            departure_low: interval && interval.low / step_rate - 1,
            departure_high: interval && interval.high / step_rate - 1,
            distance: kolmogorovSmirnov(scores, Normal.cumulative),
            bound: bound(scores.length, level),
            largest_gap: Math.max(...last.gaps) - first,
            runs: rates.length
          }
        })
      }
    })
})
