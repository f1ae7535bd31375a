/**
 * Small networks on which theory is exact, or nearly: trained by GD and by many runs of SGD, and beside them the flow in
 * closed form and paths of the modewise stochastic equation.
 */
import * as Schema from "effect/Schema"
import { checkKind } from "../dln/Teacher.ts"
import { power } from "../linalg/elementary.ts"
import * as ModeSde from "../sde/ModeSde.ts"
import { AlignedStart } from "./AlignedStart.ts"
import { HalfTimes } from "./HalfTimes.ts"
import { LearntStart } from "./LearntStart.ts"
import { ModeNoise } from "./ModeNoise.ts"
import { ModeRuns } from "./ModeRuns.ts"
import * as Parameter from "./Parameter.ts"
import { Problem } from "./Problem.ts"
import { SdeHalfTimes } from "./SdeHalfTimes.ts"
import { SdeRuns } from "./SdeRuns.ts"
import { StepNoise } from "./StepNoise.ts"

export const params = {
  seed: Parameter.seed,
  depths: Schema.Array(Parameter.layers).check(Schema.isMinLength(1), Schema.isUnique()).annotate({ description: "numbers L of layers" }),
  spectrum: Parameter.singularValues,
  samples: Parameter.samples,
  noise: Parameter.noise,
  /** GD against the flow. */
  strength: Parameter.strength,
  learningRate: Parameter.learningRate,
  horizon: Parameter.horizon,
  points: Parameter.points,
  escapeSpectrum: Parameter.singularValues,
  scales: Schema.Array(Parameter.scale).check(Schema.isMinLength(1), Schema.isUnique()).annotate({ description: "scales a of the starts whose escape times are compared" }),
  learningRates: Schema.Array(Parameter.learningRate).check(Schema.isMinLength(2), Schema.isUnique()).annotate({
    description: "learning rates at which GD is held against the flow; two or more, for an order"
  }),
  /** SGD against its equation. */
  batch: Parameter.batch,
  batches: Schema.Array(Parameter.batch).check(Schema.isMinLength(1), Schema.isUnique()).annotate({ description: "batch sizes B at which delays are compared" }),
  samplers: Schema.Array(Parameter.sampler).check(Schema.isMinLength(1), Schema.isUnique()).annotate({ description: "how SGD draws batches: replacement, shuffle" }),
  seeds: Parameter.seeds,
  delaySeeds: Parameter.seeds,
  sdeStep: Parameter.sdeStep,
  readings: Parameter.points,
  bootstrap: Parameter.bootstrap,
  level: Parameter.level
}

export type Settings = Schema.Struct<typeof params>["Type"]

export const defaults: Settings = {
  seed: 1,
  depths: [2, 3, 4],
  spectrum: [3, 2, 1],
  samples: 2000,
  noise: 0.5,
  strength: 0.02,
  learningRate: 0.005,
  horizon: 6,
  points: 121,
  escapeSpectrum: [4, 3, 2, 1.5, 1],
  scales: [0.05, 0.1, 0.2, 0.4],
  learningRates: [0.02, 0.01, 0.005, 0.0025, 0.00125],
  batch: 2,
  batches: [1, 2, 4],
  samplers: ["replacement", "shuffle"],
  seeds: 200,
  delaySeeds: 128,
  sdeStep: 0.1,
  readings: 21,
  bootstrap: 500,
  level: 0.95
}

/** What `paper` replaces of them. */
export const paper = {
  depths: [2, 3, 4, 5],
  scales: [0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4],
  escapeSpectrum: [6, 5, 4, 3, 2.5, 2, 1.5, 1.25, 1],
  learningRates: [0.02, 0.01, 0.005, 0.0025, 0.00125, 0.000625],
  samples: 20_000,
  seeds: 1000,
  delaySeeds: 500,
  batches: [1, 2, 4, 8, 16],
  sdeStep: 0.05,
  readings: 41,
  bootstrap: 2000
}

/** What is wrong with settings that are right one by one: a sentence each, before anything runs. */
export const problems = ({ batch, batches, depths, escapeSpectrum, horizon, learningRate, noise, points, samples, scales, spectrum, strength }: Settings): ReadonlyArray<string> => {
  const [weakest, weakestEscape] = [spectrum.at(-1)!, escapeSpectrum.at(-1)!]
  return [
    checkKind("full", spectrum, spectrum.length),
    checkKind("full", escapeSpectrum, escapeSpectrum.length),
    strength < weakest / 2 ? undefined : `strength = ${strength} starts modes at half of the smallest singular value ${weakest} or above: lower it`,
    ...depths.flatMap((depth) => scales.map((scale) => power(scale, depth) < weakestEscape / 2 ? undefined
      : `scale ${scale} starts modes of ${depth} layers at half of ${weakestEscape} or above: lower it`)),
    ...[batch, ...batches].map((size) => size <= samples ? undefined : `a batch of ${size} is more than samples = ${samples}: lower it`),
    samples >= Math.max(spectrum.length, escapeSpectrum.length) ? undefined : `samples = ${samples} cannot be whitened exactly: raise it`,
    horizon / learningRate >= points - 1 ? undefined : `horizon = ${horizon} has fewer steps of ${learningRate} than points = ${points}: lower points`,
    noise > 0 ? undefined : "noise = 0 leaves no stationary law: raise it; what happens without label noise is shown beside it"
  ].filter((problem) => problem !== undefined)
}

