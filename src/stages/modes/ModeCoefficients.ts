/** The mode coefficients w_ab of a run at its checkpoints. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { Checkpoints } from "../training/Checkpoints.ts"
import { modeBasis } from "./modeBasis.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { weightsOf } from "../training/weightsOf.ts"

export const ModeCoefficients = Stage.make(import.meta.url, "mode-coefficients", {
  params: { widths: Parameter.widths },
  inputs: { checkpoints: Checkpoints.output, modes: Problem.output.modes, statistics: Problem.output.statistics },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    /** r, the teacher's modes. */
    modes: Schema.Int,
    /** w_ab, r × r and row-major; null where the checkpoint was never reached. */
    coefficients: Schema.NullOr(Vector),
    ...Checkpoint.moment
  }),
  run: ({ widths }, { checkpoints, modes, statistics }) =>
    Effect.sync(() => {
      const basis = modeBasis(widths, modes.rows, statistics.rows[0]!)
      return Checkpoint.groups(checkpoints.rows).map((rows) => {
        const weights = weightsOf(rows)
        return {
          checkpoint: rows[0]!.checkpoint,
          modes: basis.rank,
          coefficients: weights && basis.read(weights).teachers.data,
          ...Checkpoint.momentOf(rows[0]!)
        }
      })
    })
})
