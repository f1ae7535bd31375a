/** The intervals of ε on which no conclusion changes, and the one to use for each way to count, if there is one. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { plateaus, widest } from "../../dln/plateau.ts"
import * as Stage from "../../engine/Stage.ts"
import { log, power } from "../../linalg/elementary.ts"
import { Conclusions } from "./Conclusions.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"
import { strengthsOf } from "../signal.ts"
import { thresholdText } from "./thresholdText.ts"

const real = Schema.NullOr(Schema.Finite)

export const EpsilonPlateaus = Stage.make(import.meta.url, "epsilon-plateaus", {
  params: { widths: Parameter.widths, scale: Parameter.scale, decades: Parameter.decades },
  inputs: { modes: Problem.output.modes, conclusions: Conclusions.output },
  outputs: {
    plateaus: Schema.Struct({
      kind: Parameter.rankKind,
      low: Schema.Finite,
      high: Schema.Finite,
      decades: Schema.Finite,
      /** Points of the grid on it. */
      points: Schema.Int,
      /** Whether the rank is reliable there. */
      reliable: Schema.Boolean,
      conclusion: Schema.String
    }),
    answers: Schema.Struct({
      kind: Parameter.rankKind,
      /** The widest plateau on which the rank is reliable, if it is wide enough. */
      low: real,
      high: real,
      decades: real,
      answer: Schema.String
    }),
    /** Where theory puts the ends of the anchored plateau: a^L/s_1, where modes start, and s_r/s_1, the last mode. */
    window: Schema.Struct({
      kind: Parameter.rankKind,
      end: Schema.Literals(["low", "high"]),
      predicted: Schema.Finite,
      /** The end that was found; null where there is no plateau. */
      measured: real,
      /** log₁₀(measured/predicted), and between which points of the grid the end lies. */
      departure: real,
      departure_low: real,
      departure_high: real
    })
  },
  run: ({ widths, scale, decades }, { modes, conclusions }) =>
    Effect.sync(() => {
      const kinds = Parameter.rankKinds.map((kind) => {
        const rows = conclusions.rows.filter((row) => row.kind === kind).toSorted((a, b) => a.epsilon - b.epsilon)
        const grid = rows.map(({ epsilon }) => epsilon)
        const reliable = new Map(rows.map((row) => [row.conclusion, row.reliable]))
        const found = plateaus(grid, rows.map(({ conclusion }) => conclusion))
        const best = widest(found.filter(({ conclusion }) => reliable.get(conclusion)))
        return { kind, grid, reliable, found, best: best !== null && best.decades >= decades ? best : null }
      })
      const { best, grid } = kinds.find(({ kind }) => kind === "anchored")!
      const strengths = strengthsOf(modes)
      const [strongest, weakest] = [strengths[0]!, strengths.at(-1)!]
      const end = (which: "low" | "high", predicted: number) => {
        const measured = best && best[which]
        const below = (epsilon: number) => epsilon < best!.low
        const next = best && (which === "low" ? grid.findLast(below) : grid.find((epsilon) => epsilon > best.high))
        const departure = measured === null ? null : log10(measured / predicted)
        const beyond = next === null || next === undefined ? null : log10(next / predicted)
        const both = departure === null || beyond === null ? null : [departure, beyond].toSorted((a, b) => a - b)
        return {
          kind: "anchored" as const,
          end: which,
          predicted,
          measured,
          departure,
          departure_low: both && both[0]!,
          departure_high: both && both[1]!
        }
      }
      return {
        plateaus: kinds.flatMap(({ kind, found, reliable }) =>
          found.map((plateau) => ({ kind, ...plateau, reliable: reliable.get(plateau.conclusion)! }))),
        answers: kinds.map(({ kind, best }) => ({
          kind,
          low: best && best.low,
          high: best && best.high,
          decades: best && best.decades,
          answer: best === null
            ? `no ${decades === 1 ? "decade" : `${decades} decades`} of ε on which the rank is reliable and no ` +
              "conclusion changes: it is ambiguous here, use effective rank"
            : `any ε from ${thresholdText(best.low)} to ${thresholdText(best.high)} gives the same conclusions: ` +
              best.conclusion
        })),
        window: [
          end("low", power(scale, widths.length - 1) / strongest),
          end("high", weakest / strongest)
        ]
      }
    })
})

const log10 = (value: number): number => log(value) / LN_10
const LN_10 = 2.302585092994046
