/** The experiments that hold GD against gradient flow, and SGD against the stochastic equation of a single mode. */
import * as Schema from "effect/Schema"
import { checkKind } from "../../dln/Teacher.ts"
import * as Grid from "../../engine/Grid.ts"
import { power } from "../../linalg/elementary.ts"
import { BalancedStart } from "../training/BalancedStart.ts"
import { Collapse } from "./Collapse.ts"
import { DepartureOrder } from "./DepartureOrder.ts"
import { DiffusionProfile } from "./DiffusionProfile.ts"
import { FlowCourse } from "./FlowCourse.ts"
import { FlowDeparture } from "./FlowDeparture.ts"
import { LearningDelay } from "./LearningDelay.ts"
import { ModeMoments } from "./ModeMoments.ts"
import * as ModeNetwork from "./ModeNetwork.ts"
import { about } from "../about.ts"
import * as Parameter from "../Parameter.ts"
import { PassageTimes } from "./PassageTimes.ts"
import { Problem } from "../training/Problem.ts"
import { SdeComparison } from "./SdeComparison.ts"
import { Stability } from "../training/Stability.ts"
import { StationaryLaw } from "./StationaryLaw.ts"

const list = <S extends Schema.Constraint>(value: S, least: number, description: string) =>
  Schema.Array(value).check(Schema.isMinLength(least), Schema.isUnique()).annotate({ description })

export const params = {
  replicates: Parameter.replicates,
  seed: Parameter.seed,
  depths: list(Parameter.layers, 1, "numbers L of layers"),
  spectrum: Parameter.singularValues,
  samples: Parameter.samples,
  noise: Parameter.noise,
  learningRate: Parameter.learningRate,
  strength: Parameter.strength,
  horizon: Parameter.horizon,
  points: Parameter.points,
  /** Of GD: where escape times and orders are compared. */
  escapeSpectrum: Parameter.singularValues,
  scales: list(Parameter.scale, 1, "scales a of the starts whose escape times are compared"),
  learningRates: list(Parameter.learningRate, 2, "learning rates at which GD is held against the flow, two or more"),
  /** Of SGD. */
  batch: Parameter.batch,
  batches: list(Parameter.batch, 1, "batch sizes B at which delays are compared"),
  samplers: list(Parameter.sampler, 1, "how SGD draws batches: replacement, shuffle"),
  seeds: Parameter.seeds,
  delaySeeds: Parameter.seeds,
  sdeStep: Parameter.sdeStep,
  readings: Parameter.points,
  bootstrap: Parameter.bootstrap,
  level: Parameter.level
}

export type Settings = Schema.Struct<typeof params>["Type"]

export const defaults: Settings = {
  replicates: 1,
  seed: 1,
  depths: [2, 3, 4],
  spectrum: [3, 2, 1],
  samples: 2000,
  noise: 0.5,
  learningRate: 0.005,
  strength: 0.02,
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
  replicates: 4,
  depths: [2, 3, 4, 5],
  samples: 10_000,
  escapeSpectrum: [6, 5, 4, 3, 2.5, 2, 1.5, 1.25, 1],
  scales: [0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4],
  learningRates: [0.02, 0.01, 0.005, 0.0025, 0.00125, 0.000625],
  batches: [1, 2, 4, 8, 16],
  seeds: 1000,
  delaySeeds: 500,
  sdeStep: 0.05,
  readings: 41,
  bootstrap: 2000
}

