/** How far the pattern of GD lies from the mean pattern of SGD, with its band, and with the null to judge it by. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { firstModeOf } from "../../dln/levels.ts"
import { multiplicity } from "../../dln/multiplicity.ts"
import { type PatternDistance, patternDistance } from "../../dln/patternDistance.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Table from "../../engine/Table.ts"
import * as Binomial from "../../stats/Binomial.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { resampler } from "../estimator.ts"
import * as Parameter from "../Parameter.ts"
import { byThreshold, patternOf, type Shown } from "./rankPatterns.ts"
import { Ranks } from "./Ranks.ts"

const real = Schema.NullOr(Schema.Finite)

export const Comparison = Stage.make(import.meta.url, "comparison", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { gd: Ranks.output, sgd: Schema.Struct({ run: Schema.Int, ...Ranks.output.fields }) },
  outputs: Schema.Struct({
    checkpoint: Schema.String,
    epsilon: Schema.Finite,
    /** Σ |r_ij^GD − mean r_ij^SGD| of the relative ranks; null where GD or every SGD run never reached the checkpoint. */
    d_r: real,
    d_r_low: real,
    d_r_high: real,
    /** The same of the multiplicities. */
    d_m: real,
    d_m_low: real,
    d_m_high: real,
    /** SGD runs that reached the checkpoint: S, to be read beside every band. */
    runs: Schema.Int,
    /** The null: each SGD run against the mean of the others, its mean and its central band. */
    d_r_null: real,
    d_r_null_low: real,
    d_r_null_high: real,
    d_m_null: real,
    d_m_null_low: real,
    d_m_null_high: real,
    /** Where all runs have one rank pattern, so that no band can be drawn: the exact bound on the probability that a run differs. */
    d_r_differs: real,
    /** SGD runs with another rank pattern than GD, of those that reached the checkpoint; null where d_r is. */
    differing: Schema.NullOr(Schema.Int),
    /** Their share, with Clopper and Pearson's interval: unlike a band of d_r it speaks where all runs agree, too. */
    differing_share: real,
    differing_low: real,
    differing_high: real,
    /** Σ |r_ij^GD − mean r_ij^SGD| of the anchored ranks. */
    anchored_d_r: real,
    anchored_d_r_low: real,
    anchored_d_r_high: real,
    anchored_d_r_null: real,
    anchored_d_r_null_low: real,
    anchored_d_r_null_high: real,
    /** The first mode of the drop. */
    first_mode: Schema.NullOr(Schema.Int),
    /** When GD was there: the axis of aligned time. */
    ...Checkpoint.moment
  }),
  run: (interval, { gd, sgd }) =>
    Effect.sync(() => {
      const drawsOf = resampler(interval)
      const shareOf = sharer(interval.level)
      const others = new Map(byThreshold(sgd).map(({ checkpoint, epsilon, runs }) => [`${checkpoint} ${epsilon}`, runs]))
      const groups = byThreshold(gd)
      const against = (mine: Float64Array | null, theirs: ReadonlyArray<Float64Array>): PatternDistance | undefined =>
        mine === null || theirs.length === 0 ? undefined : patternDistance(mine, theirs, drawsOf(theirs.length), interval.level)
      const counted = (pattern: Float64Array) => multiplicity(pattern).pattern
      const reader = (name: "rank" | "anchored_rank") => {
        const [mine, theirs] = [gd.column(name), sgd.column(name)]
        return (one: Shown, runs: ReadonlyArray<Shown>) =>
          [patternOf(mine, one), runs.flatMap((shown) => patternOf(theirs, shown) ?? [])] as const
      }
      const [ranksOf, anchoredOf] = [reader("rank"), reader("anchored_rank")]
      return Table.beside(
        gd.at(Int32Array.from(groups, ({ runs: [one] }) => one!.rows[0]!), ["checkpoint", "epsilon", ...Checkpoint.momentColumns]),
        groups.map(({ checkpoint, epsilon, runs: [one] }) => {
          const runs = others.get(`${checkpoint} ${epsilon}`) ?? []
          const [mine, theirs] = ranksOf(one!, runs)
          const ranks = against(mine, theirs)
          const drop = gd.row(one!.rows[0]!).drop
          return {
            ...columns("d_r", ranks),
            ...columns("d_m", against(mine && counted(mine), theirs.map(counted))),
            ...columns("anchored_d_r", against(...anchoredOf(one!, runs))),
            d_r_differs: ranks?.differs ?? null,
            ...(ranks === undefined ? unknown : shareOf(mine!, theirs)),
            runs: ranks?.runs ?? 0,
            first_mode: drop === null ? null : firstModeOf(drop)
          }
        })
      )
    })
})

const unknown = { differing: null, differing_share: null, differing_low: null, differing_high: null }

/** The patterns that differ from GD's; an interval is found once for as many of as many. */
const sharer = (level: number) => {
  const known = new Map<string, ReturnType<typeof Binomial.share>>()
  return (mine: Float64Array, theirs: ReadonlyArray<Float64Array>) => {
    const differing = theirs.filter((other) => other.some((value, entry) => value !== mine[entry])).length
    const key = `${differing} of ${theirs.length}`
    const found = known.get(key) ?? Binomial.share(differing, theirs.length, level)
    known.set(key, found)
    return { differing, differing_share: found.share, differing_low: found.low, differing_high: found.high }
  }
}

type DistanceColumn = "" | "_low" | "_high" | "_null" | "_null_low" | "_null_high"

const columns = <const Name extends string>(name: Name, distance: PatternDistance | undefined) =>
  ({
    [name]: distance?.distance ?? null,
    [`${name}_low`]: distance?.band?.low ?? null,
    [`${name}_high`]: distance?.band?.high ?? null,
    [`${name}_null`]: distance?.nullMean ?? null,
    [`${name}_null_low`]: distance?.nullBand?.low ?? null,
    [`${name}_null_high`]: distance?.nullBand?.high ?? null
  }) as { readonly [K in `${Name}${DistanceColumn}`]: number | null }
