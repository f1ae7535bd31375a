/** The stage that makes a PDF of a figure, for LaTeX. */
import * as Effect from "effect/Effect"
import * as Stage from "../../engine/Stage.ts"

export const Print = Stage.make(import.meta.url, "figure-pdf", {
  params: {},
  inputs: { figure: Stage.Bytes },
  outputs: Stage.Bytes,
  // What draws is loaded where something is drawn: commands start without it.
  run: (_, { figure }) =>
    Effect.map(Effect.promise(() => import("../pdf/figurePdf.ts")), ({ figurePdf }) => figurePdf(new TextDecoder().decode(figure)))
})
