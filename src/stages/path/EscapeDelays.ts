/** How much later than GD the SGD runs escape from each saddle: t_esc^SGD/t_esc^GD − 1. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { modeName } from "../../dln/levels.ts"
import * as Stage from "../../engine/Stage.ts"
import { Align } from "../training/Align.ts"
import { estimator } from "../estimator.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)
const { escapes } = Align.output

export const EscapeDelays = Stage.make(import.meta.url, "escape-delays", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { gd: escapes, sgd: Schema.Struct({ run: Schema.Int, ...escapes.fields }) },
  outputs: Schema.Struct({
    /** The modes that GD learns in this escape. */
    drop: Schema.String,
    /** t_esc of GD. */
    time: Schema.Finite,
    /** Mean over the SGD runs that escape with the same modes; null where none does. */
    delay: real,
    delay_low: real,
    delay_high: real,
    runs: Schema.Int
  }),
  run: (interval, { gd, sgd }) =>
    Effect.sync(() => {
      const estimateOf = estimator(interval)
      return gd.rows.map(({ modes, modes_before, time }) => {
        const same = sgd.rows.filter((row) => row.modes === modes && row.modes_before === modes_before)
        const delays = same.map((row) => row.time / time - 1)
        const found = estimateOf(delays)
        return {
          drop: modeName(modes_before + 1, modes),
          time,
          delay: found?.mean ?? null,
          delay_low: found?.bootstrap?.low ?? null,
          delay_high: found?.bootstrap?.high ?? null,
          runs: delays.length
        }
      })
    })
})
