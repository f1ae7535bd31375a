/** The weights at the checkpoints that lie in one segment of a run: its steps are done again, to the same bits. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Network from "../../dln/Network.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import { Align } from "./Align.ts"
import * as Checkpoint from "./Checkpoint.ts"
import { State } from "./GaussianStart.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "./Problem.ts"
import { settings, trainingOf } from "./training.ts"

export const Checkpoints = Stage.make(import.meta.url, "checkpoints", {
  params: { ...settings, from: Parameter.from, steps: Parameter.steps },
  inputs: { statistics: Problem.output.statistics, data: Problem.output.data, state: State, checkpoints: Align.output.checkpoints },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    ...Checkpoint.moment,
    /** ℓ. */
    loss: Schema.NullOr(Schema.Finite),
    layer: Schema.Int,
    rows: Schema.Int,
    columns: Schema.Int,
    /** W_l, row-major; null where the checkpoint was never reached. */
    weights: Schema.NullOr(Vector)
  }),
  run: (params, { statistics, data, state, checkpoints }) =>
    Effect.sync(() => {
      const { widths, from, steps } = params
      const training = trainingOf(params, statistics, data)
      const weights = state.rows[0]!.weights.slice()
      const least = statistics.rows[0]!.loss_min
      let done = from
      const kept = checkpoints.rows
        .filter(({ step }) => step === null ? from === 0 : (step > from || from === 0) && step <= from + steps)
        .toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0))
      return kept.flatMap((checkpoint) => {
        if (checkpoint.step !== null && checkpoint.step > done) {
          Kernel.train(training, weights, done, checkpoint.step - done, NO_LOSS)
          done = checkpoint.step
        }
        const excess = checkpoint.step === null ? null : Kernel.excessLoss(widths, weights, training.statistics)
        return widths.slice(1).map((rows, index) => ({
          checkpoint: checkpoint.checkpoint,
          ...Checkpoint.placeOf(checkpoint),
          excess,
          loss: excess === null ? null : excess + least,
          layer: index + 1,
          rows,
          columns: widths[index]!,
          weights: excess === null ? null : Network.layer(widths, weights, index + 1).data.slice()
        }))
      })
    })
})

/** Of no loss but the one at step 0 is the curve of a replay. */
const NO_LOSS = 2_147_483_647
