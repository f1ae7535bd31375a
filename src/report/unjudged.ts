/** What is said of a claim or a hypothesis whose table is missing, or whose rule throws. */
import type { Table } from "../engine/Table.ts"
import type { Sentence, Verdict } from "./Block.ts"

/** The verdict on a sentence whose table could not be built: a claim does not hold, a hypothesis stays open. */
export const unbuilt = ({ kind, text }: Sentence<any>, why: string): Verdict => ({
  name: text,
  kind,
  verdict: kind === "claim" ? "fails" : "undecided",
  evidence: `its table could not be built: ${why}`,
  counterexamples: []
})

/** The verdict of a sentence on its table; one whose rule throws fails, a hypothesis too, since it is wrong itself. */
export const judged = (sentence: Sentence<any>, table: Table<any>): Verdict => {
  try {
    return sentence.judge(table)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    return { ...unbuilt(sentence, ""), verdict: "fails", evidence: `it could not be judged: ${why}` }
  }
}
