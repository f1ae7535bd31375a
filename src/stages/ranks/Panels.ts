/** Rank patterns side by side, GD, the mean of SGD, and their difference, at a few levels of the loss. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Parameter from "../Parameter.ts"
import { Patterns } from "./Patterns.ts"
import { Ranks } from "./Ranks.ts"

export const Panels = Stage.make(import.meta.url, "panels", {
  params: { epsilon: Parameter.epsilon, rows: Parameter.points },
  inputs: { gd: Ranks.output, sgd: Patterns.output },
  outputs: Schema.Struct({
    /** The checkpoint, with GD's excess loss there. */
    at: Schema.String,
    panel: Schema.Literals(["GD", "mean SGD", "difference"]),
    i: Schema.Int,
    j: Schema.Int,
    value: Schema.NullOr(Schema.Finite)
  }),
  run: ({ epsilon, rows }, { gd, sgd }) =>
    Effect.sync(() => {
      const levels = gd.rows.filter((row) => row.epsilon === epsilon && row.alignment === "level")
      const halves = [...new Set(levels.map(({ checkpoint }) => checkpoint).filter((name) => name.endsWith("at 50%")))]
      const chosen = ["start", ...evenly(halves, rows - 2), "end"]
      const means = new Map(sgd.rows.filter((row) => row.epsilon === epsilon).map((row) => [`${row.checkpoint} ${row.i} ${row.j}`, row.rank_mean]))
      return chosen.flatMap((name) =>
        levels.filter(({ checkpoint }) => checkpoint === name).flatMap(({ checkpoint, i, j, rank, excess }) => {
          const mean = means.get(`${checkpoint} ${i} ${j}`) ?? null
          const at = `${checkpoint}, ${excess === null ? "not reached" : excessText(excess)}`
          return [
            { at, panel: "GD" as const, i, j, value: rank },
            { at, panel: "mean SGD" as const, i, j, value: mean },
            { at, panel: "difference" as const, i, j, value: rank === null || mean === null ? null : mean - rank }
          ]
        }))
    })
})

const excessText = (excess: number): string =>
  excess < 1e-3 ? "excess < 0.001" : `excess ${Number(excess.toPrecision(3))}`

/** `count` of these names, or all of them, evenly chosen. */
const evenly = (names: ReadonlyArray<string>, count: number): ReadonlyArray<string> =>
  names.length <= count ? names : Array.from({ length: count }, (_, index) => names[Math.round((index * (names.length - 1)) / Math.max(1, count - 1))]!)
