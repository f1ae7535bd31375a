/** The teacher, the data that it labels, and what training sees of them. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CannotWhiten, dataset } from "../../dln/dataset.ts"
import { statistics } from "../../dln/statistics.ts"
import * as Teacher from "../../dln/Teacher.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import * as Parameter from "../Parameter.ts"

/** The inputs cannot be whitened exactly: they do not span their space. */
export class NotWhitened extends Schema.TaggedError<NotWhitened>()("NotWhitened", {
  samples: Schema.Int,
  inputs: Schema.Int,
  rank: Schema.Int
}) {
  override get message() {
    return new CannotWhiten(this.samples, this.inputs, this.rank).message
  }
}

export const Problem = Stage.make(import.meta.url, "problem", {
  params: {
    singularValues: Parameter.singularValues,
    outputs: Parameter.width,
    inputs: Parameter.width,
    samples: Parameter.samples,
    noise: Parameter.noise,
    whiten: Parameter.whiten,
    covariance: Parameter.covariance,
    condition: Parameter.condition,
    seed: Parameter.seed,
    replicate: Parameter.replicate
  },
  inputs: {},
  outputs: {
    /** One row: x is n × d_0 and y is n × d_L, both row-major. */
    data: Schema.Struct({ samples: Schema.Int, x: Vector, y: Vector }),
    /** One row: Σ_xx (d_0 × d_0), the minimizer A = Σ_yx Σ_xx⁻¹ (d_L × d_0), both row-major, and the loss there. */
    statistics: Schema.Struct({ xx: Vector, target: Vector, loss_min: Schema.Finite }),
    modes: Schema.Struct({
      mode: Schema.Int,
      /** ŝ, the singular value of Σ_yx Σ_xx^(−1/2) that training sees, and its vectors. */
      singular_value: Schema.Finite,
      u: Vector,
      v: Vector,
      /** s, the teacher's; null beyond its rank. */
      teacher_value: Schema.NullOr(Schema.Finite)
    })
  },
  errors: [NotWhitened],
  run: ({ singularValues, outputs, inputs, seed, replicate, ...options }) =>
    Effect.try({
      try: () => {
        const teacher = Teacher.make({ singularValues, outputs, inputs, stream: Random.stream(seed, "teacher", replicate) })
        const { x, y } = dataset({ ...options, teacher, stream: Random.stream(seed, "data", replicate) })
        const { xx, target, lossMin, modes } = statistics({ x, y })
        return {
          data: [{ samples: options.samples, x: x.data, y: y.data }],
          statistics: [{ xx: xx.data, target: target.data, loss_min: lossMin }],
          modes: Array.from(modes.s, (singular_value, index) => ({
            mode: index + 1,
            singular_value,
            u: Matrix.column(modes.U, index),
            v: Matrix.column(modes.V, index),
            teacher_value: singularValues[index] ?? null
          }))
        }
      },
      catch: (error) => {
        if (error instanceof CannotWhiten) return new NotWhitened(error)
        throw error
      }
    })
})
