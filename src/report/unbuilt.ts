/** What is said of a claim or a hypothesis whose table is missing. */
import type { Sentence, Verdict } from "./Block.ts"

/** The verdict on a sentence whose table could not be built: a claim does not hold, a hypothesis stays open. */
export const unbuilt = ({ kind, text }: Sentence<any>, why: string): Verdict => ({
  name: text,
  kind,
  verdict: kind === "claim" ? "fails" : "undecided",
  evidence: `its table could not be built: ${why}`,
  counterexamples: []
})
