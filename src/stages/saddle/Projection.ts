/** Samples of a chain, evenly spaced, as networks, refined to the critical points that they lie near. */
import * as Schema from "effect/Schema"
import { criticality } from "../../dln/saddle/criticality.ts"
import * as NormalForm from "../../dln/saddle/NormalForm.ts"
import { NotProjected, project } from "../../dln/saddle/project.ts"
import { rebalance } from "../../dln/saddle/rebalance.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Parameter from "../Parameter.ts"
import { projected } from "./Chain.ts"
import { ChainSegment } from "./ChainSegment.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"
import { NoSuchSaddle, refusing } from "./Refused.ts"
import * as Saddle from "./Saddle.ts"

const real = Schema.NullOr(Schema.Finite)

export const Projection = Stage.make(import.meta.url, "projection", {
  params: { widths: Parameter.widths, modes: Saddle.modes, count: projected },
  inputs: { landscape: LandscapeRow, snapshots: ChainSegment.output.snapshots },
  outputs: {
    /** The networks that were refined, their layers rebalanced to one norm. */
    points: Schema.Struct({ sample: Schema.Int, weights: Vector }),
    moves: Schema.Struct({
      sample: Schema.Int,
      /** Of the chain. */
      step: Schema.Int,
      /** E(Z) before. */
      energy: Schema.Finite,
      refined: Schema.Boolean,
      /** ‖∇ℓ‖ in units of its terms, before and, where refinement came to an end, after. */
      gradient_before: Schema.Finite,
      gradient_after: real,
      iterations: Schema.Int,
      /** ‖θ_after − θ_before‖ in the normal form, and its share of ‖θ_before‖; null where refinement failed. */
      moved: real,
      moved_relative: real
    })
  },
  errors: [NoSuchSaddle],
  run: ({ widths, modes, count }, inputs) =>
    refusing(modes, () => {
      const landscape = landscapeOf(inputs.landscape)
      const form = NormalForm.make({ landscape, widths, modes })
      const samples = inputs.snapshots.rows.filter(({ is_sample }) => is_sample)
      const made = Array.from({ length: Math.min(count, samples.length) }, (_, index) => {
        const { step, energy, residual } = samples[Math.floor(((index + 1) * samples.length) / count) - 1]!
        return { at: { sample: index + 1, step, energy }, ...refined(form, residual) }
      })
      return {
        points: made.flatMap(({ at, weights }) => weights === null ? [] : [{ sample: at.sample, weights }]),
        moves: made.map(({ at, move }) => ({ ...at, ...move }))
      }
    })
})

const refined = (form: NormalForm.NormalForm, residual: Float64Array) => {
  const { widths, landscape } = form
  const networkOf = (z: Float64Array) => rebalance(widths, NormalForm.assemble(form, z))
  const gradientOf = (weights: Float64Array) => criticality(widths, weights, landscape).relative
  const gradient_before = gradientOf(networkOf(residual))
  try {
    const { moved, steps, z } = project(form, residual)
    const weights = networkOf(z)
    const before = NormalForm.assemble(form, residual)
    const size = Matrix.frobenius(Matrix.make(1, before.length, before))
    const move = {
      refined: true, gradient_before, gradient_after: gradientOf(weights), iterations: steps,
      moved, moved_relative: moved / size
    }
    return { weights, move }
  } catch (error) {
    if (!(error instanceof NotProjected)) throw error
    const move = {
      refined: false, gradient_before, gradient_after: null, iterations: error.steps, moved: null, moved_relative: null
    }
    return { weights: null, move }
  }
}
