/** The stage that makes a PNG of a figure, at twice the density of a screen. */
import * as Effect from "effect/Effect"
import * as Stage from "../../engine/Stage.ts"
import { png } from "./png.ts"

export const Picture = Stage.make(import.meta.url, "figure-png", {
  params: {},
  inputs: { figure: Stage.Bytes },
  outputs: Stage.Bytes,
  run: (_, { figure }) => Effect.sync(() => png(new TextDecoder().decode(figure)))
})
