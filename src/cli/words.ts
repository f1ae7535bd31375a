/** What commands print of runs and plans. */
import type { Run } from "../engine/Builder.ts"
import * as Plan from "../engine/Plan.ts"
import type { Verdict } from "../report/Block.ts"
import { plainText } from "../report/plainText.ts"
import { duration } from "./Progress.ts"

/** One line on what a build did. */
export const summary = (run: Run): string => {
  const outcomes = Plan.calls(run.plan).map(({ key }) => run.outcomes.get(key)!._tag)
  const count = (tag: string) => outcomes.filter((outcome) => outcome === tag).length
  const parts = [["built", "built"], ["hit", "already there"], ["failed", "failed"], ["skipped", "skipped"]] as const
  const told = parts.flatMap(([tag, words]) => count(tag) === 0 && tag !== "built" ? [] : [`${count(tag)} ${words}`])
  return `${told.join(", ")} in ${duration(run.seconds)}`
}

/** Bytes as a person says them: powers of 1000. */
export const size = (bytes: number): string => {
  const power = Math.min(4, Math.max(0, Math.floor((String(Math.round(bytes)).length - 1) / 3)))
  const value = bytes / 1000 ** power
  return `${power === 0 ? bytes : value.toFixed(value < 10 ? 1 : 0)} ${["B", "kB", "MB", "GB", "TB"][power]}`
}

/** Rows of cells under each other: the first column to the left, the others to the right. */
export const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  return rows.map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join("  ").trimEnd())
}

/** A line for each verdict, in plain text, and the evidence under those that call for it. */
export const verdictLines = (verdicts: ReadonlyArray<Verdict>): ReadonlyArray<string> =>
  verdicts.flatMap(({ name, kind, verdict, evidence, counterexamples }) => [
    `${verdict.padEnd(9)} ${kind.padEnd(10)} ${plainText(name)}`,
    `${" ".repeat(21)}${evidence}`,
    ...(verdict === "fails" ? counterexamples.slice(0, 3).map((row) => `${" ".repeat(21)}${Object.entries(row).map(([column, value]) => `${column}=${value}`).join(" ")}`) : [])
  ])
