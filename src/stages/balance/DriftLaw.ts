/** The law of the drift of G_l at a fixed time, drift ∝ η^slope: the slope of each run, and what runs say of it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { exp, log } from "../../linalg/elementary.ts"
import { mean } from "../../stats/mean.ts"
import { slope } from "../../stats/slope.ts"
import { BalanceDrift } from "./BalanceDrift.ts"
import { estimator } from "../estimator.ts"
import * as Parameter from "../Parameter.ts"

const real = Schema.NullOr(Schema.Finite)

export const DriftLaw = Stage.make(import.meta.url, "drift-law", {
  params: { bootstrap: Parameter.bootstrap, level: Parameter.level, seed: Parameter.seed },
  inputs: { drifts: Schema.Struct({ run: Schema.Int, learning_rate: Schema.Finite, ...BalanceDrift.output.fields }) },
  outputs: {
    slopes: Schema.Struct({
      layer: Schema.Int,
      /** Mean over runs of the slope of ln drift against ln η; null where a drift is 0. */
      slope: real,
      /** slope − 1 and its interval: 0 for a drift of order η. */
      excess: real,
      excess_low: real,
      excess_high: real,
      /** The interval is the bootstrap over runs; of one run, the slopes between neighbouring learning rates. */
      interval: Schema.Literals(["bootstrap over runs", "neighbouring rates"]),
      runs: Schema.Int
    }),
    law: Schema.Struct({
      layer: Schema.Int,
      learning_rate: Schema.Finite,
      /** c·η, with c the geometric mean of drift/η. */
      drift: real
    })
  },
  run: (interval, { drifts }) =>
    Effect.sync(() => {
      const estimateOf = estimator(interval)
      const layers = [...Map.groupBy(drifts.rows, ({ layer }) => layer)].map(([layer, rows]) => {
        const known = rows.every(({ drift }) => drift > 0)
        const runs = [...Map.groupBy(rows, ({ run }) => run).values()].map((points) => {
          const ordered = points.toSorted((a, b) => a.learning_rate - b.learning_rate)
          return { x: ordered.map((row) => log(row.learning_rate)), y: ordered.map(({ drift }) => log(drift)) }
        })
        return { layer, rows, known, runs }
      })
      return {
        slopes: layers.map(({ layer, known, runs }) => {
          const excesses = known ? runs.map(({ x, y }) => slope(x, y) - 1) : []
          const found = estimateOf(excesses)
          const [{ x, y }] = runs as [(typeof runs)[number]]
          const steps = known ? x.slice(1).map((_, at) => slope(x.slice(at, at + 2), y.slice(at, at + 2)) - 1) : []
          const range = runs.length === 1 && known ? { low: Math.min(...steps), high: Math.max(...steps) } : undefined
          return {
            layer,
            slope: found === undefined ? null : found.mean + 1,
            excess: found?.mean ?? null,
            excess_low: range?.low ?? found?.bootstrap?.low ?? null,
            excess_high: range?.high ?? found?.bootstrap?.high ?? null,
            interval: runs.length === 1 ? "neighbouring rates" as const : "bootstrap over runs" as const,
            runs: runs.length
          }
        }),
        law: layers.flatMap(({ layer, rows, known }) => {
          const factor = known ? exp(mean(rows.map((row) => log(row.drift / row.learning_rate)))) : null
          return [...new Set(rows.map(({ learning_rate }) => learning_rate))].map((learning_rate) =>
            ({ layer, learning_rate, drift: factor && factor * learning_rate }))
        })
      }
    })
})
