/** The noise that SGD adds to each mode along its way: what a step does beyond a step of full-batch GD from there. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stepNoises, strengthsOf } from "../../dln/modeRun.ts"
import * as Stage from "../../engine/Stage.ts"
import { Diverged } from "../training/Diverged.ts"
import { ensemble, Lost } from "../training/ensemble.ts"
import { ensembleInputs, ensembleParams } from "./ModeRuns.ts"
import { signalOf } from "../signal.ts"

export const StepNoise = Stage.make(import.meta.url, "step-noise", {
  params: ensembleParams,
  inputs: ensembleInputs,
  outputs: {
    steps: Schema.Struct({
      run: Schema.Int,
      mode: Schema.Int,
      /** s_a, the teacher's singular value. */
      teacher: Schema.Finite,
      /** w_aa before the step. */
      strength: Schema.Finite,
      /** δ, what its noise adds to w_aa. */
      noise: Schema.Finite
    }),
    diverged: Lost
  },
  errors: [Diverged],
  run: ({ runs, steps, every, ...settings }, { modes, ...network }) => {
    const { widths } = settings
    const frame = signalOf(modes, widths.at(-1)!, widths[0]!)
    const teachers = modes.rows.flatMap(({ teacher_value }) => teacher_value ?? [])
    const read = (weights: Float64Array) => weights
    return Effect.map(ensemble({ settings, ...network, runs, steps, every }, read), ({ courses, diverged }) => {
      const trainings = courses.map(({ training }) => training)
      const noises = courses[0]!.readings.map(({ step }, reading) =>
        stepNoises(trainings, frame, courses.map(({ readings }) => readings[reading]!.read), step))
      return {
        diverged,
        steps: courses.flatMap(({ run, readings }, index) =>
          readings.flatMap(({ read }, reading) => {
            const strengths = strengthsOf(widths, frame, read)
            const noise = noises[reading]![index]!
            return teachers.map((teacher, a) => ({ run, mode: a + 1, teacher, strength: strengths[a]!, noise: noise[a]! }))
          }))
      }
    })
  }
})
