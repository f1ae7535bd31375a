/** The order of GD's departure from the flow, departure ∝ η^order: the slope through the largest one at each rate. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { log } from "../../linalg/elementary.ts"
import { slope } from "../../stats/slope.ts"
import { FlowDeparture } from "./FlowDeparture.ts"

const real = Schema.NullOr(Schema.Finite)

export const DepartureOrder = Stage.make(import.meta.url, "departure-order", {
  params: {},
  inputs: { courses: Schema.Struct({ learning_rate: Schema.Finite, ...FlowDeparture.output.course.fields }) },
  outputs: {
    largest: Schema.Struct({
      learning_rate: Schema.Finite,
      /** max_t ‖W_GD − W_flow‖_F/‖M̂‖_F. */
      departure: Schema.Finite,
      /** Where first order would put it, from the smallest rate. */
      first_order: Schema.Finite
    }),
    order: Schema.Struct({
      order: real,
      /** order − 1, and the range of the slopes between neighbouring rates. */
      excess: real,
      excess_low: real,
      excess_high: real,
      rates: Schema.Int
    })
  },
  run: (_, { courses }) =>
    Effect.sync(() => {
      const largest = [...Map.groupBy(courses.rows, ({ learning_rate }) => learning_rate)]
        .map(([learning_rate, rows]) =>
          ({ learning_rate, departure: Math.max(...rows.map(({ departure }) => departure)) }))
        .toSorted((a, b) => a.learning_rate - b.learning_rate)
      const { learning_rate: least, departure: smallest } = largest[0]!
      const known = largest.length > 1 && smallest > 0
      const [x, y] = [largest.map((row) => log(row.learning_rate)), largest.map(({ departure }) => log(departure))]
      const order = known ? slope(x, y) : null
      const excesses = known ? x.slice(1).map((_, at) => slope(x.slice(at, at + 2), y.slice(at, at + 2)) - 1) : []
      return {
        largest: largest.map((row) => ({ ...row, first_order: (smallest * row.learning_rate) / least })),
        order: [{
          order,
          excess: order === null ? null : order - 1,
          excess_low: known ? Math.min(...excesses) : null,
          excess_high: known ? Math.max(...excesses) : null,
          rates: largest.length
        }]
      }
    })
})
