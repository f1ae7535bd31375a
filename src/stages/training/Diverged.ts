/** A run that left the numbers, and why: its learning rate is above the bound of stability. */
import * as Schema from "effect/Schema"
import { balancedCurvature } from "../../dln/balancedCurvature.ts"
import type { Training } from "../../linalg/Training.ts"
import type { Settings } from "./training.ts"

export class Diverged extends Schema.TaggedError<Diverged>()("Diverged", {
  /** "GD", or "SGD run 3". */
  run: Schema.String,
  step: Schema.Int,
  learningRate: Schema.Finite,
  /** 2/κ with κ = L·s_1^(2 − 2/L)·λ_max(Σ_xx), the bound of GD at the balanced minimum. */
  bound: Schema.Finite
}) {
  override get message() {
    return `${this.run} diverged at step ${this.step}: learning rate ${this.learningRate}, ` +
      `where GD at the balanced minimum needs less than ${this.bound.toPrecision(4)}` +
      `${this.run !== "GD" ? " and small batches need less still" : ""}; lower the learning rate`
  }
}

/** The failure of a run, with the bound that its target sets. */
export const divergence = (settings: Settings, training: Training, step: number): Diverged => {
  const { batches, learningRate, widths } = settings
  const bound = 2 / balancedCurvature(widths.length - 1, training.statistics)
  return new Diverged({ run: batches === null ? "GD" : `SGD run ${batches.run}`, step, learningRate, bound })
}
