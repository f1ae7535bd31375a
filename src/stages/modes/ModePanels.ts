/** The signed coefficients w_ab of a run at a few levels of the loss, entry by entry, and the norms of their blocks. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { drops } from "../../dln/levels.ts"
import { blockNorms } from "../../dln/modeBlocks.ts"
import * as Stage from "../../engine/Stage.ts"
import { log } from "../../linalg/elementary.ts"
import * as Matrix from "../../linalg/Matrix.ts"
import { ModeCoefficients } from "./ModeCoefficients.ts"
import * as Parameter from "../Parameter.ts"
import { Problem } from "../training/Problem.ts"

const real = Schema.NullOr(Schema.Finite)

export const ModePanels = Stage.make(import.meta.url, "mode-panels", {
  params: { panels: Parameter.panels },
  inputs: { coefficients: ModeCoefficients.output, modes: Problem.output.modes },
  outputs: {
    entries: Schema.Struct({
      /** The level of the loss. */
      at: Schema.String,
      a: Schema.Int,
      b: Schema.Int,
      /** w_ab, and sign(w_ab) log10(1 + 1000 |w_ab|/max |w|), which shows small ones too; null where never reached. */
      coefficient: real,
      signed_log: real
    }),
    blocks: Schema.Struct({
      at: Schema.String,
      /** Blocks A and B of equal modes, such as "1" and "2-4". */
      a: Schema.String,
      b: Schema.String,
      /** ‖W_AB‖_F. */
      norm: real
    })
  },
  run: ({ panels }, { coefficients, modes }) =>
    Effect.sync(() => {
      const strengths = Float64Array.from(modes.column("singular_value"))
      const rank = modes.rows.filter(({ teacher_value }) => teacher_value !== null).length
      const blocks = drops(strengths, rank)
      const shown = chosen(coefficients.rows.filter(({ alignment }) => alignment === "level"), panels).map((row) => ({
        at: row.checkpoint,
        w: row.coefficients === null ? null : Matrix.make(rank, rank, row.coefficients)
      }))
      const nameOf = (block: number) => {
        const { firstMode, lastMode } = blocks[block]!
        return firstMode === lastMode ? `${firstMode}` : `${firstMode}-${lastMode}`
      }
      const pairs = (count: number) =>
        Array.from({ length: count * count }, (_, at) => ({ a: Math.floor(at / count), b: at % count }))
      return {
        entries: shown.flatMap(({ at, w }) => {
          const largest = w === null ? 0 : w.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
          return pairs(rank).map(({ a, b }) => {
            const coefficient = w && Matrix.at(w, a, b)
            const signed_log = coefficient === null || largest === 0 ? null : signedLog(coefficient / largest)
            return { at, a: a + 1, b: b + 1, coefficient, signed_log }
          })
        }),
        blocks: shown.flatMap(({ at, w }) => {
          const norms = w && blockNorms(w, blocks)
          return pairs(blocks.length).map(({ a, b }) =>
            ({ at, a: nameOf(a), b: nameOf(b), norm: norms && Matrix.at(norms, a, b) }))
        })
      }
    })
})

/** The start, the end, and the 50 % points of as many drops as fit between them, evenly chosen. */
const chosen = <Row extends { readonly checkpoint: string }>(levels: ReadonlyArray<Row>, count: number) => {
  const named = (name: string) => levels.filter(({ checkpoint }) => checkpoint === name)
  const halves = levels.filter(({ checkpoint }) => checkpoint.endsWith("at 50%"))
  const between = Math.min(halves.length, Math.max(0, count - 2))
  const middle = Array.from({ length: between }, (_, index) =>
    halves[Math.round((index * (halves.length - 1)) / Math.max(1, between - 1))]!)
  return [...named("start"), ...middle, ...named("end")]
}

const signedLog = (share: number): number => (Math.sign(share) * log(1 + 1000 * Math.abs(share))) / log(10)
