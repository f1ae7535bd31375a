/** The verdicts on GD's path regime by regime: an answer for each aspect, and the shares of runs over all cells. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Regime from "../../dln/Regime.ts"
import * as Stage from "../../engine/Stage.ts"
import * as Parameter from "../Parameter.ts"
import { judge, judged, PathVerdicts, shareOf } from "./PathVerdicts.ts"

const { aspect, stage } = PathVerdicts.output.fields
const verdicts = Schema.Struct({ regime: Parameter.regime, ...PathVerdicts.output.fields })
type Row = typeof verdicts.Type

const answer = Schema.NullOr(Schema.String)

export const PathAnswers = Stage.make(import.meta.url, "path-answers", {
  params: { level: Parameter.level },
  inputs: { verdicts },
  outputs: {
    /** "yes (3 of 3)", "no (3 of 3)", or how many cells say what; null for a regime that was not run. */
    answers: Schema.Struct({
      aspect, stage, margin: Schema.Finite, saddle_to_saddle: answer, intermediate: answer, ntk: answer
    }),
    /**
     * Shares of SGD runs that depart, over the teachers and replicates of a regime. These may depart with unlike
     * probabilities: Clopper and Pearson's interval holds for their mean, since tails are lighter then (Hoeffding 1956).
     */
    shares: Schema.Struct({ regime: Parameter.regime, aspect, stage, ...judged, departing: Schema.Int, runs: Schema.Int })
  },
  run: ({ level }, { verdicts }) =>
    Effect.sync(() => {
      const questions = [...Map.groupBy(verdicts.rows, ({ aspect, stage }) => `${aspect} ${stage}`).values()]
      const pooled = questions.map((rows) => {
        const { aspect, margin, stage } = rows[0]!
        const regimes = [...Map.groupBy(rows, ({ regime }) => regime)]
        const of = new Map(regimes.map(([regime, cells]) => [regime, shareIn(cells, margin, level)]))
        const told = (regime: Regime.Name) => {
          const cells = rows.filter((row) => row.regime === regime)
          return cells.length === 0 ? null : answerOf(cells, of.get(regime))
        }
        return {
          shares: [...of].flatMap(([regime, share]) => share ? [{ regime, aspect, stage, ...share }] : []),
          answer: {
            aspect, stage, margin,
            saddle_to_saddle: told("saddle-to-saddle"), intermediate: told("intermediate"), ntk: told("ntk")
          }
        }
      })
      return { answers: pooled.map(({ answer }) => answer), shares: pooled.flatMap(({ shares }) => shares) }
    })
})

/** The runs of all cells together; undefined where the aspect is no share. */
const shareIn = (cells: ReadonlyArray<Row>, margin: number, level: number) => {
  const counted = cells.filter(({ departing }) => departing !== null)
  if (counted.length === 0) return undefined
  const total = (column: "departing" | "runs") => counted.reduce((sum, row) => sum + row[column]!, 0)
  const [departing, runs] = [total("departing"), total("runs")]
  return { ...judge(shareOf(departing, runs, level), margin), departing, runs }
}

const words = { supported: "yes", refuted: "no", undecided: "open" } as const

const answerOf = (cells: ReadonlyArray<Row>, share: ReturnType<typeof shareIn>): string => {
  if (share !== undefined) return `${words[share.verdict]} (${share.departing} of ${share.runs} runs depart)`
  const counts = (["supported", "refuted", "undecided"] as const).map((verdict) =>
    [words[verdict], cells.filter((row) => row.verdict === verdict).length] as const)
  return counts.filter(([, count]) => count > 0).map(([word, count]) => `${word} (${count} of ${cells.length})`).join(", ")
}
