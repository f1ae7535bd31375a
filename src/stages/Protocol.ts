/**
 * The experiment that the pipelines share: for every regime and kind of teacher one run of full-batch GD and S runs of
 * SGD from the same start on the same data, with checkpoints that are matched between runs.
 *
 * Pipelines with the same settings share its nodes, so that what one has trained no other trains again.
 */
import * as Schema from "effect/Schema"
import * as Presets from "../dln/protocol.ts"
import * as Regime from "../dln/Regime.ts"
import * as Teacher from "../dln/Teacher.ts"
import * as Grid from "../engine/Grid.ts"
import { Align } from "./training/Align.ts"
import { GaussianStart } from "./training/GaussianStart.ts"
import { about } from "./about.ts"
import * as Parameter from "./Parameter.ts"
import { Problem } from "./training/Problem.ts"
import { Stability } from "./training/Stability.ts"
import { train } from "./training/train.ts"
import { windowProblems } from "./training/windowProblems.ts"

const list = <S extends Schema.Constraint>(value: S, description: string) =>
  Schema.Array(value).check(Schema.isMinLength(1), Schema.isUnique()).annotate({ description })
/** A record with a value for each regime. */
export const perRegime = <S extends Schema.Constraint>(value: S, description: string) =>
  Schema.Struct({ "saddle-to-saddle": value, intermediate: value, ntk: value }).annotate({ description })
const perTeacher = <S extends Schema.Constraint>(value: S, description: string) =>
  Schema.Struct({ deficient: value, full: value, degenerate: value }).annotate({ description })

export const params = {
  regimes: list(Parameter.regime, "regimes of the start: saddle-to-saddle, intermediate, ntk"),
  teachers: list(Parameter.teacher, "kinds of teachers: deficient, full, degenerate"),
  replicates: Parameter.replicates,
  seeds: Parameter.seeds,
  seed: Parameter.seed,
  widths: Parameter.widths,
  depth: Parameter.depth,
  spectra: perTeacher(Parameter.singularValues, "singular values of each kind of teacher, largest first"),
  samples: Parameter.samples,
  noise: Parameter.noise,
  whiten: Parameter.whiten,
  covariance: Parameter.covariance,
  condition: Parameter.condition,
  exponents: perRegime(Parameter.exponent, "exponent γ of each regime's start, of variance w^(−γ)"),
  learningRates: perRegime(Parameter.learningRate, "learning rate η of each regime"),
  steps: perRegime(Parameter.steps, "steps of training of each regime"),
  segments: perRegime(Parameter.segment, "steps of one segment of training of each regime, the unit that is cached"),
  batch: Parameter.batch,
  sampler: Parameter.sampler,
  lossEvery: Parameter.lossEvery,
  alignment: Parameter.alignment,
  points: Parameter.points,
  window: Parameter.window,
  windowPoints: Parameter.windowPoints
}

export type Settings = Schema.Struct<typeof params>["Type"]
type PerRegime<A> = Readonly<Record<Regime.Name, A>>

const each = <A, B>(of: PerRegime<A>, get: (a: A) => B): PerRegime<B> =>
  ({ "saddle-to-saddle": get(of["saddle-to-saddle"]), intermediate: get(of.intermediate), ntk: get(of.ntk) })

const settingsOf = ({ widths, samples, noise, whiten, batch, runs, replicates, spectra, schedules }: Presets.Preset) => ({
  widths,
  samples,
  noise,
  whiten,
  batch,
  seeds: runs,
  replicates,
  spectra,
  exponents: each(schedules, ({ exponent }) => exponent),
  learningRates: each(schedules, ({ learningRate }) => learningRate),
  steps: each(schedules, ({ steps }) => steps)
})

/** The settings of `quick`. */
export const defaults: Settings = {
  ...settingsOf(Presets.quick),
  regimes: Regime.names,
  teachers: Teacher.kinds,
  seed: 1,
  depth: null,
  covariance: "isotropic",
  condition: 10,
  segments: { "saddle-to-saddle": 1100, intermediate: 500, ntk: 300 },
  sampler: "shuffle",
  lossEvery: 1,
  alignment: ["level", "escape", "time"],
  points: 61,
  window: 2,
  windowPoints: 5
}

/** What `paper` replaces of them. */
export const paper = {
  ...settingsOf(Presets.paper),
  segments: { "saddle-to-saddle": 2000, intermediate: 500, ntk: 300 },
  points: 101
}

