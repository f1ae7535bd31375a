/**
 * Which points gauge moves may take into each other: a class holds what its invariants, all ranks r_ij and the spectra of
 * the cyclic subspaces, do not tell apart.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Gauge from "../../dln/saddle/Gauge.ts"
import { distance, invariants, type Invariants } from "../../dln/saddle/invariants.ts"
import { Vector } from "../../engine/ColumnType.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Random from "../../linalg/Random.ts"
import * as Parameter from "../Parameter.ts"
import { LandscapeRow, landscapeOf } from "./landscapeOf.ts"

export const GaugeClasses = Stage.make(import.meta.url, "gauge-classes", {
  params: { widths: Parameter.widths, seed: Parameter.seed },
  inputs: { landscape: LandscapeRow, points: Schema.Struct({ sample: Schema.Int, weights: Vector }) },
  outputs: Schema.Struct({
    sample: Schema.Int,
    /** From 1, in the order of the samples. */
    class: Schema.Int,
    /** How many there are up to this sample. */
    classes: Schema.Int,
    /** The largest difference of spectra from the first sample of the class, relative to the largest value. */
    distance: Schema.Finite,
    /** The same from the nearest class that came before; ∞ where ranks differ, null where there is none. */
    other_distance: Schema.NullOr(Schema.Number),
    /** The same from the point itself after a random gauge move of condition 10: ∞ if a rank changes. */
    moved_distance: Schema.Number,
    /** Whether no rank of either hangs on a threshold. */
    clear: Schema.Boolean
  }),
  run: ({ widths, seed }, inputs) =>
    Effect.sync(() => {
      const landscape = landscapeOf(inputs.landscape)
      const firsts: Array<Invariants> = []
      return inputs.points.rows.map(({ sample, weights }) => {
        const mine = invariants(landscape, widths, weights)
        const gauge = Gauge.random(widths, { condition: 10, stream: Random.stream(seed, "move of", sample) })
        const moved = invariants(landscape, widths, Gauge.move(widths, weights, gauge))
        const distances = firsts.map((first) => distance(first, mine))
        const alike = distances.findIndex((one) => one <= ALIKE)
        if (alike < 0) firsts.push(mine)
        return {
          sample,
          class: alike < 0 ? firsts.length : alike + 1,
          classes: firsts.length,
          distance: alike < 0 ? 0 : distances[alike]!,
          other_distance: distances.reduce<number | null>((least, one, index) => index === alike ? least : Math.min(least ?? Infinity, one), null),
          moved_distance: distance(mine, moved),
          clear: mine.isClear && moved.isClear
        }
      })
    })
})

/** Well above round-off in the invariants, well below the differences of independent draws. */
const ALIKE = 1e-7
