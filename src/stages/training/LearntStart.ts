/** A start at which every mode is learnt, or all but a share of it: where the noise of SGD is studied by itself. */
import * as Effect from "effect/Effect"
import { alignedStart } from "../../dln/alignedStart.ts"
import * as Stage from "../../engine/Stage.ts"
import { State } from "./GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "./Problem.ts"
import { signalOf } from "../signal.ts"

export const LearntStart = Stage.make(import.meta.url, "learnt-start", {
  params: {
    widths: Parameter.widths,
    /** 1 − w/ŝ at the start. */
    missing: Parameter.missing
  },
  inputs: { modes: Problem.output.modes },
  outputs: State,
  run: ({ widths, missing }, { modes }) =>
    Effect.sync(() => {
      const signal = signalOf(modes, widths.at(-1)!, widths[0]!)
      return [{ step: 0, weights: alignedStart(widths, signal, signal.s.map((s) => (1 - missing) * s)) }]
    })
})
