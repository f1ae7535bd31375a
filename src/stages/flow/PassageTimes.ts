/** When each mode of GD is half learnt, against the closed form of the flow from the same start. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { passageTime } from "../../dln/modeFlow.ts"
import { strengthsOf } from "../../dln/modeRun.ts"
import { passage } from "../../dln/passage.ts"
import * as Stage from "../../engine/Stage.ts"
import { power } from "../../linalg/elementary.ts"
import { Diverged } from "../training/Diverged.ts"
import { ensemble } from "../training/ensemble.ts"
import { ensembleInputs } from "./ModeRuns.ts"
import * as Parameter from "../Parameter.ts"
import { signalOf } from "../signal.ts"
import { settings } from "../training/training.ts"

export const PassageTimes = Stage.make(import.meta.url, "passage-times", {
  params: { widths: settings.widths, learningRate: settings.learningRate, scale: Parameter.scale },
  inputs: ensembleInputs,
  outputs: Schema.Struct({
    mode: Schema.Int,
    teacher: Schema.Finite,
    /** 1/s_a, which escape times are proportional to where the start is so small that it is all that matters. */
    inverse: Schema.Finite,
    /** First time with w_aa ≥ ŝ_a/2; null where 1.2 times the predicted time of the last mode did not suffice. */
    time: Schema.NullOr(Schema.Finite),
    /** Of the flow: ∫ du/(L u^(2−2/L)(ŝ − u)) from a^L to ŝ/2. */
    predicted: Schema.Finite,
    /** time/predicted − 1. */
    departure: Schema.NullOr(Schema.Finite)
  }),
  errors: [Diverged],
  run: Effect.fnUntraced(function*({ widths, learningRate, scale }, { modes, ...network }) {
    const depth = widths.length - 1
    const signal = signalOf(modes, widths.at(-1)!, widths[0]!)
    const from = power(scale, depth)
    const predicted = Array.from(signal.s, (teacher) => passageTime({ depth, teacher, start: from }, teacher / 2))
    const steps = Math.ceil((1.2 * Math.max(...predicted)) / learningRate)
    const every = Math.max(1, Math.floor(steps / READINGS))
    const settings = { widths, learningRate, batches: null }
    const read = (weights: Float64Array) => strengthsOf(widths, signal, weights)
    const { courses: [run] } = yield* ensemble({ settings, ...network, runs: 1, steps, every }, read)
    const readings = run!.readings
    const times = readings.map(({ step }) => learningRate * step)
    return modes.rows.flatMap(({ teacher_value }) => teacher_value ?? []).map((teacher, a) => {
      const time = passage(times, readings.map(({ read }) => read[a]!), signal.s[a]! / 2)
      return {
        mode: a + 1,
        teacher,
        inverse: 1 / teacher,
        time,
        predicted: predicted[a]!,
        departure: time === null ? null : time / predicted[a]! - 1
      }
    })
  })
})

/** So many that a straight line between two of them errs by less than a step of GD does. */
const READINGS = 4000