/** What is wrong with settings that are right one by one: a sentence each, before anything runs. */
export const problems = (settings: Settings): ReadonlyArray<string> => {
  const { batch, batches, depths, escapeSpectrum, horizon, learningRate, noise, points } = settings
  const { samples, scales, spectrum, strength } = settings
  const [weakest, weakestEscape] = [spectrum.at(-1)!, escapeSpectrum.at(-1)!]
  return [
    about("spectrum", checkKind("full", spectrum, spectrum.length)),
    about("escapeSpectrum", checkKind("full", escapeSpectrum, escapeSpectrum.length)),
    strength < weakest / 2 ? undefined
      : `strength = ${strength} starts modes at half of ${weakest}, the last of spectrum, or above: lower it`,
    ...depths.flatMap((depth) => scales.map((scale) => power(scale, depth) < weakestEscape / 2 ? undefined
      : `scales has ${scale}, which starts modes of ${depth} layers at half of ${weakestEscape}, the last of escapeSpectrum, or above: lower it`)),
    batch <= samples ? undefined : `batch = ${batch} is more than samples = ${samples}: lower it`,
    ...batches.map((size) => size <= samples ? undefined : `batches has ${size}, more than samples = ${samples}: lower it`),
    samples >= Math.max(spectrum.length + 1, escapeSpectrum.length) ? undefined
      : `samples = ${samples} cannot be whitened exactly: raise it`,
    horizon / learningRate >= points - 1 ? undefined
      : `horizon = ${horizon} has fewer steps of learningRate = ${learningRate} than points = ${points}: lower points`,
    noise > 0 ? undefined : "noise = 0 leaves no stationary law: raise it; what happens without is shown beside it"
  ].filter((problem) => problem !== undefined)
}

/** A network that starts from any balanced weights, of two layers, rectangular and with a deficient teacher. */
export const anyStart = "two layers, any start"

/** The shape of that network: d_0 and d_2. */
export const rectangle = ({ spectrum }: Settings) => ({ inputs: spectrum.length + 1, outputs: spectrum.length + 2 })

/** All of it for each draw of teacher, data and batches. */
export const measured = (settings: Settings) =>
  Grid.map(Grid.range("replicate", 1, settings.replicates), ({ replicate }) => {
    const drawn = { ...settings, replicate }
    const [{ lost, ...onTheWay }, { lost: late, ...atTheEnd }] = [ensembles(drawn), settled(drawn)]
    const experiments = new Map(Object.entries({ ...lost, ...late }))
    return {
      ...descent(drawn),
      ...onTheWay,
      ...atTheEnd,
      diverged: Grid.map(Grid.cross({ experiment: [...experiments.keys()] }), ({ experiment }) =>
        Grid.concat(experiments.get(experiment)!))
    }
  })

interface Drawn extends Settings {
  readonly replicate: number
}

/** GD and the flow: the course of the modes, all entries of W, departures by learning rate, escape times. */
const descent = (settings: Drawn) => {
  const { batch, depths, escapeSpectrum, horizon, learningRate, learningRates, points } = settings
  const { replicate, samples, scales, seed, spectrum, strength } = settings
  const aligned = (depth: number) => {
    const network = ModeNetwork.make(settings, depth, spectrum, 0)
    return { ...network, network, start: ModeNetwork.alignedStart(network, strength) }
  }
  const courses = Grid.map(Grid.cross({ depth: depths }), ({ depth }) => {
    const { modes, network, start, statistics, widths } = aligned(depth)
    return {
      course: ModeNetwork.run(settings, network, { start, horizon, readings: points }).runs,
      flow: FlowCourse({ widths, horizon, points: 4 * points - 3, statistics, modes, start }),
      stability: Stability({ widths, learningRate, batch, statistics, start })
    }
  })

  const { inputs, outputs } = rectangle(settings)
  const free = () => {
    const widths = [inputs, spectrum.length, outputs]
    const { data, statistics } = Problem({
      singularValues: spectrum,
      inputs,
      outputs,
      samples,
      noise: 0,
      whiten: "exact",
      covariance: "isotropic",
      condition: 1,
      seed,
      replicate
    })
    const start = BalancedStart({ widths, scale: power(strength, 0.5), seed, replicate, statistics }).state
    return { data, statistics, widths, start }
  }
  const networks = [anyStart, ...depths.map((depth) => `${depth} layers, aligned`)]
  const rates = learningRates.map((learning_rate) => ({ learning_rate }))
  const departures = Grid.map(Grid.cross({ network: networks }), ({ network }) => {
    const depth = depths[networks.indexOf(network) - 1]
    const { data, start, statistics, widths } = depth === undefined ? free() : aligned(depth)
    const { course, entries } = Grid.map(rates, ({ learning_rate }) =>
      FlowDeparture({ widths, learningRate: learning_rate, horizon, points, statistics, data, start }))
    return { departures: course, entries, ...DepartureOrder({ courses: course }) }
  })

  const escapes = Grid.map(Grid.cross({ depth: depths, scale: scales }), ({ depth, scale }) => {
    const network = ModeNetwork.make(settings, depth, escapeSpectrum, 0)
    const { data, modes, statistics, widths } = network
    const start = ModeNetwork.alignedStart(network, power(scale, depth))
    return PassageTimes({ widths, learningRate, scale, statistics, data, modes, start })
  })
  return { ...courses, ...departures, escapes }
}

