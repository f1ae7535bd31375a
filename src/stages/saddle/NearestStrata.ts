/**
 * Which strata of saddles a run of training comes near: at each checkpoint the family whose rank pattern is nearest,
 * among equals the one whose loss is, with how critical the point is.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { criticality } from "../../dln/saddle/criticality.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Checkpoint from "../training/Checkpoint.ts"
import { Checkpoints } from "../training/Checkpoints.ts"
import * as Parameter from "../Parameter.ts"
import { Ranks } from "../ranks/Ranks.ts"
import { weightsOf } from "../training/weightsOf.ts"
import { Census } from "./Census.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"

const nearness = {
  /** Σ_{i≤j} |r_ij − r_ij of the family|, of anchored ranks. */
  pattern_distance: Schema.Int,
  /** |ℓ − ℓ of the family|/(ℓ(0) − ℓ_min). */
  loss_gap: Schema.Finite
}
const { modes, zeros, verdict } = Census.output.classes.fields

export const NearestStrata = Stage.make(import.meta.url, "nearest-strata", {
  params: { widths: Parameter.widths, epsilon: Parameter.epsilon },
  inputs: {
    landscape: LandscapeRow,
    checkpoints: Checkpoints.output,
    ranks: Ranks.output,
    classes: Census.output.classes,
    patterns: Census.output.patterns
  },
  outputs: {
    /** The nearest family at each checkpoint that the run reached. */
    path: Schema.Struct({
      checkpoint: Schema.String,
      modes,
      zeros,
      verdict,
      ...nearness,
      /** S of the families whose loss is nearest. */
      modes_by_loss: Schema.String,
      /** ‖∇ℓ‖, and in units of its terms. */
      gradient: Schema.Finite,
      gradient_relative: Schema.NullOr(Schema.Finite),
      /** The anchored rank of the end-to-end matrix. */
      rank: Schema.Int,
      ...Checkpoint.moment
    }),
    /** Every family at each of them. */
    distances: Schema.Struct({ checkpoint: Schema.String, modes, zeros, ...nearness, ...Checkpoint.moment }),
    /** Every family, over the checkpoints at equal times. */
    visits: Schema.Struct({
      modes,
      zeros,
      verdict,
      /** The share of checkpoints to which it is nearest. */
      share: Schema.Finite,
      /** The least of these over the run, each by itself. */
      ...nearness,
      /** The least ‖∇ℓ‖ where it is nearest; null where it never is. */
      gradient: Schema.NullOr(Schema.Finite)
    })
  },
  run: ({ widths, epsilon }, { landscape: row, checkpoints, ranks, classes, patterns }) =>
    Effect.sync(() => {
      const landscape = landscapeOf(row)
      const height = landscape.s.reduce((sum, s) => sum + 0.5 * s * s, 0)
      const entries = Map.groupBy(patterns.rows, ({ modes, zeros }) => `${modes} ${zeros}`)
      const families = classes.rows.map(({ modes, zeros, verdict, excess }) => ({
        modes, zeros, verdict, excess, pattern: pattern(entries.get(`${modes} ${zeros}`) ?? [], ({ rank }) => rank)
      }))
      const shown = Map.groupBy(ranks.rows.filter((rank) => rank.epsilon === epsilon), ({ checkpoint }) => checkpoint)

      const seen = Checkpoint.groups(checkpoints.rows).flatMap((layers) => {
        const { checkpoint } = layers[0]!
        const moment = Checkpoint.momentOf(layers[0]!)
        const weights = weightsOf(layers)
        if (weights === null || moment.excess === null) return []
        const { excess } = moment
        const found = shown.get(checkpoint) ?? []
        const mine = pattern(found, ({ anchored_rank }) => anchored_rank ?? 0)
        const distances = families.map(({ modes, zeros, verdict, ...family }) => ({
          modes,
          zeros,
          verdict,
          pattern_distance: [...family.pattern].reduce((sum, [at, rank]) => sum + Math.abs(rank - (mine.get(at) ?? 0)), 0),
          loss_gap: Math.abs(excess - family.excess) / height
        }))
        const { norm, relative } = criticality(widths, weights, landscape)
        const nearest = distances.toSorted((a, b) => a.pattern_distance - b.pattern_distance || a.loss_gap - b.loss_gap)[0]!
        const modes_by_loss = distances.toSorted((a, b) => a.loss_gap - b.loss_gap)[0]!.modes
        const rank = mine.get(`1 ${widths.length - 1}`) ?? 0
        return [{ checkpoint, moment, distances, nearest: { ...nearest, modes_by_loss, gradient: norm, gradient_relative: relative, rank } }]
      })

      const along = seen.filter(({ moment }) => moment.alignment === "time")
      return {
        path: seen.map(({ checkpoint, moment, nearest }) => ({ checkpoint, ...nearest, ...moment })),
        distances: seen.flatMap(({ checkpoint, moment, distances }) =>
          distances.map(({ verdict: _, ...distance }) => ({ checkpoint, ...distance, ...moment }))),
        visits: along.length === 0 ? [] : families.map(({ modes, zeros, verdict }, index) => {
          const here = along.filter(({ nearest }) => nearest.modes === modes && nearest.zeros === zeros)
          return {
            modes,
            zeros,
            verdict,
            share: here.length / along.length,
            pattern_distance: Math.min(...along.map(({ distances }) => distances[index]!.pattern_distance)),
            loss_gap: Math.min(...along.map(({ distances }) => distances[index]!.loss_gap)),
            gradient: here.length === 0 ? null : Math.min(...here.map(({ nearest }) => nearest.gradient))
          }
        })
      }
    })
})

/** Ranks by "i j". */
const pattern = <Row extends { readonly i: number; readonly j: number }>(
  rows: ReadonlyArray<Row>, rank: (row: Row) => number
): ReadonlyMap<string, number> => new Map(rows.map((row) => [`${row.i} ${row.j}`, rank(row)]))
