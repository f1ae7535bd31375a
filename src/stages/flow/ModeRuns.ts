/** Runs of training as their modes see them: the strength of each, read now and then. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { modesOf } from "../../dln/modeRun.ts"
import { largestCross } from "../../dln/modes.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { Diverged } from "../training/Diverged.ts"
import { ensemble, Lost } from "../training/ensemble.ts"
import { State } from "../training/GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { signalOf } from "../signal.ts"
import { settings } from "../training/training.ts"

/** A mode of one path at one time, of a network that is trained or of the equation for it. */
export const ModePoint = {
  run: Schema.Int,
  /** 0, 1, 2, …: which of the times it is. */
  reading: Schema.Int,
  time: Schema.Finite,
  mode: Schema.Int,
  /** s_a, the teacher's singular value. */
  teacher: Schema.Finite,
  /** w_aa = u_aᵀ W v_a. */
  strength: Schema.Finite
}

/** The runs of an ensemble: the first is the one that `batches` names; of GD there is one. */
export const ensembleParams = { ...settings, runs: Parameter.seeds, steps: Parameter.steps, every: Parameter.every }

/** What it is trained on, and where it starts. */
export const ensembleInputs = {
  statistics: Problem.output.statistics,
  data: Problem.output.data,
  modes: Problem.output.modes,
  start: State
}

export const ModeRuns = Stage.make(import.meta.url, "mode-runs", {
  params: ensembleParams,
  inputs: ensembleInputs,
  outputs: {
    runs: Schema.Struct({
      ...ModePoint,
      /** max_{b≠a} |w_ab|. */
      cross: Schema.Finite
    }),
    diverged: Lost
  },
  errors: [Diverged],
  run: ({ runs, steps, every, ...settings }, { modes, ...network }) => {
    const { learningRate, widths } = settings
    const frame = signalOf(modes, widths.at(-1)!, widths[0]!)
    const teachers = modes.rows.flatMap(({ teacher_value }) => teacher_value ?? [])
    const read = (weights: Float64Array) => modesOf(widths, frame, weights)
    return Effect.map(ensemble({ settings, ...network, runs, steps, every }, read), ({ courses, diverged }) => ({
      diverged,
      runs: courses.flatMap(({ run, readings }) =>
        readings.flatMap(({ step, read: w }, reading) => {
          const cross = largestCross(w)
          return teachers.map((teacher, a) => ({
            run,
            reading,
            time: learningRate * step,
            mode: a + 1,
            teacher,
            strength: Matrix.at(w, a, a),
            cross: cross[a]!
          }))
        }))
    }))
  }
})