/** The number of layers at which modes that learn together are studied. */
export const delayDepth = ({ depths }: Settings): number => depths.includes(3) ? 3 : depths[0]!

/** SGD on its way and the equation: moments of modes by themselves, their noise, and delays of modes together. */
const ensembles = (settings: Drawn) => {
  const { batch, batches, bootstrap, delaySeeds, depths, horizon, learningRate, level, noise, points } = settings
  const { replicate, samplers, seed, seeds, spectrum, strength } = settings
  const alone = Grid.cross({ depth: depths, s: spectrum })
  const travelling = (depth: number, s: number) => {
    const network = ModeNetwork.make(settings, depth, [s], noise)
    const given = { start: ModeNetwork.alignedStart(network, strength), horizon, readings: points }
    const of = (sampler: (typeof samplers)[number]) =>
      ModeNetwork.run(settings, network, { ...given, sgd: { batch, sampler, runs: seeds } })
    return { network, given, of }
  }
  const moments = Grid.map(alone, ({ depth, s }) => {
    const { network, given, of } = travelling(depth, s)
    const sde = ModeNetwork.paths(settings, network, { ...given, batch, runs: seeds })
    const runsOf = Object.fromEntries(samplers.map((sampler) => [`SGD, ${sampler}`, of(sampler).runs]))
    return {
      moments: Grid.map(Grid.cross({ source: ["equation", ...Object.keys(runsOf)] }), ({ source }) =>
        ModeMoments({ level, runs: runsOf[source] ?? sde })),
      comparisons: Grid.map(Grid.cross({ sampler: samplers }), ({ sampler }) =>
        SdeComparison({ level, sgd: of(sampler).runs, sde })),
      noises: network.noise
    }
  })

  const stepping = (depth: number, s: number) => {
    const network = ModeNetwork.make(settings, depth, [s], 0)
    const noises = ModeNetwork.stepNoise(settings, network, {
      start: ModeNetwork.alignedStart(network, strength),
      // Modes are learnt in times proportional to 1/s, so that all have as many readings on their way.
      horizon: (horizon * spectrum.at(-1)!) / s,
      readings: points,
      sgd: { batch, sampler: "replacement", runs: seeds }
    })
    return { network, ...noises }
  }
  const diffusion = Grid.map(alone, ({ depth, s }) => {
    const { network, steps } = stepping(depth, s)
    const temperature = learningRate / batch
    const fitted = { temperature, learningRate, bootstrap, level, seed }
    return DiffusionProfile({ widths: network.widths, ...fitted, noise: network.noise, runs: steps })
  })

  const depth = delayDepth(settings)
  const begun = (begin: (typeof beginnings)[number], singularValues: ReadonlyArray<number>) => {
    const network = ModeNetwork.make(settings, depth, singularValues, noise)
    const { statistics, widths } = network
    const scale = power(strength, 1 / depth)
    const start = begin === "together, random"
      ? BalancedStart({ widths, scale, seed, replicate, statistics }).state
      : ModeNetwork.alignedStart(network, strength)
    return { network, start, horizon: 2 * horizon }
  }
  const noisyOf = (begin: (typeof beginnings)[number], batch: number, singularValues: ReadonlyArray<number>) => {
    const { network, ...given } = begun(begin, singularValues)
    const sgd = { batch, sampler: "replacement", runs: delaySeeds } as const
    return ModeNetwork.halfTimes(settings, network, { ...given, sgd })
  }
  const delaysOf = (begin: (typeof beginnings)[number], batch: number, singularValues: ReadonlyArray<number>) => {
    const { network, ...given } = begun(begin, singularValues)
    const paths = (noiseless: boolean) =>
      ModeNetwork.pathHalfTimes(settings, network, { ...given, batch, runs: delaySeeds, noiseless })
    if (begin === "equation") return LearningDelay({ level, noiseless: paths(true), noisy: paths(false) })
    const noiseless = ModeNetwork.halfTimes(settings, network, given).halfTimes
    return LearningDelay({ level, noiseless, noisy: noisyOf(begin, batch, singularValues).halfTimes })
  }
  const delays = Grid.map(Grid.cross({ start: beginnings, batch: batches }), ({ batch, start }) =>
    start === "alone"
      ? Grid.concat(spectrum.map((s) => delaysOf(start, batch, [s])))
      : delaysOf(start, batch, spectrum))
  const delayed = Grid.cross({ start: trained, batch: batches }).flatMap(({ batch, start }) =>
    (start === "alone" ? spectrum.map((s) => [s]) : [spectrum]).map((values) => noisyOf(start, batch, values).diverged))
  const lost = {
    "on the way": alone.flatMap(({ depth, s }) => samplers.map((sampler) => travelling(depth, s).of(sampler).diverged)),
    "single steps": alone.map(({ depth, s }) => stepping(depth, s).diverged),
    delays: delayed
  }
  return { ...moments, ...diffusion, delays, lost }
}

