/** A start in the basis of what is learnt: every layer has the singular value a in each of the teacher's modes. */
import * as Effect from "effect/Effect"
import { alignedStart } from "../../dln/alignedStart.ts"
import * as Stage from "../../engine/Stage.ts"
import { power } from "../../linalg/elementary.ts"
import { State } from "./GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "./Problem.ts"
import { signalOf } from "../signal.ts"

export const AlignedStart = Stage.make(import.meta.url, "aligned-start", {
  params: { widths: Parameter.widths, scale: Parameter.scale },
  inputs: { modes: Problem.output.modes },
  outputs: State,
  run: ({ widths, scale }, { modes }) =>
    Effect.sync(() => {
      const signal = signalOf(modes, widths.at(-1)!, widths[0]!)
      const strength = power(scale, widths.length - 1)
      return [{ step: 0, weights: alignedStart(widths, signal, signal.s.map(() => strength)) }]
    })
})
