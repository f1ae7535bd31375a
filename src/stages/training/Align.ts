/** Decides, from the whole loss curve of a run, at which steps its checkpoints lie, and finds its escapes. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { escapes } from "../../dln/escapes.ts"
import { drops, levels, modeName } from "../../dln/levels.ts"
import { firstPassage, type LossCurve } from "../../dln/LossCurve.ts"
import { offsets } from "../../dln/windows.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "./Checkpoint.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "./Problem.ts"
import { Segment } from "./Segment.ts"

export const Align = Stage.make(import.meta.url, "align", {
  params: {
    alignment: Parameter.alignment,
    learningRate: Parameter.learningRate,
    steps: Parameter.steps,
    points: Parameter.points,
    window: Parameter.window,
    windowPoints: Parameter.windowPoints
  },
  inputs: { curve: Segment.output.curve, modes: Problem.output.modes },
  outputs: {
    checkpoints: Schema.Struct({ checkpoint: Schema.String, ...Checkpoint.place }),
    escapes: Schema.Struct({
      escape: Schema.Int,
      step: Schema.Int,
      /** Excess loss of the plateau that is left, and of the one that is reached. */
      loss_before: Schema.Finite,
      loss_after: Schema.Finite,
      /** Modes that have been learnt when it is over. */
      modes: Schema.Int,
      time: Schema.Finite,
      modes_before: Schema.Int
    })
  },
  run: ({ alignment, learningRate, steps, points, window, windowPoints }, { curve, modes }) =>
    Effect.sync(() => {
      const losses: LossCurve = { steps: Int32Array.from(curve.column("step")), excess: Float64Array.from(curve.column("excess")) }
      const rank = modes.rows.filter(({ teacher_value }) => teacher_value !== null).length
      const strengths = Float64Array.from(modes.column("singular_value"))
      const falls = drops(strengths, rank)
      // Equal modes leave the saddle one by one from a random start, so escapes are looked for mode by mode.
      const found = escapes(losses, drops(strengths, rank, 0))

      const at = (checkpoint: string, kind: Alignment, step: number | null, drop: string | null = null, offset: number | null = null) =>
        ({ checkpoint, alignment: kind, step, time: step === null ? null : learningRate * step, drop, offset })

      const byLevel = () => [
        at("start", "level", 0),
        ...levels(falls).map(({ checkpoint, firstMode, lastMode, excess }) =>
          at(checkpoint, "level", firstPassage(losses, excess), modeName(firstMode, lastMode))),
        at("end", "level", steps)
      ]
      const byEscape = () => {
        const halfWidth = Math.max(1, Math.round(window / learningRate))
        const around = offsets(halfWidth, Math.min(halfWidth, windowPoints))
        return found.flatMap(({ step: centre, learntBefore, learntAfter }) =>
          Array.from(around, (offset) => {
            const step = centre + offset
            const drop = modeName(learntBefore + 1, learntAfter)
            const time = learningRate * offset
            return at(`escape of ${drop} at ${signed(time)}`, "escape", step >= 0 && step <= steps ? step : null, drop, time)
          }))
      }
      const byTime = () => {
        const chosen = new Set(evenly(points, 0, steps))
        return [...chosen].map((step) => at(`step ${step}`, "time", step))
      }

      const all = { level: byLevel, escape: byEscape, time: byTime }
      return {
        checkpoints: alignment.flatMap((kind) => all[kind]().map((checkpoint, order) => ({ ...checkpoint, order }))),
        escapes: found.map(({ escape, step, before, after, learntBefore, learntAfter }) => ({
          escape,
          step,
          loss_before: before,
          loss_after: after,
          modes: learntAfter,
          time: learningRate * step,
          modes_before: learntBefore
        }))
      }
    })
})

type Alignment = (typeof Parameter.alignments)[number]

/** `count` whole numbers from `low` to `high`, both included, as evenly as they can be. */
const evenly = (count: number, low: number, high: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => Math.round(low + (index * (high - low)) / (count - 1)))

const signed = (offset: number): string => `${offset < 0 ? "−" : "+"}${Math.abs(Math.round(offset * 1000) / 1000)}`