const trained = ["alone", "together, aligned", "together, random"] as const
const beginnings = ["equation", ...trained] as const

/** SGD about the minimum: its law with label noise, of modes by themselves and together, and its collapse without. */
const settled = (settings: Drawn) => {
  const { batch, depths, learningRate, level, noise, readings, seeds, spectrum } = settings
  const temperature = learningRate / batch
  const sgd = { readings, sgd: { batch, sampler: "replacement", runs: seeds } } as const
  const settling = (depth: number, singularValues: ReadonlyArray<number>) => {
    const network = ModeNetwork.make(settings, depth, singularValues, noise)
    return { network, ...ModeNetwork.settled(settings, network, spectrum.at(-1)!, sgd) }
  }
  const law = (depth: number, singularValues: ReadonlyArray<number>) => {
    const { network, runs } = settling(depth, singularValues)
    return StationaryLaw({ widths: network.widths, temperature, level, from: 1, noise: network.noise, runs })
  }
  const collapsing = (depth: number, s: number) => {
    const network = ModeNetwork.make(settings, depth, [s], 0)
    return { network, ...ModeNetwork.collapsing(settings, network, s, sgd) }
  }
  const alone = Grid.cross({ depth: depths, s: spectrum })
  const single = Grid.map(alone, ({ depth, s }) => law(depth, [s]))
  const together = Grid.map(Grid.cross({ depth: depths }), ({ depth }) => law(depth, spectrum))
  const collapse = Grid.map(alone, ({ depth, s }) => {
    const { network, runs } = collapsing(depth, s)
    return Collapse({ widths: network.widths, temperature, learningRate, level, noise: network.noise, runs })
  })
  const lost = {
    "stationary law": [
      ...alone.map(({ depth, s }) => settling(depth, [s]).diverged),
      ...depths.map((depth) => settling(depth, spectrum).diverged)
    ],
    collapse: alone.map(({ depth, s }) => collapsing(depth, s).diverged)
  }
  return {
    law: single.density,
    lawSample: single.sample,
    lawTest: single.test,
    lawTogether: together.density,
    lawSampleTogether: together.sample,
    lawTestTogether: together.test,
    collapse: collapse.course,
    collapseRate: collapse.rate,
    collapseEnds: collapse.standardized,
    collapseNormal: collapse.normal,
    lost
  }
}
