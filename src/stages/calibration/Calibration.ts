/**
 * The runs on which rank estimators are calibrated: a network with a small balanced start and a teacher of distinct
 * singular values, fewer than could be, learnt mode after mode by one run of full-batch GD and S runs of SGD.
 */
import * as Schema from "effect/Schema"
import * as Presets from "../../dln/protocol.ts"
import { fewestDraws } from "../../dln/recovery.ts"
import * as Teacher from "../../dln/Teacher.ts"
import * as Grid from "../../engine/Grid.ts"
import { power } from "../../linalg/elementary.ts"
import { Admissible } from "./Admissible.ts"
import { Align } from "../training/Align.ts"
import { BalancedStart } from "../training/BalancedStart.ts"
import { Conclusions } from "./Conclusions.ts"
import { DrawnRanks } from "./DrawnRanks.ts"
import { EpsilonPlateaus } from "./EpsilonPlateaus.ts"
import { Harshness } from "./Harshness.ts"
import { NoisySpectra } from "./NoisySpectra.ts"
import { about } from "../about.ts"
import * as Parameter from "../Parameter.ts"
import { Perturbation } from "./Perturbation.ts"
import { Problem } from "../training/Problem.ts"
import { RankCourse } from "./RankCourse.ts"
import { RankGrowth } from "./RankGrowth.ts"
import { RankSpread } from "./RankSpread.ts"
import { Recovery } from "./Recovery.ts"
import { SampledSpectra } from "./SampledSpectra.ts"
import { Spectra } from "../ranks/Spectra.ts"
import { Stability } from "../training/Stability.ts"
import { train } from "../training/train.ts"

export const params = {
  replicates: Parameter.replicates,
  seeds: Parameter.seeds,
  seed: Parameter.seed,
  widths: Parameter.widths,
  spectrum: Parameter.singularValues,
  samples: Parameter.samples,
  noise: Parameter.noise,
  scale: Parameter.scale,
  learningRate: Parameter.learningRate,
  batch: Parameter.batch,
  sampler: Parameter.sampler,
  steps: Parameter.steps,
  segment: Parameter.segment,
  lossEvery: Parameter.lossEvery,
  points: Parameter.points,
  /** Thresholds, and what a rank must show at one of them. */
  epsilons: Parameter.epsilons,
  required: Parameter.required,
  decades: Parameter.decades,
  level: Parameter.level,
  /** Noise on a signal of known rank. */
  tail: Parameter.tail,
  draws: Parameter.draws,
  multiples: Parameter.multiples,
  sampleSizes: Parameter.sampleSizes
}

export type Settings = Schema.Struct<typeof params>["Type"]

/** Five preferred numbers in each decade, nearly even on a logarithmic scale, from 10^first up to 10^last. */
const series = (first: number, last: number): ReadonlyArray<number> =>
  Array.from({ length: last - first }, (_, index) => first + index)
    .flatMap((decade) => [1, 1.6, 2.5, 4, 6.3].map((digits) => Number(`${digits}e${decade}`)))

const { widths, scale, learningRate, batch, steps, spectrum } = Presets.calibration

export const defaults: Settings = {
  widths,
  scale,
  learningRate,
  batch,
  steps,
  spectrum,
  segment: 2500,
  lossEvery: 1,
  sampler: "shuffle",
  samples: Presets.quick.samples,
  noise: Presets.quick.noise,
  seeds: 8,
  seed: 1,
  replicates: 1,
  points: 151,
  epsilons: series(-16, 0),
  required: 0.95,
  decades: 1,
  level: 0.95,
  tail: 0.2,
  draws: 200,
  multiples: [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 1, 3, 10],
  sampleSizes: [20, 50, 100, 200, 500, 1000, 2000]
}

