/** What a build means for its report: the verdict on each claim and hypothesis, and the node of the page. */
import * as Effect from "effect/Effect"
import type { Run as Build } from "../engine/Builder.ts"
import type { Any, Node } from "../engine/Node.ts"
import type { Link } from "../engine/Plan.ts"
import { Store, type StoreFailure } from "../engine/Store.ts"
import type { Block, Verdict } from "./Block.ts"
import type * as Content from "./page/Content.ts"
import { provenance } from "./provenance.ts"
import type { Report } from "./Report.ts"
import { type Built, typeset } from "./typeset.ts"
import { unbuilt } from "./unbuilt.ts"

export interface Conclusion {
  /** In the order of the report. */
  readonly verdicts: ReadonlyArray<Verdict>
  readonly page: Node<Uint8Array, any>
}

/** `linkOf` finds the place of a block's node in the plan of the build. */
export const conclude = Effect.fnUntraced(function*(
  report: Report<any>,
  run: Content.Run,
  build: Build,
  linkOf: (node: Any) => Link
): Effect.fn.Return<Conclusion, StoreFailure, Store> {
  const store = yield* Store
  const built = new Map<Block<any>, Built>()
  const verdicts = new Map<Block<any>, Verdict>()
  for (const piece of report.content) {
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
        if (piece._tag === "Sentence") verdicts.set(piece, piece.judge(table))
      }
    }
  }
  return { verdicts: [...verdicts.values()], page: typeset(report, run, (block) => built.get(block)!, (block) => verdicts.get(block)!) }
})

const messageOf = (failure: unknown): string => failure instanceof Error ? failure.message : String(failure)
