/** What commands print of runs and plans. */
import type { Run } from "../engine/Builder.ts"
import * as Plan from "../engine/Plan.ts"
import type { Verdict } from "../report/Block.ts"
import { duration } from "./Progress.ts"

/** One line on what a build did. */
export const summary = (run: Run): string => {
  const outcomes = Plan.calls(run.plan).map(({ key }) => run.outcomes.get(key)!._tag)
  const count = (tag: string) => outcomes.filter((outcome) => outcome === tag).length
  const parts = [["built", "built"], ["hit", "already there"], ["failed", "failed"], ["skipped", "skipped"]] as const
  const told = parts.flatMap(([tag, words]) => count(tag) === 0 && tag !== "built" ? [] : [`${count(tag)} ${words}`])
  return `${told.join(", ")} in ${duration(run.seconds)}`
}

/** A line for each verdict, in plain text, and the evidence under those that call for it. */
export const verdictLines = (verdicts: ReadonlyArray<Verdict>): ReadonlyArray<string> =>
  verdicts.flatMap(({ name, kind, verdict, evidence, counterexamples }) => [
    `${verdict.padEnd(9)} ${kind.padEnd(10)} ${plain(name)}`,
    `${" ".repeat(21)}${evidence}`,
    ...(verdict === "fails" ? counterexamples.slice(0, 3).map((row) => `${" ".repeat(21)}${Object.entries(row).map(([column, value]) => `${column}=${value}`).join(" ")}`) : [])
  ])

/** Text with its TeX made readable in a terminal. */
const plain = (text: string): string =>
  text.replace(/\$([^$]*)\$/g, (_, tex: string) =>
    tex.replace(/\\(varepsilon|epsilon)/g, "ε").replace(/\\eta/g, "η").replace(/\\ell/g, "ℓ").replace(/\\sigma/g, "σ").replace(/\\top/g, "ᵀ")
      .replace(/\^2/g, "²").replace(/\\[a-z]+|[{}\\]/g, "").replace(/_([a-z])/g, "_$1"))