/** What `paper` replaces of them. */
export const paper = {
  widths: [20, 20, 20, 20],
  spectrum: Presets.paper.spectra.deficient,
  samples: Presets.paper.samples,
  learningRate: 0.012,
  batch: 16,
  steps: 12_000,
  segment: 3000,
  seeds: 32,
  replicates: 4,
  points: 241,
  draws: 2000,
  sampleSizes: [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
}

/** What is wrong with settings that are right one by one: a sentence each, before anything runs. */
export const problems = (settings: Settings): ReadonlyArray<string> => {
  const { batch, draws, level, lossEvery, multiples, noise, required, sampleSizes, samples } = settings
  const { scale, segment, spectrum, steps, widths } = settings
  const inputs = widths[0]!
  const fewest = fewestDraws(required, level)
  const start = power(scale, widths.length - 1)
  return [
    about("spectrum", Teacher.checkKind("deficient", spectrum, Math.min(...widths))),
    noise > 0 ? undefined : "noise = 0 leaves SGD no perturbation at the end, whose size part I takes: raise it",
    steps % segment === 0 ? undefined : `steps = ${steps} is no multiple of segment = ${segment}: change one of them`,
    segment % lossEvery === 0 ? undefined
      : `segment = ${segment} is no multiple of lossEvery = ${lossEvery}: change one of them`,
    batch > samples ? `batch = ${batch} is more than samples = ${samples}: lower it` : undefined,
    samples < inputs ? `samples = ${samples} cannot be whitened exactly for ${inputs} inputs: raise it` : undefined,
    ...sampleSizes.map((n) => n >= inputs ? undefined
      : `sampleSizes has ${n}, and fewer than ${inputs} samples cannot be whitened: raise it`),
    multiples.includes(1) ? undefined : "multiples must have 1, the size that SGD's perturbation really has: add it",
    draws >= fewest ? undefined
      : `draws = ${draws} cannot show a recovery of ${required} at level ${level}, even if all succeed: ` +
        `take at least ${fewest}`,
    start < spectrum.at(-1)! ? undefined
      : `scale = ${scale} starts every mode at ${start}, not below the teacher's smallest singular value ` +
        `${spectrum.at(-1)}: lower it`
  ].filter((problem) => problem !== undefined)
}

/** One draw of teacher, data and start: what its runs share, and each run by its number, GD's being 0. */
export const cell = (settings: Settings, replicate: number) => {
  const { batch, learningRate, lossEvery, noise, points, sampler, samples, scale, seed } = settings
  const { segment, spectrum, steps, widths } = settings
  const problem = Problem({
    singularValues: spectrum,
    inputs: widths[0]!,
    outputs: widths.at(-1)!,
    samples,
    noise,
    whiten: "exact",
    covariance: "isotropic",
    condition: 1,
    seed,
    replicate
  })
  const { statistics, data, modes } = problem
  const { state: start, sign } = BalancedStart({ widths, scale, seed, replicate, statistics })
  return {
    problem,
    sign,
    stability: Stability({ widths, learningRate, batch, statistics, start }),
    run: (run: number) => {
      const batches = run === 0 ? null : { size: batch, sampler, seed, replicate, run }
      const { at, curve } = train({ widths, learningRate, batches, statistics, data, start, steps, segment, lossEvery })
      const { checkpoints } = Align({
        alignment: ["level", "time"], learningRate, steps, points, window: learningRate, windowPoints: 1, curve, modes
      })
      return { curve, checkpoints: at(checkpoints) }
    }
  }
}

/** The kinds of noise on a matrix of known rank, by the names that tables and figures give them. */
const noises = ["independent", "independent, float32", "tangent", "SGD − GD"] as const
const noiseOf = {
  independent: { model: "gaussian", precision: "float64" },
  "independent, float32": { model: "gaussian", precision: "float32" },
  tangent: { model: "tangent", precision: "float64" },
  "SGD − GD": { model: "resampled", precision: "float64" }
} as const

const samplings = ["no label noise", "label noise", "label noise, whitened"] as const
const samplingOf = {
  "no label noise": { noisy: false, whiten: "none" },
  "label noise": { noisy: true, whiten: "none" },
  "label noise, whitened": { noisy: true, whiten: "exact" }
} as const

/** Everything that calibration measures, a table each with the replicate as its first column. */
export const measured = (settings: Settings) => {
  const { draws, epsilons, level, multiples, replicates, required, sampleSizes, seed, seeds, tail, widths } = settings
  const matrices = { outputs: widths.at(-1)!, inputs: widths[0]!, draws, seed }
  const sgdRuns = Grid.range("run", 1, seeds)
  const runs = [{ algorithm: "gd", run: 0 }, ...sgdRuns.map(({ run }) => ({ algorithm: "sgd", run }))]

  return Grid.map(Grid.range("replicate", 1, replicates), ({ replicate }) => {
    const { problem, run: runOf, sign, stability } = cell(settings, replicate)
    const { modes } = problem

    const measure = ({ run }: { readonly run: number }) => {
      const { checkpoints, curve } = runOf(run)
      const spectra = Spectra({ widths, checkpoints })
      const { ranks, shape } = RankCourse({ widths, epsilons, spectra, modes })
      const { changes, growth } = RankGrowth({ ranks })
      return { losses: curve, checkpoints, spectra, ranks, shape, growth, changes }
    }
    const gd = measure({ run: 0 })
    const sgd = Grid.map(sgdRuns, measure)
    const { checkpoints: _, ...courses } = Grid.map(runs, measure)

    const perturbations = Perturbation({ widths, tail, modes, gd: gd.checkpoints, sgd: sgd.checkpoints })
    const judged = (spectra: ReturnType<typeof NoisySpectra> | ReturnType<typeof SampledSpectra>) => {
      const recovery = Recovery({ epsilons, level, modes, spectra })
      return {
        recovery,
        drawn: DrawnRanks({ modes, spectra }),
        admissible: Admissible({ required, modes, spectra, recovery })
      }
    }
    const under = ({ multiple, noise }: { readonly multiple: number; readonly noise: (typeof noises)[number] }) =>
      judged(NoisySpectra({ ...matrices, ...noiseOf[noise], multiple, replicate, modes, perturbations }))
    const sampled = Grid.map(Grid.cross({ sampling: samplings, n: sampleSizes }), ({ n, sampling }) => {
      const { noisy, whiten } = samplingOf[sampling]
      const noise = noisy ? settings.noise : 0
      return judged(SampledSpectra({ ...matrices, samples: n, noise, whiten, replicate, modes }))
    })
    const own = under({ noise: "SGD − GD", multiple: 1 })
    const independent = under({ noise: "independent", multiple: 1 })

    const spread = RankSpread({ level, sgd: sgd.ranks })
    const grown = { gd: gd.growth, sgd: sgd.growth, spread, recovery: own.recovery }
    const conclusions = Conclusions({ required, level, modes, ...grown })
    return {
      ...Grid.map(Grid.cross({ noise: noises, multiple: multiples }), under),
      sampledRecovery: sampled.recovery,
      sampledDrawn: sampled.drawn,
      sampledAdmissible: sampled.admissible,
      harshness: Harshness({ harsh: independent.admissible, mild: own.admissible }),
      perturbations,
      ...courses,
      spread,
      conclusions,
      ...EpsilonPlateaus({ widths, scale: settings.scale, decades: settings.decades, modes, conclusions }),
      modes,
      sign,
      stability
    }
  })
}
