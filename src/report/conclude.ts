/** What a build means for its report: the verdict on each claim and hypothesis, and the nodes of the page and its LaTeX. */
import * as Effect from "effect/Effect"
import type { Run as Build } from "../engine/Builder.ts"
import type { Any, Node } from "../engine/Node.ts"
import type { Link } from "../engine/Plan.ts"
import { Store, type StoreFailure } from "../engine/Store.ts"
import type { Block, Verdict } from "./Block.ts"
import { Figures } from "./latex/Figures.ts"
import type * as Content from "./page/Content.ts"
import { Page } from "./page/Page.ts"
import type { Experiment } from "./Pipeline.ts"
import { provenance } from "./provenance.ts"
import { type Built, typeset } from "./typeset.ts"
import { judged, unbuilt } from "./unjudged.ts"

export interface Conclusion {
  /** In the order of the report. */
  readonly verdicts: ReadonlyArray<Verdict>
  readonly blocks: ReadonlyArray<Content.Block>
  readonly page: Node<Uint8Array, any>
  /** The figures as LaTeX. */
  readonly latex: Node<Uint8Array, any>
}

/** `linkOf` finds the place of a block's node in the plan of the build. */
export const conclude = Effect.fnUntraced(function*(
  experiment: Experiment,
  run: Content.Run,
  build: Build,
  linkOf: (node: Any) => Link
): Effect.fn.Return<Conclusion, StoreFailure, Store> {
  const store = yield* Store
  const built = new Map<Block<any>, Built>()
  const verdicts = new Map<Block<any>, Verdict>()
  for (const piece of experiment.report.content) {
    if (typeof piece === "string") continue
    const link = linkOf(piece.node)
    const outcome = build.outcomes.get(link.step.key)!
    const failed = outcome._tag === "skipped" ? build.outcomes.get(outcome.because.key)! : outcome
    if (failed._tag === "failed") {
      const why = messageOf(failed.failure)
      built.set(piece, { _tag: "Failed", why })
      if (piece._tag === "Sentence") verdicts.set(piece, unbuilt(piece, why))
    } else if ("outputs" in outcome) {
      const made = provenance(link, build.outcomes)
      if (piece._tag === "Figure") built.set(piece, { _tag: "File", made })
      else {
        const table = yield* store.table(made.address)
        built.set(piece, { _tag: "Table", table, made })
        if (piece._tag === "Sentence") verdicts.set(piece, judged(piece, table))
      }
    }
  }
  const blocks = typeset(experiment, run.preset, (block) => built.get(block)!, (block) => verdicts.get(block)!)
  const figures = experiment.report.content.flatMap((piece) =>
    typeof piece === "object" && piece._tag === "Figure" && built.get(piece)?._tag === "File" ? [piece.node] : [])
  const captions = blocks.flatMap((block) =>
    block._tag === "Figure" ? [{ number: block.number, caption: captionOf(block) }] : [])
  return {
    verdicts: [...verdicts.values()],
    blocks,
    page: Page({ run, blocks, figures }),
    latex: Figures({ pipeline: run.pipeline, captions, figures })
  }
})

/** A caption for paper, where the conditions follow the words. */
const captionOf = ({ caption, conditions }: Content.Figure): string =>
  `${caption} ${conditions}`.trim()

const messageOf = (failure: unknown): string => failure instanceof Error ? failure.message : String(failure)
