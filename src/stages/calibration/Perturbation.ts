/** What SGD's noise does to the matrix that GD learns: W_SGD − W_GD at the same times at the end of training. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Network from "../../dln/Network.ts"
import { deviation, tangentShare } from "../../dln/rankNoise.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { Checkpoints } from "../training/Checkpoints.ts"
import * as Parameter from "../Parameter.ts"
import { signalOf } from "../signal.ts"
import { Problem } from "../training/Problem.ts"

export const Perturbation = Stage.make(import.meta.url, "perturbation", {
  params: { widths: Parameter.widths, tail: Parameter.tail },
  inputs: {
    modes: Problem.output.modes,
    gd: Checkpoints.output,
    sgd: Schema.Struct({ run: Schema.Int, ...Checkpoints.output.fields })
  },
  outputs: Schema.Struct({
    run: Schema.Int,
    step: Schema.Int,
    /** W_SGD − W_GD: d_L × d_0, row-major. */
    difference: Vector,
    /** The σ of independent entries of the same size: √(mean of its squared entries). */
    sigma: Schema.Finite,
    /** The share of ‖W_SGD − W_GD‖² that is tangent to the matrices of the teacher's rank. */
    tangent_share: Schema.NullOr(Schema.Finite)
  }),
  run: ({ widths, tail }, { modes, gd, sgd }) =>
    Effect.sync(() => {
      const signal = signalOf(modes, widths.at(-1)!, widths[0]!)
      const learnt = endToEnd(widths, gd.rows)
      const last = Math.max(...learnt.keys())
      return [...Map.groupBy(sgd.rows, ({ run }) => run)].flatMap(([run, rows]) =>
        [...endToEnd(widths, rows)].flatMap(([step, w]) => {
          const reference = learnt.get(step)
          if (reference === undefined || step < (1 - tail) * last) return []
          const difference = Matrix.subtract(w, reference)
          return [{
            run,
            step,
            difference: difference.data,
            sigma: deviation(difference),
            tangent_share: tangentShare(signal, difference)
          }]
        }))
    })
})

/** W at each of the checkpoints that are matched by time. */
const endToEnd = (
  widths: ReadonlyArray<number>,
  rows: ReadonlyArray<typeof Checkpoints.output.Type>
): ReadonlyMap<number, Matrix.Matrix> =>
  new Map(Checkpoint.groups(rows.filter(({ alignment }) => alignment === "time")).flatMap((layers) => {
    const { step } = layers[0]!
    const factors = layers.toSorted((a, b) => a.layer - b.layer)
      .flatMap(({ rows, columns, weights }) => weights === null ? [] : [Matrix.make(rows, columns, weights)])
    return step === null || factors.length === 0 ? [] : [[step, Network.endToEnd(widths, Network.flatten(factors))]]
  }))
