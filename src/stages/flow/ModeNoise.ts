/** The noise of one example's gradient in every mode, from the data: C(w) = α₁w² − 2α₂w + α₃. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as GradientNoise from "../../sde/GradientNoise.ts"
import { Problem } from "../training/Problem.ts"

export const ModeNoise = Stage.make(import.meta.url, "mode-noise", {
  params: {},
  inputs: { data: Problem.output.data, modes: Problem.output.modes },
  outputs: Schema.Struct({
    mode: Schema.Int,
    /** s_a, the teacher's singular value, and ŝ_a, that of what training sees. */
    teacher: Schema.Finite,
    seen: Schema.Finite,
    /** α₁ = Var x_a². */
    square: Schema.Finite,
    /** α₂ = Cov(x_a², x_a y_a). */
    cross: Schema.Finite,
    /** α₃ = Var x_a y_a. */
    floor: Schema.Finite
  }),
  run: (_, { data, modes }) =>
    Effect.sync(() => {
      const { samples, x, y } = data.rows[0]!
      return modes.rows.flatMap(({ mode, singular_value, teacher_value, u, v }) =>
        teacher_value === null ? [] : {
          mode,
          teacher: teacher_value,
          seen: singular_value,
          ...GradientNoise.ofData(Matrix.make(samples, v.length, x), Matrix.make(samples, u.length, y), u, v)
        })
    })
})