/** What is wrong with settings that are right one by one: a sentence each, before anything runs. */
export const problems = (settings: Settings): ReadonlyArray<string> => {
  const { regimes, teachers, spectra, exponents, steps, segments, lossEvery, samples, batch, whiten } = settings
  const widths = widthsOf(settings)
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
  return [
    ...regimes.map((regime) => about(`exponents.${regime}`, Regime.checkExponent(regime, exponents[regime], widths.length - 1))),
    ...teachers.map((kind) =>
      about(`spectra.${kind} (widths ${inputs} … ${outputs})`, Teacher.checkKind(kind, spectra[kind], Math.min(inputs, outputs)))),
    ...regimes.map((regime) => steps[regime] % segments[regime] === 0 ? undefined
      : `steps.${regime} = ${steps[regime]} is no multiple of segments.${regime} = ${segments[regime]}: change one of them`),
    ...regimes.map((regime) => segments[regime] % lossEvery === 0 ? undefined
      : `segments.${regime} = ${segments[regime]} is no multiple of lossEvery = ${lossEvery}: change one of them`),
    batch > samples ? `batch = ${batch} is more than samples = ${samples}: lower it` : undefined,
    whiten === "exact" && samples < inputs
      ? `whiten = "exact" needs at least as many samples as inputs, and ${samples} < ${inputs}: raise samples, or set whiten to "none"` : undefined,
    ...windowProblems(settings)
  ].filter((problem) => problem !== undefined)
}

/** d_0, …, d_L: those given, or with the first hidden width repeated where `depth` asks for other than as many. */
export const widthsOf = ({ widths, depth }: Pick<Settings, "widths" | "depth">): ReadonlyArray<number> =>
  depth === null || depth === widths.length - 1 ? widths : [widths[0]!, ...Array.from({ length: depth - 1 }, () => widths[1]!), widths.at(-1)!]

/** Regime, kind of teacher and draw. */
export const cells = ({ regimes, teachers, replicates }: Settings) =>
  Grid.cross({ regime: regimes, teacher: teachers, replicate: upTo(replicates) })

export type Cell = ReturnType<typeof cells>[number]

/** The runs of a cell: GD, which is run 0, and those of SGD. */
export const runs = ({ seeds }: Settings) => [
  { algorithm: "gd" as const, run: 0 },
  ...upTo(seeds).map((run) => ({ algorithm: "sgd" as const, run }))
]

const upTo = (last: number): ReadonlyArray<number> => Array.from({ length: last }, (_, index) => index + 1)

/** What captions say of the runs that a figure shows. */
export const conditions = ({ batch, replicates, sampler, samples, seeds }: Settings): string =>
  `$n = ${samples}$ samples, ${seeds} SGD run${seeds === 1 ? "" : "s"} of batches of ${batch} ` +
  `(${sampler === "shuffle" ? "shuffled" : "with replacement"})${replicates === 1 ? "" : `, ${replicates} replicates`}`

/** And of its bands and bars. */
export const bands = ({ level, seeds }: { readonly level: number; readonly seeds: number }): string => {
  const nominal = `${Number((100 * level).toPrecision(6))} %`
  if (seeds === 1) return "one SGD run, so without bands"
  return `bands: ${nominal} percentile bootstrap over the SGD runs${narrow(seeds, level)}, absent where all agree`
}

/** Of few runs the bootstrap is narrow: `test/stats/coverage.slow.test.ts` measures how much. */
const narrow = (seeds: number, level: number): string => {
  const covered = level === 0.95 ? ({ 4: 80, 8: 88, 32: 93 } as Readonly<Record<number, number>>)[seeds] : undefined
  return covered !== undefined ? ` (of ${seeds} they cover ${covered} %)` : seeds < 32 ? " (too narrow for so few)" : ""
}

/** What the runs of a cell share, and each run by its number. */
export const cell = (settings: Settings, { regime, teacher, replicate }: Cell) => {
  const { samples, noise, whiten, covariance, condition, seed, batch, sampler, lossEvery, alignment, points, window, windowPoints } = settings
  const widths = widthsOf(settings)
  const [learningRate, steps, segment] = [settings.learningRates[regime], settings.steps[regime], settings.segments[regime]]
  const problem = Problem({
    singularValues: settings.spectra[teacher],
    inputs: widths[0]!,
    outputs: widths.at(-1)!,
    samples,
    noise,
    whiten,
    covariance,
    condition,
    seed,
    replicate
  })
  const { statistics, data, modes } = problem
  const start = GaussianStart({ widths, exponent: settings.exponents[regime], seed, replicate })
  return {
    widths,
    learningRate,
    steps,
    problem,
    start,
    /** Its `warning` is said before the run. */
    stability: Stability({ widths, learningRate, batch, statistics, start }),
    run: (run: number) => {
      const trained = { widths, learningRate, batches: run === 0 ? null : { size: batch, sampler, seed, replicate, run }, statistics, data }
      const { at, curve, end, states } = train({ ...trained, start, steps, segment, lossEvery })
      const { checkpoints, escapes } = Align({ alignment, learningRate, steps, points, window, windowPoints, curve, modes })
      return { trained, curve, states, end, escapes, moments: checkpoints, checkpoints: at(checkpoints) }
    }
  }
}
