/** Whether SGD is on GD's path, aspect by aspect: the departure, its interval, and the margin to judge it by. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Binomial from "../../stats/Binomial.ts"
import { equivalence } from "../../stats/equivalence.ts"
import { BalanceCourse } from "../balance/BalanceCourse.ts"
import { BalanceMeans } from "../balance/BalanceMeans.ts"
import { Comparison } from "../ranks/Comparison.ts"
import { DistanceMeans } from "../distance/DistanceMeans.ts"
import { ModeTimes } from "../modes/ModeTimes.ts"
import * as Parameter from "../Parameter.ts"
import { SpectralDistance } from "../spectra/SpectralDistance.ts"

const aspects = ["function", "parameters", "rank pattern", "spectra", "balance", "mode order"] as const
export type Aspect = (typeof aspects)[number]

/** A departure of this size or less leaves SGD on GD's path. */
export const margins: Readonly<Record<Aspect, number>> = {
  /** ‖W_GD − W_SGD‖/‖W_GD‖ and ‖θ_GD − θ_SGD‖/‖θ_GD‖. */
  function: 0.05,
  parameters: 0.1,
  /** Share of SGD runs with another rank pattern than GD. */
  "rank pattern": 1 / 3,
  /** Mean |Δ ln σ| over the top values of all partial products. */
  spectra: 0.1,
  /** r_l of SGD less that of GD, for the layer where they differ most. */
  balance: 0.05,
  /** Share of SGD runs that learn modes, of those that GD tells apart, in another order. */
  "mode order": 1 / 3
}

const real = Schema.NullOr(Schema.Finite)
const count = Schema.NullOr(Schema.Int)
const times = Schema.Struct({ run: Schema.Int, ...ModeTimes.output.fields })
const verdict = Schema.Literals(["supported", "refuted", "undecided"])

/** How far SGD is from GD, with its interval and the verdict on it. */
export const judged = {
  /** The departure in the aspect's own unit; null where it is not defined. */
  effect: real,
  low: real,
  high: real,
  margin: Schema.Finite,
  /** The same in units of the margin: up to 1 SGD is on GD's path. */
  departure: real,
  departure_low: real,
  departure_high: real,
  verdict
}

const output = Schema.Struct({
  aspect: Schema.Literals(aspects),
  /** On the way: at the level of the loss where the departure may be largest. The order of modes is of the whole way. */
  stage: Schema.Literals(["on the way", "at the end"]),
  /** That level, or the end. */
  checkpoint: Schema.NullOr(Schema.String),
  ...judged,
  /** Of the shares: SGD runs that depart from GD, of all. */
  departing: count,
  runs: count
})

export const PathVerdicts = Stage.make(import.meta.url, "path-verdicts", {
  params: { epsilon: Parameter.epsilon, level: Parameter.level },
  inputs: {
    distances: DistanceMeans.output,
    comparison: Comparison.output,
    spectra: SpectralDistance.output,
    gdBalance: BalanceCourse.output,
    sgdBalance: BalanceMeans.output,
    gdTimes: ModeTimes.output,
    sgdTimes: times
  },
  outputs: output,
  run: ({ epsilon, level }, { distances, comparison, spectra, gdBalance, sgdBalance, gdTimes, sgdTimes }) =>
    Effect.sync(() => {
      const distance = (quantity: "function_relative" | "relative") =>
        distances.rows.filter((row) => row.quantity === quantity).map((row) => ({ ...row, effect: row.mean }))
      const found: Readonly<Record<Exclude<Aspect, "mode order">, ReadonlyArray<Departure>>> = {
        function: distance("function_relative"),
        parameters: distance("relative"),
        "rank pattern": comparison.rows.filter((row) => row.epsilon === epsilon).map((row) =>
          ({ ...row, effect: row.differing_share, low: row.differing_low, high: row.differing_high, departing: row.differing })),
        spectra: spectra.rows.filter((row) => row.measure === "sigma").map((row) =>
          ({ ...row, effect: row.per_value, low: row.per_value_low, high: row.per_value_high })),
        balance: balanceOf(gdBalance.rows, sgdBalance.rows)
      }
      const order = shareOf(...ordersThatDiffer(gdTimes.rows, sgdTimes.rows), level)
      return aspects.flatMap((aspect): ReadonlyArray<typeof output.Type> => {
        if (aspect === "mode order") return [{ aspect, stage: "on the way", ...told(order, aspect) }]
        const levels = found[aspect].filter(({ alignment, checkpoint }) => alignment === "level" && checkpoint !== "start")
        const end = farthest(levels.filter(({ checkpoint }) => checkpoint === "end"))
        const way = farthest(levels.filter(({ checkpoint }) => checkpoint !== "end"))
        return [
          { aspect, stage: "on the way", ...told(way, aspect) },
          { aspect, stage: "at the end", ...told(end, aspect) }
        ]
      })
    })
})

