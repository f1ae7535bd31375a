/** Singular-value patterns side by side, GD, the mean of SGD, their difference: before, during and after an escape. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { LogSpectra } from "./LogSpectra.ts"
import * as Parameter from "../Parameter.ts"
import { SpectralMeans } from "./SpectralMeans.ts"

export const SpectralPanels = Stage.make(import.meta.url, "spectral-panels", {
  params: { slices: Parameter.slices },
  inputs: { gd: LogSpectra.output, sgd: SpectralMeans.output },
  outputs: Schema.Struct({
    moment: Schema.Literals(["before", "during", "after"]),
    /** Which checkpoint that is, and for how many SGD runs. */
    checkpoint: Schema.String,
    runs: Schema.Int,
    /** "ln σ_k" for k = 1 and the chosen k, and "ln σ_k/σ_1" for the latter. */
    slice: Schema.String,
    panel: Schema.Literals(["GD", "mean SGD", "difference"]),
    i: Schema.Int,
    j: Schema.Int,
    value: Schema.NullOr(Schema.Finite)
  }),
  run: ({ slices }, { gd, sgd }) =>
    Effect.sync(() => {
      const means = new Map(sgd.rows.map((row) => [`${row.checkpoint} ${row.i} ${row.j} ${row.k}`, row]))
      const shown = [
        { k: 1, slice: "ln σ_1", of: "log_sigma" as const },
        ...slices.filter((k) => k > 1).flatMap((k) => [
          { k, slice: `ln σ_${k}`, of: "log_sigma" as const },
          { k, slice: `ln σ_${k}/σ_1`, of: "shape" as const }
        ])
      ]
      const reached = new Set(sgd.rows.filter(({ runs }) => runs > 0).map(({ checkpoint }) => checkpoint))
      const common = moments(gd.rows.filter(({ checkpoint }) => reached.has(checkpoint)))
      return (common.length > 0 ? common : moments(gd.rows)).flatMap(({ moment, checkpoint }) => {
        const rows = gd.rows.filter((row) => row.checkpoint === checkpoint)
        return shown.flatMap(({ k, slice, of }) =>
          rows.filter((row) => row.k === k).flatMap((row) => {
            const mean = means.get(`${checkpoint} ${row.i} ${row.j} ${k}`)
            const [mine, theirs] = [row[of], mean?.[of] ?? null]
            const entry = { moment, checkpoint, runs: mean?.runs ?? 0, slice, i: row.i, j: row.j }
            return [
              { ...entry, panel: "GD" as const, value: mine },
              { ...entry, panel: "mean SGD" as const, value: theirs },
              { ...entry, panel: "difference" as const, value: mine === null || theirs === null ? null : theirs - mine }
            ]
          }))
      })
    })
})

interface Row {
  readonly checkpoint: string
  readonly alignment: string
  readonly drop: string | null
  readonly offset: number | null
}

/** The ends and the middle of the window around the middle escape; without one, 10, 50 and 90 % of the middle drop. */
const moments = (rows: ReadonlyArray<Row>) => {
  const middle = (alignment: string) => {
    const drops = [...new Set(rows.flatMap((row) => row.alignment === alignment ? row.drop ?? [] : []))]
    const drop = drops[Math.floor((drops.length - 1) / 2)]
    const around = rows.filter((row) => row.alignment === alignment && row.drop === drop && drop !== undefined)
    return [...new Map(around.map((row) => [row.checkpoint, row])).values()]
  }
  const window = middle("escape").toSorted((a, b) => a.offset! - b.offset!)
  const course = window.length > 0 ? window : middle("level")
  return course.length === 0 ? [] : (["before", "during", "after"] as const).map((moment, index) =>
    ({ moment, checkpoint: course[Math.round((index * (course.length - 1)) / 2)]!.checkpoint }))
}
