/** How much larger a threshold one noise asks for than another, in decades. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { log } from "../../linalg/elementary.ts"
import { Admissible } from "./Admissible.ts"

const real = Schema.NullOr(Schema.Finite)

export const Harshness = Stage.make(import.meta.url, "harshness", {
  params: {},
  inputs: { harsh: Admissible.output, mild: Admissible.output },
  outputs: Schema.Struct({
    /** log₁₀ of the ratio of the smallest admissible ε; null where either noise admits none. */
    decades: real,
    /** The bounds lie between points of the grid: how small and how large the ratio may be. */
    decades_low: real,
    decades_high: real
  }),
  run: (_, { harsh, mild }) =>
    Effect.sync(() => {
      const [one, other] = [harsh.rows[0]!, mild.rows[0]!]
      return [{
        decades: ratio(one.smallest, other.smallest),
        decades_low: ratio(one.below, other.smallest),
        decades_high: ratio(one.smallest, other.below)
      }]
    })
})

const ratio = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : log(a / b) / LN_10
const LN_10 = 2.302585092994046
