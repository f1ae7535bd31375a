/** The stage that makes a PDF of a figure, for LaTeX. */
import * as Effect from "effect/Effect"
import * as Stage from "../../engine/Stage.ts"

export const Print = Stage.make(import.meta.url, "figure-pdf", {
  params: {},
  inputs: { figure: Stage.Bytes },
  outputs: Stage.Bytes,
  // HarfBuzz is loaded where it is needed, so that commands that print nothing start without it.
  run: (_, { figure }) =>
    Effect.map(Effect.promise(() => import("../pdf/figurePdf.ts")), ({ figurePdf }) => figurePdf(new TextDecoder().decode(figure)))
})
