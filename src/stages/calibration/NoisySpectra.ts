/** The singular values of A = M + N over many draws of N: M of known rank, N under one model of noise at one size. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { deviation, noiseEdge, tangentNoise, weylRatio } from "../../dln/rankNoise.ts"
import type { Teacher } from "../../dln/Teacher.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import * as SinglePrecision from "../../linalg/SinglePrecision.ts"
import { mean } from "../../stats/mean.ts"
import * as Parameter from "../Parameter.ts"
import { Perturbation } from "./Perturbation.ts"
import { Problem } from "../training/Problem.ts"
import { signalOf } from "../signal.ts"

/** What every source of noisy matrices gives, a row a draw. */
export const DrawnSpectrum = Schema.Struct({
  draw: Schema.Int,
  /** The size of the noise as the σ of independent entries: of the model, not of the draw. */
  sigma: Schema.Finite,
  /** σ_1(A) ≥ σ_2(A) ≥ … */
  values: Vector,
  /** max_k |σ_k(A) − σ_k(M)|/‖N‖₂, which Weyl's inequality bounds by 1; null where N = 0. */
  weyl: Schema.NullOr(Schema.Finite),
  /** The edge of independent noise of this size, σ(√(d_out − r) + √(d_in − r))/s_1: the least ε that it asks for. */
  edge: Schema.Finite
})

export const NoisySpectra = Stage.make(import.meta.url, "noisy-spectra", {
  params: {
    outputs: Parameter.width,
    inputs: Parameter.width,
    /** Independent entries; the same made tangent to the matrices of rank r; or differences of SGD and GD. */
    model: Parameter.noiseModel,
    /** Whether A is formed, and its singular values found, in float32 or in float64. */
    precision: Parameter.precision,
    multiple: Parameter.multiple,
    draws: Parameter.draws,
    seed: Parameter.seed,
    replicate: Parameter.replicate
  },
  inputs: { modes: Problem.output.modes, perturbations: Perturbation.output },
  outputs: DrawnSpectrum,
  run: ({ outputs, inputs, model, precision, multiple, draws, seed, replicate }, { modes, perturbations }) =>
    Effect.sync(() => {
      const signal = signalOf(modes, outputs, inputs)
      const differences = perturbations.rows.map(({ difference }) => Matrix.make(outputs, inputs, difference))
      const seen = Math.sqrt(mean(differences.map((one) => deviation(one) * deviation(one))))
      const sigma = multiple * seen
      // One set of draws serves all sizes and both precisions, so that curves differ by these alone.
      const normals = Random.stream(seed, "rank noise", replicate)
      const chosen = Random.integers(Random.stream(seed, "resampled noise", replicate), 0, draws, differences.length)
      const noiseOf = (draw: number): Matrix.Matrix => {
        if (model === "resampled") return Matrix.scale(differences[chosen[draw]!]!, multiple)
        const size = outputs * inputs
        const noise = Matrix.make(outputs, inputs, Random.normals(normals, draw * size, size).map((z) => sigma * z))
        return model === "tangent" ? tangentNoise(signal, noise) : noise
      }
      const edge = noiseEdge(sigma, outputs, inputs, signal.s.length) / signal.s[0]!
      return Array.from({ length: draws }, (_, draw) => {
        const noise = noiseOf(draw)
        const values = precision === "float32" ? inSingle(signal, noise)
          : Kernel.singularValues(Matrix.add(signal.M, noise))
        return { draw: draw + 1, sigma, values, weyl: weylRatio(values, signal.s, noise), edge }
      })
    })
})

/** The same with every operation rounded to float32. */
const inSingle = ({ U, s, V }: Teacher, noise: Matrix.Matrix): Float64Array => {
  const left = SinglePrecision.multiply(SinglePrecision.round(U), SinglePrecision.round(Matrix.diagonal(s)))
  const signal = SinglePrecision.multiply(left, SinglePrecision.round(Matrix.transpose(V)))
  return SinglePrecision.singularValues(SinglePrecision.add(signal, SinglePrecision.round(noise)))
}
