/**
 * Small networks on which theory is exact, or nearly: balanced, aligned with what they learn, one neuron for each mode,
 * on inputs that are whitened exactly. Trained by GD or by many runs of SGD, and beside them paths of their equation.
 */
import { power } from "../../linalg/elementary.ts"
import * as ModeSde from "../../sde/ModeSde.ts"
import { AlignedStart } from "../training/AlignedStart.ts"
import { HalfTimes } from "./HalfTimes.ts"
import { LearntStart } from "../training/LearntStart.ts"
import { ModeNoise } from "./ModeNoise.ts"
import { ModeRuns } from "./ModeRuns.ts"
import { Problem } from "../training/Problem.ts"
import { SdeHalfTimes } from "./SdeHalfTimes.ts"
import { SdeRuns } from "./SdeRuns.ts"
import { StepNoise } from "./StepNoise.ts"

export interface Options {
  /** n. */
  readonly samples: number
  readonly seed: number
  /** Which draw of teacher, data and batches. */
  readonly replicate: number
  /** η, of GD and SGD. */
  readonly learningRate: number
  /** Steps of the equation's paths, as a share of T = η/B. */
  readonly sdeStep: number
}

/** A network of L layers that learns these singular values from labels with this noise. */
export const make = (options: Options, depth: number, singularValues: ReadonlyArray<number>, noise: number) => {
  const { replicate, samples, seed } = options
  const width = singularValues.length
  const widths = Array.from({ length: depth + 1 }, () => width)
  const { data, modes, statistics } = Problem({
    singularValues,
    inputs: width,
    outputs: width,
    samples,
    noise,
    whiten: "exact",
    covariance: "isotropic",
    condition: 1,
    seed,
    replicate
  })
  return { widths, data, modes, statistics, noise: ModeNoise({ data, modes }) }
}
export type ModeNetwork = ReturnType<typeof make>

/** Every mode at the same strength. */
export const alignedStart = ({ modes, widths }: ModeNetwork, strength: number) =>
  AlignedStart({ widths, scale: power(strength, 1 / (widths.length - 1)), modes })

type Start = ReturnType<typeof alignedStart>

export interface Training extends Read {
  readonly start: Start
  /** The time at which it ends. */
  readonly horizon: number
}

/** How a run is read, and what it is. */
export interface Read {
  /** How often it is read until its end. */
  readonly readings: number
  /** Of SGD: the size of a batch, how it is drawn, and how many runs; GD where absent. */
  readonly sgd?: { readonly batch: number; readonly sampler: "shuffle" | "replacement"; readonly runs: number }
}

export const run = (options: Options, network: ModeNetwork, training: Training) =>
  ModeRuns(trained(options, network, training))

/** The noise of single steps along runs. */
export const stepNoise = (options: Options, network: ModeNetwork, training: Training) =>
  StepNoise(trained(options, network, training))

/** When runs have half learnt each mode, read every few steps. */
export const halfTimes = (options: Options, network: ModeNetwork, training: Omit<Training, "readings">) =>
  HalfTimes(trained(options, network, { ...training, readings: everyFew(options, training.horizon) }))

/** Runs of SGD about the minimum, read so seldom that readings are independent: five relaxation times of a mode. */
export const settled = (options: Options, network: ModeNetwork, slowest: number, read: Read) => {
  const start = LearntStart({ widths: network.widths, missing: 0, modes: network.modes })
  const horizon = (5 * (read.readings - 1)) / ModeSde.relaxation(network.widths.length - 1, slowest)
  return run(options, network, { ...read, start, horizon })
}

/** Runs of SGD that start a hundredth short of the minimum, over eight relaxation times of their mode. */
export const collapsing = (options: Options, network: ModeNetwork, mode: number, read: Read) => {
  const start = LearntStart({ widths: network.widths, missing: 0.01, modes: network.modes })
  const horizon = 8 / ModeSde.relaxation(network.widths.length - 1, mode)
  return run(options, network, { ...read, start, horizon })
}

export interface Paths {
  readonly start: Start
  readonly horizon: number
  readonly readings: number
  /** B, for T = η/B. */
  readonly batch: number
  readonly runs: number
  /** Whether noise is left out: then the one path is the flow, by the same steps. */
  readonly noiseless?: boolean
}

/** Paths of the equation of each mode, read when runs of SGD are. */
export const paths = (options: Options, network: ModeNetwork, given: Paths) =>
  SdeRuns(simulated(options, network, given))

export const pathHalfTimes = (options: Options, network: ModeNetwork, given: Omit<Paths, "readings">) =>
  SdeHalfTimes(simulated(options, network, { ...given, readings: everyFew(options, given.horizon) }))

const trained = ({ learningRate, replicate, seed }: Options, network: ModeNetwork, training: Training) => {
  const { start, horizon, readings, sgd } = training
  const { data, modes, statistics, widths } = network
  return {
    widths,
    learningRate,
    batches: sgd === undefined ? null : { size: sgd.batch, sampler: sgd.sampler, seed, replicate, run: 1 },
    runs: sgd?.runs ?? 1,
    ...clock(learningRate, horizon, readings),
    statistics,
    data,
    modes,
    start
  }
}

const simulated = ({ learningRate, replicate, sdeStep, seed }: Options, { modes, noise, widths }: ModeNetwork, given: Paths) => {
  const { every, steps } = clock(learningRate, given.horizon, given.readings)
  const temperature = learningRate / given.batch
  const parts = Math.ceil((every * learningRate) / (sdeStep * temperature))
  return {
    widths,
    temperature: given.noiseless === true ? 0 : temperature,
    step: (every * learningRate) / parts,
    steps: (steps / every) * parts,
    every: parts,
    runs: given.noiseless === true ? 1 : given.runs,
    seed,
    replicate,
    modes,
    noise,
    start: given.start
  }
}

/** Steps from one reading to the next, and in all. */
const clock = (learningRate: number, horizon: number, readings: number) => {
  const every = Math.max(1, Math.round(horizon / (readings - 1) / learningRate))
  return { every, steps: every * (readings - 1) }
}

/** Readings every eight steps: a straight line between them is near enough to a course. */
const everyFew = ({ learningRate }: Options, horizon: number): number => Math.round(horizon / learningRate / 8) + 1
