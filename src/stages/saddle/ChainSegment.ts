/** Some steps of a chain of Langevin dynamics on βE(Z) − log π(Z): the samples that are kept, and the state at the end. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StepDiverged } from "../../dln/saddle/Langevin.ts"
import * as NormalForm from "../../dln/saddle/NormalForm.ts"
import * as Sampler from "../../dln/saddle/Sampler.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { ChainDiverged, settings, steps as stepCount } from "./Chain.ts"
import { ChainState } from "./ChainStart.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"
import { NoSuchSaddle, refusing } from "./Refused.ts"
import * as Saddle from "./Saddle.ts"

export const ChainSegment = Stage.make(import.meta.url, "chain-segment", {
  params: { widths: Parameter.widths, modes: Saddle.modes, ...settings, steps: stepCount },
  /** `data` is none or one: minibatches are drawn from it. */
  inputs: { landscape: LandscapeRow, data: Stage.many(Problem.output.data), state: ChainState },
  outputs: {
    snapshots: Schema.Struct({
      step: Schema.Int,
      /** False during burn-in. */
      is_sample: Schema.Boolean,
      /** E(Z) by the landscape's own σ. */
      energy: Schema.Finite,
      /** ‖Z − Z_start‖. */
      distance: Schema.Finite,
      residual: Vector
    }),
    state: ChainState
  },
  errors: [ChainDiverged, NoSuchSaddle],
  run: Effect.fn("chain-segment")(function*({ widths, modes, batch, chain, steps, ...options }, inputs) {
    const form = yield* refusing(modes, () =>
      NormalForm.make({ landscape: landscapeOf(inputs.landscape), widths, modes }))
    const sampler = { ...options, form, ...(batch !== null && { minibatch: { ...dataOf(widths, inputs.data), size: batch } }) }
    const { step, residual, start, accepted } = inputs.state.rows[0]!
    const before = { chain, start, state: { step, z: residual, accepted } }
    const { chain: after, snapshots } = yield* Effect.try({
      try: () => Sampler.advance(sampler, before, steps),
      catch: (error) => {
        if (error instanceof StepDiverged) return new ChainDiverged({ chain, step: error.step, stepSize: error.stepSize })
        throw error
      }
    })
    return {
      snapshots: snapshots.map(({ step, z, energy, distance, isSample }) =>
        ({ step, is_sample: isSample, energy, distance, residual: z })),
      state: [{ step: after.state.step, residual: after.state.z, start, accepted: after.state.accepted }]
    }
  })
})

const dataOf = (widths: ReadonlyArray<number>, data: ReadonlyArray<{ readonly rows: ReadonlyArray<typeof Problem.output.data.Type> }>) => {
  const [table] = data
  if (table === undefined) throw new Error("Minibatches are drawn from data: give the data of the problem.")
  const { samples, x, y } = table.rows[0]!
  return { x: Matrix.make(samples, widths[0]!, x), y: Matrix.make(samples, widths.at(-1)!, y) }
}
