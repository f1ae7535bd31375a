/** How far the pattern of GD lies from the mean pattern of SGD, with its band, and with the null to judge it by. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { multiplicity } from "../dln/multiplicity.ts"
import { type PatternDistance, patternDistance } from "../dln/patternDistance.ts"
import * as Stage from "../engine/Stage.ts"
import * as Random from "../linalg/Random.ts"
import * as Bootstrap from "../stats/Bootstrap.ts"
import * as Checkpoint from "./Checkpoint.ts"
import * as Parameter from "./Parameter.ts"
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
    /** Σ |r_ij^GD − mean r_ij^SGD| of the anchored ranks. */
    anchored_d_r: real,
    anchored_d_r_low: real,
    anchored_d_r_high: real,
    anchored_d_r_null: real,
    anchored_d_r_null_low: real,
    anchored_d_r_null_high: real,
    /** When GD was there: the axis of aligned time. */
    ...Checkpoint.moment
  }),
  run: ({ bootstrap, level, seed }, { gd, sgd }) =>
    Effect.sync(() => {
      const others = new Map(byThreshold(sgd.rows).map((group) => [`${group.checkpoint} ${group.epsilon}`, group.runs]))
      return byThreshold(gd.rows).map(({ checkpoint, epsilon, runs: [one] }) => {
        const runs = others.get(`${checkpoint} ${epsilon}`) ?? []
        const against = (of: (shown: Shown<typeof Ranks.output.Type>) => Float64Array | null): PatternDistance | undefined => {
          const mine = of(one!)
          const theirs = runs.flatMap((shown) => of(shown) ?? [])
          return mine === null || theirs.length === 0
            ? undefined
            : patternDistance(mine, theirs, Bootstrap.resamples(Random.stream(seed, "bootstrap"), theirs.length, bootstrap), level)
        }
        const ranks = against((shown) => patternOf(shown, ({ rank }) => rank))
        const multiplicities = against((shown) => {
          const pattern = patternOf(shown, ({ rank }) => rank)
          return pattern && multiplicity(pattern).pattern
        })
        const anchored = against((shown) => patternOf(shown, ({ anchored_rank }) => anchored_rank))
        return {
          checkpoint,
          epsilon,
          ...columns("d_r", ranks),
          ...columns("d_m", multiplicities),
          ...columns("anchored_d_r", anchored),
          d_r_differs: ranks?.differs ?? null,
          runs: ranks?.runs ?? 0,
          ...Checkpoint.momentOf(one!.rows[0]!)
        }
      })
    })
})

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
