/** The stage that typesets a report: one self-contained HTML file from its blocks and drawn figures. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import * as Content from "./Content.ts"

export const Page = Stage.make(import.meta.url, "page", {
  params: { run: Content.Run, blocks: Schema.Array(Content.Block) },
  inputs: { figures: Stage.many(Stage.Bytes) },
  outputs: Stage.Bytes,
  // What sets maths and prose is loaded where a page is typeset: commands start without it.
  run: ({ run, blocks }, { figures }) =>
    Effect.map(Effect.promise(() => import("./html.ts")), ({ html }) =>
      new TextEncoder().encode(html(run, blocks, figures.map((figure) => new TextDecoder().decode(figure)))))
})
