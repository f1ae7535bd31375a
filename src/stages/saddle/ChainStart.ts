/** Where a chain of Langevin dynamics starts: a Gaussian residual, far from critical. */
import * as Schema from "effect/Schema"
import { gaussianResidual } from "../../dln/saddle/gaussianResidual.ts"
import * as NormalForm from "../../dln/saddle/NormalForm.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Random from "../../linalg/Random.ts"
import * as Parameter from "../Parameter.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"
import { NoSuchSaddle, refusing } from "./Refused.ts"
import * as Saddle from "./Saddle.ts"

/** A chain after `step` steps, `accepted` of which were taken; Z and the Z that it started from, Z_1|…|Z_L. */
export const ChainState = Schema.Struct({ step: Schema.Int, residual: Vector, start: Vector, accepted: Schema.Int })

export const ChainStart = Stage.make(import.meta.url, "chain-start", {
  params: {
    widths: Parameter.widths,
    modes: Saddle.modes,
    scale: Saddle.scale,
    seed: Parameter.seed,
    chain: Parameter.replicate
  },
  inputs: { landscape: LandscapeRow },
  outputs: ChainState,
  errors: [NoSuchSaddle],
  run: ({ widths, modes, scale, seed, chain }, inputs) =>
    refusing(modes, () => {
      const form = NormalForm.make({ landscape: landscapeOf(inputs.landscape), widths, modes })
      const stream = Random.stream(seed, "chain start", Saddle.label(modes), chain)
      const residual = gaussianResidual(form, { stream, scale })
      return [{ step: 0, residual, start: residual, accepted: 0 }]
    })
})
