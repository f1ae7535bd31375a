/** What one would conclude from the same runs at each threshold ε: how the rank grows, and whether to trust it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Binomial from "../../stats/Binomial.ts"
import { mean } from "../../stats/mean.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { RankGrowth } from "./RankGrowth.ts"
import { RankSpread } from "./RankSpread.ts"
import { Recovery } from "./Recovery.ts"
import { strengthsOf } from "../signal.ts"

export const Conclusions = Stage.make(import.meta.url, "conclusions", {
  params: { required: Parameter.required, level: Parameter.level },
  inputs: {
    modes: Problem.output.modes,
    gd: RankGrowth.output.growth,
    sgd: Schema.Struct({ run: Schema.Int, ...RankGrowth.output.growth.fields }),
    spread: RankSpread.output,
    /** Of the signal under the perturbation that SGD itself shows. */
    recovery: Recovery.output
  },
  outputs: Schema.Struct({
    epsilon: Schema.Finite,
    kind: Parameter.rankKind,
    /** The stages of GD: "0 1 2 3 4". */
    stages: Schema.String,
    last_rank: Schema.NullOr(Schema.Int),
    /** SGD runs that end with the teacher's rank, of all runs. */
    ends_right: Schema.Int,
    runs: Schema.Int,
    /** The share of them that do not, with Clopper and Pearson's interval for its probability. */
    failure: Schema.Finite,
    failure_low: Schema.Finite,
    failure_high: Schema.Finite,
    /** Of the rises of GD and all SGD runs the share that are by one; null where there is none. */
    unit_share: Schema.NullOr(Schema.Finite),
    /** Of all their changes the share that are falls; null where there is none. */
    fall_share: Schema.NullOr(Schema.Finite),
    falls: Schema.Int,
    /** Variance of the rank over SGD runs, averaged over levels of the loss; null for one run. */
    seed_variance: Schema.NullOr(Schema.Finite),
    /** The probability to recover the teacher's rank under SGD's own perturbation. */
    recovery: Schema.Finite,
    /** Starts and ends as it should, monotone, by unit steps, the same for every seed, recovered. */
    reliable: Schema.Boolean,
    /** All of this in words: where it is the same, nothing that one would say depends on ε. */
    conclusion: Schema.String
  }),
  run: ({ required, level }, { modes, gd, sgd, spread, recovery }) =>
    Effect.sync(() => {
      const rank = strengthsOf(modes).length
      const key = ({ kind, epsilon }: { readonly kind: string; readonly epsilon: number }) => `${kind} ${epsilon}`
      const others = Map.groupBy(sgd.rows, key)
      const spreads = Map.groupBy(spread.rows, key)
      const recovered = new Map(recovery.rows.map((row) => [row.epsilon, row]))
      return gd.rows.map((one) => {
        const { epsilon, kind, stages, first_rank, last_rank } = one
        const runs = others.get(key(one))!
        const all = [one, ...runs]
        const total = (of: (row: typeof one) => number) => all.reduce((sum, row) => sum + of(row), 0)
        const [rises, falls] = [total((row) => row.rises), total((row) => row.falls)]
        const unit_share = rises === 0 ? null : total((row) => row.unit_rises) / rises
        const fall_share = rises + falls === 0 ? null : falls / (rises + falls)
        const variances = (spreads.get(key(one)) ?? []).flatMap(({ variance }) => variance ?? [])
        const seed_variance = variances.length === 0 ? null : mean(variances)
        const ends_right = runs.filter((row) => row.last_rank === rank).length
        const failure = Binomial.interval(runs.length - ends_right, runs.length, level)
        const { recovery: share, recovery_low } = recovered.get(epsilon)!

        const begins = first_rank === (kind === "late" ? 1 : 0)
        const rare = 1 - required
        const monotone = fall_share === null || fall_share <= rare
        const unit = unit_share !== null && unit_share >= required
        const stable = seed_variance === null || seed_variance <= rare
        const survives = recovery_low >= required
        const all_end = ends_right === runs.length
        const ends = last_rank === rank && all_end
        return {
          epsilon,
          kind,
          stages,
          last_rank,
          ends_right,
          runs: runs.length,
          failure: 1 - ends_right / runs.length,
          failure_low: failure.low,
          failure_high: failure.high,
          unit_share,
          fall_share,
          falls,
          seed_variance,
          recovery: share,
          reliable: begins && ends && monotone && unit && stable && survives,
          conclusion: last_rank === null ? "mode 1 is never learnt" : [
            `from ${first_rank} to ${last_rank}`,
            all_end ? `every seed ends at ${rank}` : ends_right === 0 ? `no seed ends at ${rank}` : "seeds end apart",
            monotone ? "monotone" : "not monotone",
            unit_share === null ? "never rises" : unit ? "by unit steps" : "not by unit steps",
            seed_variance === null ? "one seed" : stable ? "stable over seeds" : "not stable over seeds",
            survives ? "recovered under SGD's noise" : "not recovered under SGD's noise"
          ].join(", ")
        }
      })
    })
})