interface Estimated {
  readonly effect: number | null
  readonly low: number | null
  readonly high: number | null
  readonly checkpoint?: string
  readonly departing?: number | null
  readonly runs?: number | null
}

interface Departure extends Estimated {
  readonly checkpoint: string
  readonly alignment: string
}

/** An estimate with the verdict on it. */
const told = (one: Estimated | undefined, aspect: Aspect) => ({
  checkpoint: one?.checkpoint ?? null,
  ...judge(one ?? { effect: null, low: null, high: null }, margins[aspect]),
  departing: one?.departing ?? null,
  runs: one?.departing === undefined ? null : one.runs ?? null
})

export const judge = ({ effect, low, high }: Estimated, margin: number) => {
  const scaled = (value: number | null) => value === null ? null : value / margin
  return {
    effect,
    low,
    high,
    margin,
    departure: scaled(effect),
    departure_low: scaled(low),
    departure_high: scaled(high),
    verdict: equivalence(low === null || high === null ? null : { low, high }, margin)
  }
}

/** Of those with an effect, the one whose interval reaches farthest: if it lies within a margin, all do. */
const farthest = (departures: ReadonlyArray<Departure>): Departure | undefined => {
  const reach = ({ effect, low, high }: Departure) =>
    Math.max(...[effect, low, high].map((value) => Math.abs(value ?? 0)))
  return departures.filter(({ effect }) => effect !== null).toSorted((a, b) => reach(b) - reach(a))[0]
}

/** The share of runs that depart, with Clopper and Pearson's interval: it says something where all runs agree, too. */
export const shareOf = (departing: number | null, runs: number, level: number) => {
  if (departing === null || runs === 0) return { effect: null, low: null, high: null, departing: null, runs: null }
  const { high, low, share } = Binomial.share(departing, runs, level)
  return { effect: share, low, high, departing, runs }
}

/** For each checkpoint and layer, the residual of SGD less that of GD. */
const balanceOf = (
  gd: ReadonlyArray<typeof BalanceCourse.output.Type>,
  sgd: ReadonlyArray<typeof BalanceMeans.output.Type>
): ReadonlyArray<Departure> => {
  const own = new Map(gd.map((row) => [`${row.layer} ${row.checkpoint}`, row.residual]))
  return sgd.map(({ alignment, checkpoint, layer, residual, residual_high, residual_low }) => {
    const base = own.get(`${layer} ${checkpoint}`) ?? null
    const less = (value: number | null) => value === null || base === null ? null : value - base
    return { alignment, checkpoint, effect: less(residual), low: less(residual_low), high: less(residual_high) }
  })
}

/**
 * How many SGD runs learn two modes the other way round than GD, or never learn one that GD does; and of how many runs.
 *
 * Modes that GD learns between the same two readings have no order, nor have those that are large from the start.
 */
const ordersThatDiffer = (
  gd: ReadonlyArray<typeof ModeTimes.output.Type>,
  sgd: ReadonlyArray<typeof times.Type>
): readonly [departing: number | null, runs: number] => {
  const rho = gd[0]?.rho
  const learnt = gd.filter((row) => row.rho === rho && row.t_diag !== null && row.t_diag > 0)
  const pairs = learnt.flatMap((first) =>
    learnt.filter(({ t_diag }) => first.t_diag! < t_diag!).map((second) => [first.block, second.block] as const))
  const runs = [...Map.groupBy(sgd.filter((row) => row.rho === rho), ({ run }) => run).values()]
  const departing = runs.filter((rows) => {
    const timeOf = (block: number) => rows.find((row) => row.block === block)?.t_diag ?? Infinity
    return pairs.some(([first, second]) => timeOf(second) === Infinity || timeOf(second) < timeOf(first))
  })
  return [pairs.length === 0 ? null : departing.length, runs.length]
}
