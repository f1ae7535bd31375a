/** `dln graph`: the stages of a pipeline, what goes from one to the other, and what of it is to be built. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Builder } from "../engine/Builder.ts"
import { dot } from "../engine/graph/dot.ts"
import * as Graph from "../engine/graph/Graph.ts"
import { mermaid } from "../engine/graph/mermaid.ts"
import { svg } from "../engine/graph/svg.ts"
import * as flags from "./flags.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"
import { checkOut, writeOut } from "./writeOut.ts"

const formats = { mermaid, dot, svg }

const options = {
  pipeline: flags.pipeline,
  ...flags.choice,
  format: Flag.Literals("format", ["mermaid", "dot", "svg"]).pipe(
    Flag.withDescription("the language of the drawing (default: mermaid)"),
    Flag.withDefault("mermaid" as const)
  ),
  whole: Flag.Boolean("whole").pipe(
    Flag.withDescription("every call a node of its own, instead of every stage"),
    Flag.withDefault(false)
  ),
  out: Flag.String("out").pipe(
    Flag.withDescription("write it to this file"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  )
}

export const graph = (started: Started) =>
  Command.make(
    "graph",
    options,
    Effect.fn("graph")(function*({ format, out, whole, ...chosen }) {
      yield* checkOut(out)
      const session = yield* Session.open(started, chosen)
      const plan = yield* Effect.provide(
        Builder.use((builder) => builder.plan(session.roots)),
        Session.engine(started, chosen)
      )
      const text = formats[format](whole ? Graph.whole(plan) : Graph.folded(plan))
      if (out === undefined) return yield* Console.log(text.trimEnd())
      yield* writeOut(out, () => text)
    })
  )
