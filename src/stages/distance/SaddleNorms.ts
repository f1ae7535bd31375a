/** ‖θ‖ at the balanced saddles of training: ‖θ‖² = L Σ_i σ_i^(2/L), σ_i of W = U_k U_kᵀ A after k learnt modes. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { power } from "../../linalg/elementary.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"

export const SaddleNorms = Stage.make(import.meta.url, "saddle-norms", {
  params: { widths: Parameter.widths },
  inputs: { modes: Problem.output.modes, statistics: Problem.output.statistics },
  outputs: Schema.Struct({
    /** k = 0 … r. With whitened inputs the σ_i are ŝ_1 … ŝ_k. */
    modes: Schema.Int,
    norm: Schema.Finite
  }),
  run: ({ widths }, { modes, statistics }) =>
    Effect.sync(() => {
      const depth = widths.length - 1
      const target = Matrix.make(widths.at(-1)!, widths[0]!, statistics.rows[0]!.target)
      const rank = modes.rows.filter(({ teacher_value }) => teacher_value !== null).length
      return Array.from({ length: rank + 1 }, (_, k) => {
        const basis = Matrix.make(k, target.rows, Float64Array.from(modes.rows.slice(0, k).flatMap(({ u }) => [...u])))
        // U_kᵀ A has the singular values of U_k U_kᵀ A.
        const sigma = k === 0 ? [] : [...Kernel.singularValues(Matrix.multiply(basis, target))]
        return { modes: k, norm: Math.sqrt(depth * sigma.reduce((sum, value) => sum + power(value, 2 / depth), 0)) }
      })
    })
})