/** A network of so many layers with one neuron a mode, which learns these singular values from labels of this noise. */
export const network = ({ samples, seed }: Settings, depth: number, singularValues: ReadonlyArray<number>, labelNoise: number) => {
  const width = singularValues.length
  const widths = Array.from({ length: depth + 1 }, () => width)
  const problem = Problem({
    singularValues, inputs: width, outputs: width, samples, noise: labelNoise, whiten: "exact", covariance: "isotropic", condition: 1, seed, replicate: 1
  })
  const { data, modes, statistics } = problem
  return { widths, data, modes, statistics, noise: ModeNoise({ data, modes }) }
}
export type Network = ReturnType<typeof network>

/** Every mode at the same strength, aligned with what is learnt. */
export const alignedStart = ({ modes, widths }: Network, strength: number) =>
  AlignedStart({ widths, scale: power(strength, 1 / (widths.length - 1)), modes })

type Start = ReturnType<typeof alignedStart>

/** Steps between readings, and in all, for so many readings up to a time. */
const clock = (learningRate: number, horizon: number, readings: number) => {
  const every = Math.max(1, Math.round(horizon / (readings - 1) / learningRate))
  return { every, steps: every * (readings - 1) }
}

interface Training {
  readonly start: Start
  readonly horizon: number
  readonly readings: number
  /** Of SGD: the size of a batch, how it is drawn, and how many runs; GD where absent. */
  readonly sgd?: { readonly batch: number; readonly sampler: Settings["samplers"][number]; readonly runs: number }
}

const trained = ({ learningRate, seed }: Settings, { data, modes, statistics, widths }: Network, { start, horizon, readings, sgd }: Training) => ({
  widths,
  learningRate,
  batches: sgd === undefined ? null : { size: sgd.batch, sampler: sgd.sampler, seed, replicate: 1, run: 1 },
  runs: sgd?.runs ?? 1,
  ...clock(learningRate, horizon, readings),
  statistics,
  data,
  modes,
  start
})

export const run = (settings: Settings, network: Network, training: Training) => ModeRuns(trained(settings, network, training))
export const stepNoise = (settings: Settings, network: Network, training: Training) => StepNoise(trained(settings, network, training))
/** Half-times, read every few steps. */
export const halfTimes = (settings: Settings, network: Network, training: Omit<Training, "readings">) =>
  HalfTimes(trained(settings, network, { ...training, readings: readingsOf(settings, training.horizon) }))

const readingsOf = ({ learningRate }: Settings, horizon: number): number => Math.round(horizon / learningRate / 8) + 1

interface Paths {
  readonly start: Start
  readonly horizon: number
  readonly readings: number
  readonly batch: number
  readonly runs: number
  /** Whether its noise is left out: the flow, by the same steps. */
  readonly noiseless?: boolean
}

/** Paths of the equation, at the readings of SGD's runs: T = η/B, and steps in time that are a small share of it. */
const simulated = ({ learningRate, sdeStep, seed }: Settings, { modes, noise, widths }: Network, { start, horizon, readings, batch, runs, noiseless }: Paths) => {
  const { every, steps } = clock(learningRate, horizon, readings)
  const temperature = learningRate / batch
  const parts = Math.ceil((every * learningRate) / (sdeStep * temperature))
  return {
    widths,
    temperature: noiseless === true ? 0 : temperature,
    step: (every * learningRate) / parts,
    steps: (steps / every) * parts,
    every: parts,
    runs: noiseless === true ? 1 : runs,
    seed,
    modes,
    noise,
    start
  }
}

export const paths = (settings: Settings, network: Network, given: Paths) => SdeRuns(simulated(settings, network, given))
export const pathHalfTimes = (settings: Settings, network: Network, given: Omit<Paths, "readings">) =>
  SdeHalfTimes(simulated(settings, network, { ...given, readings: readingsOf(settings, given.horizon) }))

/** Runs of SGD about the minimum, read so seldom that readings are independent: five relaxation times of the slowest mode. */
export const settled = (settings: Settings, network: Network, slowest: number) => {
  const depth = network.widths.length - 1
  const { batch, readings, seeds } = settings
  const start = LearntStart({ widths: network.widths, missing: 0, modes: network.modes })
  return run(settings, network, {
    start, readings, horizon: ((readings - 1) * 5) / ModeSde.relaxation(depth, slowest), sgd: { batch, sampler: "replacement", runs: seeds }
  })
}

/** Runs of SGD that start a hundredth short of the minimum, over eight relaxation times of their mode. */
export const collapsing = (settings: Settings, network: Network, mode: number) => {
  const depth = network.widths.length - 1
  const { batch, readings, seeds } = settings
  const start = LearntStart({ widths: network.widths, missing: 0.01, modes: network.modes })
  return run(settings, network, {
    start, readings, horizon: 8 / ModeSde.relaxation(depth, mode), sgd: { batch, sampler: "replacement", runs: seeds }
  })
}
