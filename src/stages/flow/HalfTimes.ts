/** When each run of GD or SGD has half learnt each mode. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { strengthsOf } from "../../dln/modeRun.ts"
import { passage } from "../../dln/passage.ts"
import * as Stage from "../../engine/Stage.ts"
import { Diverged } from "../training/Diverged.ts"
import { ensemble, Lost } from "../training/ensemble.ts"
import { ensembleInputs, ensembleParams } from "./ModeRuns.ts"
import { signalOf } from "../signal.ts"

/** Of a run, or of a path of the equation. */
export const HalfTime = Schema.Struct({
  run: Schema.Int,
  mode: Schema.Int,
  teacher: Schema.Finite,
  /** First time with w_aa ≥ ŝ_a/2, straight between readings; null where it never is. */
  half_time: Schema.NullOr(Schema.Finite)
})

export const HalfTimes = Stage.make(import.meta.url, "half-times", {
  params: ensembleParams,
  inputs: ensembleInputs,
  outputs: { halfTimes: HalfTime, diverged: Lost },
  errors: [Diverged],
  run: ({ runs, steps, every, ...settings }, { modes, ...network }) => {
    const { learningRate, widths } = settings
    const signal = signalOf(modes, widths.at(-1)!, widths[0]!)
    const teachers = modes.rows.flatMap(({ teacher_value }) => teacher_value ?? [])
    const read = (weights: Float64Array) => strengthsOf(widths, signal, weights)
    return Effect.map(ensemble({ settings, ...network, runs, steps, every }, read), ({ courses, diverged }) => ({
      diverged,
      halfTimes: courses.flatMap(({ run, readings }) => {
        const times = readings.map(({ step }) => learningRate * step)
        return teachers.map((teacher, a) => {
          const half_time = passage(times, readings.map(({ read }) => read[a]!), signal.s[a]! / 2)
          return { run, mode: a + 1, teacher, half_time }
        })
      })
    }))
  }
})
