// How lazy a run is: how far the weights and the tangent kernel have moved from the start, relative to the start.
// In the limit of the NTK regime both tend to 0; at width 10 they do not, whatever γ says, so every cell reports them.
import * as Matrix from "../linalg/Matrix.ts"
import * as TangentKernel from "./TangentKernel.ts"

export interface Laziness {
  /** ‖θ_t − θ_0‖/‖θ_0‖; null where θ_0 = 0. */
  readonly weights: number | null
  /** ‖K_t − K_0‖_F/‖K_0‖_F, K the tangent kernel; null where K_0 = 0. */
  readonly kernel: number | null
}

/** Relative change of the weights and of the tangent kernel between two states of one network. */
export const laziness = (widths: ReadonlyArray<number>, start: Float64Array, now: Float64Array): Laziness => {
  const before = Matrix.make(1, start.length, start)
  const moved = Matrix.subtract(Matrix.make(1, now.length, now), before)
  const kernel = TangentKernel.of(widths, start)
  const change = TangentKernel.subtract(TangentKernel.of(widths, now), kernel)
  return {
    weights: ratio(Matrix.frobenius(moved), Matrix.frobenius(before)),
    kernel: ratio(TangentKernel.frobenius(change), TangentKernel.frobenius(kernel))
  }
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
