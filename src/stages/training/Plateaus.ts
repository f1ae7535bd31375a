/** The plateaus of the excess loss, P_k = ½ Σ_{i>k} ŝ_i² for k = 0 … r − 1, at the saddles that training leaves. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { plateaus } from "../../dln/levels.ts"
import * as Stage from "../../engine/Stage.ts"
import { Problem } from "./Problem.ts"

export const Plateaus = Stage.make(import.meta.url, "plateaus", {
  params: {},
  inputs: { modes: Problem.output.modes },
  outputs: Schema.Struct({
    /** k, the modes that have been learnt. */
    modes: Schema.Int,
    excess: Schema.Finite
  }),
  run: (_, { modes }) =>
    Effect.sync(() => {
      const rank = modes.rows.filter(({ teacher_value }) => teacher_value !== null).length
      const heights = plateaus(Float64Array.from(modes.column("singular_value")), rank)
      return Array.from(heights.subarray(0, rank), (excess, k) => ({ modes: k, excess }))
    })
})
