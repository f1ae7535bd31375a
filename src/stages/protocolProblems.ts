/** What is wrong with the parameters of an experiment that are right one by one: a sentence each, before anything runs. */
import * as Regime from "../dln/Regime.ts"
import * as Teacher from "../dln/Teacher.ts"

interface Experiment {
  readonly regimes: ReadonlyArray<Regime.Name>
  readonly teachers: ReadonlyArray<Teacher.Kind>
  readonly widths: ReadonlyArray<number>
  readonly spectra: Readonly<Record<Teacher.Kind, ReadonlyArray<number>>>
  readonly exponents: Readonly<Record<Regime.Name, number>>
  readonly steps: Readonly<Record<Regime.Name, number>>
  readonly segments: Readonly<Record<Regime.Name, number>>
  readonly lossEvery: number
  readonly samples: number
  readonly batch: number
  readonly whiten: "exact" | "none"
}

export const protocolProblems = (experiment: Experiment): ReadonlyArray<string> => {
  const { regimes, teachers, widths, spectra, exponents, steps, segments, lossEvery, samples, batch, whiten } = experiment
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!]
  return [
    ...regimes.map((regime) => Regime.checkExponent(regime, exponents[regime], widths.length - 1)),
    ...teachers.map((kind) => Teacher.checkKind(kind, spectra[kind], Math.min(inputs, outputs))),
    ...regimes.map((regime) => steps[regime] % segments[regime] === 0 ? undefined
      : `steps.${regime} = ${steps[regime]} is no multiple of segments.${regime} = ${segments[regime]}: change one of them`),
    ...regimes.map((regime) => segments[regime] % lossEvery === 0 ? undefined
      : `segments.${regime} = ${segments[regime]} is no multiple of lossEvery = ${lossEvery}: change one of them`),
    batch > samples ? `batch = ${batch} is more than the samples = ${samples}: lower it` : undefined,
    whiten === "exact" && samples < inputs ? `whiten = "exact" needs at least as many samples as inputs: ${samples} < ${inputs}; raise samples or set whiten to "none"` : undefined
  ].filter((problem) => problem !== undefined)
}

/** d_0, …, d_L of a network of this depth: a depth of null is that of the widths; else the first hidden width is repeated. */
export const widthsOf = (widths: ReadonlyArray<number>, depth: number | null): ReadonlyArray<number> =>
  depth === null || depth === widths.length - 1 ? widths : [widths[0]!, ...Array.from({ length: depth - 1 }, () => widths[1]!), widths.at(-1)!]
