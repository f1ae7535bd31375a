/** Whether SGD is on GD's path, aspect by aspect: how large the departure is, its interval, and the margin to judge it by. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../engine/Stage.ts"
import * as Binomial from "../stats/Binomial.ts"
import { equivalence } from "../stats/equivalence.ts"
import { BalanceCourse } from "./BalanceCourse.ts"
import { BalanceMeans } from "./BalanceMeans.ts"
import { Comparison } from "./Comparison.ts"
import { DistanceCourse } from "./DistanceCourse.ts"
import { ModeTimes } from "./ModeTimes.ts"
import * as Parameter from "./Parameter.ts"
import { SpectralDistance } from "./SpectralDistance.ts"

export const aspects = ["function", "parameters", "rank pattern", "spectra", "balance", "mode order"] as const
type Aspect = (typeof aspects)[number]

/** A departure of this size or less leaves SGD on GD's path. */
const margins: Readonly<Record<Aspect, number>> = {
  /** ‖W_GD − W_SGD‖/‖W_GD‖ and ‖θ_GD − θ_SGD‖/‖θ_GD‖ at the end. */
  function: 0.05,
  parameters: 0.1,
  /** d_r at the end: less than one entry of the pattern by half a unit. */
  "rank pattern": 0.5,
  /** Mean |Δ ln σ| over the top values of all partial products at the end. */
  spectra: 0.1,
  /** The largest r_l of SGD less that of GD at the end. */
  balance: 0.05,
  /** Share of neighbouring modes, over SGD runs, that SGD learns in another order than GD. */
  "mode order": 0.1
}

const real = Schema.NullOr(Schema.Finite)
const times = Schema.Struct({ run: Schema.Int, ...ModeTimes.output.fields })

export const PathVerdicts = Stage.make(import.meta.url, "path-verdicts", {
  params: { epsilon: Parameter.epsilon, level: Parameter.level },
  inputs: {
    courses: DistanceCourse.output,
    comparison: Comparison.output,
    spectra: SpectralDistance.output,
    gdBalance: BalanceCourse.output,
    sgdBalance: BalanceMeans.output,
    gdTimes: ModeTimes.output,
    sgdTimes: times
  },
  outputs: Schema.Struct({
    aspect: Schema.Literals(aspects),
    /** The departure of SGD from GD in the aspect's own unit; null where it is not defined. */
    effect: real,
    low: real,
    high: real,
    margin: Schema.Finite,
    /** The same in units of the margin: up to 1 SGD is on GD's path. */
    departure: real,
    departure_low: real,
    departure_high: real,
    verdict: Schema.Literals(["supported", "refuted", "undecided"])
  }),
  run: ({ epsilon, level }, { courses, comparison, spectra, gdBalance, sgdBalance, gdTimes, sgdTimes }) =>
    Effect.sync(() => {
      const course = (space: "function" | "parameters") => {
        const row = courses.rows.find((one) => one.space === space)
        return { effect: row?.end ?? null, low: row?.end_low ?? null, high: row?.end_high ?? null }
      }
      const ranks = comparison.rows.find((row) => row.checkpoint === "end" && row.epsilon === epsilon)
      const logs = spectra.rows.find((row) => row.checkpoint === "end" && row.measure === "sigma")
      const found: Readonly<Record<Aspect, Departure>> = {
        function: course("function"),
        parameters: course("parameters"),
        "rank pattern": { effect: ranks?.d_r ?? null, low: ranks?.d_r_low ?? null, high: ranks?.d_r_high ?? null },
        spectra: { effect: logs?.per_value ?? null, low: logs?.per_value_low ?? null, high: logs?.per_value_high ?? null },
        balance: balanceOf(gdBalance.rows, sgdBalance.rows),
        "mode order": orderOf(gdTimes.rows, sgdTimes.rows, level)
      }
      return aspects.map((aspect) => {
        const { effect, low, high } = found[aspect]
        const margin = margins[aspect]
        const scaled = (value: number | null) => value === null ? null : value / margin
        return {
          aspect,
          effect,
          low,
          high,
          margin,
          departure: scaled(effect),
          departure_low: scaled(low),
          departure_high: scaled(high),
          verdict: equivalence(low === null || high === null ? null : { low, high }, margin)
        }
      })
    })
})

interface Departure {
  readonly effect: number | null
  readonly low: number | null
  readonly high: number | null
}

const none: Departure = { effect: null, low: null, high: null }

/** At the end, for the layer where SGD is least balanced: its residual less GD's. */
const balanceOf = (
  gd: ReadonlyArray<typeof BalanceCourse.output.Type>,
  sgd: ReadonlyArray<typeof BalanceMeans.output.Type>
): Departure => {
  const worst = sgd.filter(({ checkpoint, residual }) => checkpoint === "end" && residual !== null)
    .toSorted((a, b) => b.residual! - a.residual!)[0]
  const own = gd.find((row) => row.checkpoint === "end" && row.layer === worst?.layer)?.residual ?? null
  if (worst === undefined || own === null) return none
  const less = (value: number | null) => value === null ? null : value - own
  return { effect: less(worst.residual), low: less(worst.residual_low), high: less(worst.residual_high) }
}

/** Over SGD runs and pairs of neighbouring modes in GD's order: how many SGD learns the other way round, or never. */
const orderOf = (
  gd: ReadonlyArray<typeof ModeTimes.output.Type>,
  sgd: ReadonlyArray<typeof times.Type>,
  level: number
): Departure => {
  const rho = gd[0]?.rho
  const learnt = gd.filter((row) => row.rho === rho && row.t_diag !== null).toSorted((a, b) => a.t_diag! - b.t_diag!)
  const runs = [...Map.groupBy(sgd.filter((row) => row.rho === rho), ({ run }) => run).values()]
  const turned = runs.flatMap((rows) => {
    const timeOf = (block: number) => rows.find((row) => row.block === block)?.t_diag ?? Infinity
    return learnt.slice(1).map(({ block }, index) => timeOf(block) < timeOf(learnt[index]!.block) || timeOf(block) === Infinity)
  })
  if (turned.length === 0) return none
  const count = turned.filter((one) => one).length
  return { effect: count / turned.length, ...Binomial.interval(count, turned.length, level) }
}
