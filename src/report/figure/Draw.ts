/** The stage that draws a figure: from its spec and the tables that it names to an SVG file. */
import * as Effect from "effect/Effect"
import * as Stage from "../../engine/Stage.ts"
import { drawFigure } from "./drawFigure.ts"
import { Spec } from "./Spec.ts"
import { Undrawable } from "./Undrawable.ts"

export const Draw = Stage.make(import.meta.url, "figure", {
  params: { spec: Spec },
  inputs: { tables: Stage.many(Stage.AnyTable) },
  outputs: Stage.Bytes,
  errors: [Undrawable],
  run: Effect.fnUntraced(function*({ spec }, { tables }) {
    const drawn = drawFigure(spec, tables)
    return typeof drawn === "string" ? new TextEncoder().encode(drawn) : yield* drawn
  })
})
