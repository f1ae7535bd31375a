/** The singular values of M̂ = (1/n) Σ y xᵀ over many samples of size n from a teacher M of known rank. */
import * as Effect from "effect/Effect"
import { CannotWhiten, dataset } from "../../dln/dataset.ts"
import { noiseEdge, weylRatio } from "../../dln/rankNoise.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Kernel from "../../linalg/Kernel.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import * as Random from "../../linalg/Random.ts"
import { DrawnSpectrum } from "./NoisySpectra.ts"
import * as Parameter from "../Parameter.ts"
import { NotWhitened, Problem } from "../training/Problem.ts"
import { signalOf } from "../signal.ts"

export const SampledSpectra = Stage.make(import.meta.url, "sampled-spectra", {
  params: {
    outputs: Parameter.width,
    inputs: Parameter.width,
    samples: Parameter.samples,
    /** σ of the label noise; without it M̂ never exceeds the rank of M: the control. */
    noise: Parameter.noise,
    whiten: Parameter.whiten,
    draws: Parameter.draws,
    seed: Parameter.seed,
    replicate: Parameter.replicate
  },
  inputs: { modes: Problem.output.modes },
  outputs: DrawnSpectrum,
  errors: [NotWhitened],
  run: ({ outputs, inputs, samples, noise, whiten, draws, seed, replicate }, { modes }) =>
    Effect.try({
      try: () => {
        const teacher = signalOf(modes, outputs, inputs)
        const sigma = noise / Math.sqrt(samples)
        const edge = noiseEdge(sigma, outputs, inputs, teacher.s.length) / teacher.s[0]!
        return Array.from({ length: draws }, (_, draw) => {
          const stream = Random.stream(seed, "sampled rank", replicate, samples, draw)
          const { x, y } = dataset({ teacher, samples, noise, covariance: "isotropic", condition: 1, whiten, stream })
          const seen = Matrix.scale(Kernel.multiplyTransposed(y, x), 1 / samples)
          const values = Kernel.singularValues(seen)
          const weyl = weylRatio(values, teacher.s, Matrix.subtract(seen, teacher.M))
          return { draw: draw + 1, sigma, values, weyl, edge }
        })
      },
      catch: (error) => {
        if (error instanceof CannotWhiten) return new NotWhitened(error)
        throw error
      }
    })
})
