/** Some saddles of one family: Gaussian residual blocks, those of the zero set zero, each moved by a random gauge. */
import * as Schema from "effect/Schema"
import * as ConstraintEnergy from "../../dln/saddle/ConstraintEnergy.ts"
import * as Gauge from "../../dln/saddle/Gauge.ts"
import { gaussianResidual } from "../../dln/saddle/gaussianResidual.ts"
import * as NormalForm from "../../dln/saddle/NormalForm.ts"
import { zeroBlockSignature } from "../../dln/saddle/zeroBlocks.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Random from "../../linalg/Random.ts"
import * as Parameter from "../Parameter.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"
import { NoSuchSaddle, refusing } from "./Refused.ts"
import * as Saddle from "./Saddle.ts"

export const ConstructedSaddles = Stage.make(import.meta.url, "constructed-saddles", {
  params: {
    widths: Parameter.widths,
    modes: Saddle.modes,
    zeros: Saddle.zeros,
    minima: Saddle.minima,
    scale: Saddle.scale,
    gauge: Saddle.gauge,
    seed: Parameter.seed,
    /** Saddle k draws from a stream of its own: more of them leave those before as they are. */
    from: Parameter.from,
    count: Saddle.saddles
  },
  inputs: { landscape: LandscapeRow },
  outputs: {
    /** The weights W_1|…|W_L. */
    points: Schema.Struct({ sample: Schema.Int, weights: Vector }),
    residuals: Schema.Struct({
      sample: Schema.Int,
      /** Z_1|…|Z_L. */
      residual: Vector,
      /** E(Z). */
      energy: Schema.Finite,
      /** The signature in closed form; null with fewer than two zero blocks. */
      index_formula: Schema.NullOr(Schema.Int),
      nullity_formula: Schema.NullOr(Schema.Int),
      /** λ_min in closed form; null also where S is not the strongest modes, or the gauge move not orthogonal. */
      least_formula: Schema.NullOr(Schema.Finite)
    })
  },
  errors: [NoSuchSaddle],
  run: ({ widths, modes, zeros, minima, scale, gauge, seed, from, count }, inputs) =>
    refusing(modes, () => {
      const form = NormalForm.make({ landscape: landscapeOf(inputs.landscape), widths, modes, minima })
      const energy = ConstraintEnergy.make(form.residualWidths, form.sigma)
      const made = Array.from({ length: count }, (_, index) => {
        const sample = from + index + 1
        const family = [seed, "saddle", Saddle.label(modes), Saddle.label(zeros), sample] as const
        const residual = gaussianResidual(form, { stream: Random.stream(...family), scale, zeros })
        const weights = NormalForm.assemble(form, residual)
        const signature = zeroBlockSignature(form, residual)
        const clear = signature?.isClear === true ? signature : null
        return {
          sample,
          residual,
          energy: energy.value(residual),
          weights: gauge === null ? weights
            : Gauge.move(widths, weights, Gauge.random(widths, { condition: gauge, stream: Random.stream(...family, "gauge") })),
          index_formula: clear?.index ?? null,
          nullity_formula: clear?.nullity ?? null,
          least_formula: gauge === null || gauge === 1 ? clear?.least ?? null : null
        }
      })
      return {
        points: made.map(({ sample, weights }) => ({ sample, weights })),
        residuals: made.map(({ weights: _, ...residual }) => residual)
      }
    })
})
