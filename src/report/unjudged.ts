/** What is said of a claim or a hypothesis whose table is missing, or whose rule throws. */
import type { Table } from "../engine/Table.ts"
import type { Sentence, Verdict } from "./Block.ts"

/** The verdict on a sentence whose table could not be built: a claim does not hold, a hypothesis stays open. */
export const unbuilt = (sentence: Sentence<any>, why: string): Verdict =>
  without(sentence, sentence.kind === "claim" ? "fails" : "undecided", `its table could not be built: ${why}`)

/** The verdict of a sentence on its table; one whose rule throws fails, a hypothesis too, since it is wrong itself. */
export const judged = (sentence: Sentence<any>, table: Table<any>): Verdict => {
  try {
    return sentence.judge(table)
  } catch (thrown) {
    return without(sentence, "fails", `it could not be judged: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

const without = ({ kind, text }: Sentence<any>, verdict: Verdict["verdict"], evidence: string): Verdict =>
  ({ name: text, kind, verdict, evidence, counterexamples: [] })
