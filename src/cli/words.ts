/** What commands print of runs and plans. */
import type { Verdict } from "../report/Block.ts"
import { plainText } from "../report/plainText.ts"
import { duration } from "./Progress.ts"
import type { Style } from "./Screen.ts"

/** What became of one call. */
export interface Outcome {
  readonly stage: string
  readonly state: "hit" | "built" | "failed" | "skipped"
  /** What it took, where it was run. */
  readonly seconds: number
}

/** A line for each stage of which something was built or failed, and one for all. */
export const summary = (outcomes: ReadonlyArray<Outcome>, seconds: number): ReadonlyArray<string> => {
  const busy = outcomes.filter(({ state }) => state !== "hit")
  if (busy.length === 0) return [`0 built, ${outcomes.length} already there in ${duration(seconds)}`]
  const stages = [...Map.groupBy(outcomes, ({ stage }) => stage)].filter(([, calls]) => calls.some(({ state }) => state !== "hit"))
  const states = (["built", "hit", "failed", "skipped"] as const).filter((state) =>
    state === "built" || state === "hit" || outcomes.some((one) => one.state === state))
  const row = (name: string, calls: ReadonlyArray<Outcome>) => [
    name,
    ...states.map((state) => String(calls.filter((one) => one.state === state).length)),
    calls.reduce((sum, one) => sum + one.seconds, 0).toFixed(1)
  ]
  const rows = [["stage", ...states, "seconds"], ...stages.map(([name, calls]) => row(name, calls)), row("all", outcomes)]
  return [...columns(rows), `in ${duration(seconds)}`]
}

/** `1 part`, `2 parts`. */
export const several = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** A word of a command as a person types it, in quotes where a shell would read it otherwise. */
export const typed = (word: string): string => /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

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
export const verdictLines = (
  verdicts: ReadonlyArray<Verdict>,
  paint: (style: Style, text: string) => string = (_, text) => text
): ReadonlyArray<string> =>
  verdicts.flatMap(({ name, kind, verdict, evidence, counterexamples }) => [
    `${paint(styles[verdict], verdict.padEnd(9))} ${kind.padEnd(10)} ${plainText(name)}`,
    `${" ".repeat(21)}${evidence}`,
    ...(verdict === "fails" ? counterexamples.slice(0, 3).map((row) => `${" ".repeat(21)}${Object.entries(row).map(([column, value]) => `${column}=${value}`).join(" ")}`) : [])
  ])

const styles: Readonly<Record<Verdict["verdict"], Style>> = {
  holds: "green",
  supported: "green",
  fails: "red",
  refuted: "red",
  undecided: "yellow"
}
