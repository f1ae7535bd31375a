/** How many saddles of each family are of each kind, their least eigenvalues, signatures and rank patterns. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { quantile } from "../../stats/quantile.ts"
import { Certificates } from "./Certificates.ts"
import * as Saddle from "./Saddle.ts"

const family = { modes: Schema.String, zeros: Schema.String }
const whole = Schema.NullOr(Schema.Int)
const { certificates, patterns } = Certificates.output
const { verdict } = certificates.fields

export const Census = Stage.make(import.meta.url, "census", {
  params: {},
  inputs: {
    certificates: Schema.Struct({ ...family, ...certificates.fields }),
    patterns: Schema.Struct({ ...family, ...patterns.fields })
  },
  outputs: {
    /** A row for each family and each verdict that any saddle has. */
    counts: Schema.Struct({ ...family, verdict, count: Schema.Int }),
    classes: Schema.Struct({
      ...family,
      /** r and how many blocks are zero. */
      rank: Schema.Int,
      zero_blocks: Schema.Int,
      samples: Schema.Int,
      /** That of most saddles. */
      verdict,
      /** λ_min, 0 where it is within the tolerance: the least, the median and the largest of the saddles. */
      least_low: Schema.Finite,
      least_median: Schema.Finite,
      least_high: Schema.Finite,
      /** The range of the numbers of negative and of zero eigenvalues, over saddles where these are clear; null if none are. */
      index_low: whole,
      index_high: whole,
      nullity_low: whole,
      nullity_high: whole,
      /** ℓ − ℓ_min, the same for all of a family. */
      excess: Schema.Finite,
      /** Rank patterns that differ. */
      patterns: Schema.Int
    }),
    /** The rank pattern of most saddles of a family. */
    patterns: Schema.Struct({
      ...family,
      /** Of how many saddles. */
      samples: Schema.Int,
      i: Schema.Int,
      j: Schema.Int,
      rank: Schema.Int,
      multiplicity: Schema.Int
    })
  },
  run: (_, { certificates, patterns }) =>
    Effect.sync(() => {
      const key = (row: { readonly modes: string; readonly zeros: string }) => `${row.modes} ${row.zeros}`
      const entries = Map.groupBy(patterns.rows, key)
      const verdicts = [...new Set(certificates.rows.map(({ verdict }) => verdict))]
      const families = [...Map.groupBy(certificates.rows, key)].map(([name, rows]) => ({
        modes: rows[0]!.modes,
        zeros: rows[0]!.zeros,
        rows,
        patterns: mostFrequent([...Map.groupBy(entries.get(name) ?? [], ({ sample }) => sample).values()])
      }))
      return {
        counts: families.flatMap(({ modes, zeros, rows }) =>
          verdicts.map((verdict) => ({ modes, zeros, verdict, count: rows.filter((row) => row.verdict === verdict).length }))),
        classes: families.map(({ modes, zeros, rows, patterns }) => {
          const least = rows.map(({ least, tolerance }) => Math.abs(least) <= tolerance ? 0 : least)
          const clear = rows.filter(({ clear }) => clear === true)
          const index = range(clear.flatMap(({ index }) => index ?? []))
          const nullity = range(clear.flatMap(({ nullity }) => nullity ?? []))
          return {
            modes,
            zeros,
            rank: Saddle.membersOf(modes).length,
            zero_blocks: Saddle.membersOf(zeros).length,
            samples: rows.length,
            verdict: [...Map.groupBy(rows, ({ verdict }) => verdict)].toSorted(([, a], [, b]) => b.length - a.length)[0]![0],
            least_low: Math.min(...least),
            least_median: quantile(least, 0.5),
            least_high: Math.max(...least),
            index_low: index.low,
            index_high: index.high,
            nullity_low: nullity.low,
            nullity_high: nullity.high,
            excess: rows[0]!.excess,
            patterns: patterns.length
          }
        }),
        patterns: families.flatMap(({ modes, zeros, patterns: [most] }) =>
          (most?.rows ?? []).map(({ i, j, rank, multiplicity }) => ({ modes, zeros, samples: most!.samples, i, j, rank, multiplicity })))
      }
    })
})

/** The patterns that differ, with the number of samples that have each, the most frequent first. */
const mostFrequent = <Row extends { readonly rank: number }>(samples: ReadonlyArray<ReadonlyArray<Row>>) =>
  [...Map.groupBy(samples, (rows) => rows.map(({ rank }) => rank).join()).values()]
    .toSorted((a, b) => b.length - a.length)
    .map((alike) => ({ samples: alike.length, rows: alike[0]! }))

const range = (values: ReadonlyArray<number>) =>
  values.length === 0 ? { low: null, high: null } : { low: Math.min(...values), high: Math.max(...values) }
