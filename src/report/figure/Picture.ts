/** The stage that makes a PNG of a figure, at twice the density of a screen. */
import * as Effect from "effect/Effect"
import * as Stage from "../../engine/Stage.ts"

export const Picture = Stage.make(import.meta.url, "figure-png", {
  params: {},
  inputs: { figure: Stage.Bytes },
  outputs: Stage.Bytes,
  // What draws is loaded where something is drawn: commands start without it.
  run: (_, { figure }) =>
    Effect.map(Effect.promise(() => import("./png.ts")), ({ png }) => png(new TextDecoder().decode(figure)))
})
