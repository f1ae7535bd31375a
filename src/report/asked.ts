/** A rule of the pipeline's file, asked of one row after the other. */
import { cellText } from "./cellText.ts"

/** The same rule; what it throws is said with its name and the row. */
export const asked = <A>(name: string, rule: (row: A) => boolean) => (row: A): boolean => {
  try {
    return rule(row)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new RuleThrew(`${name} threw "${why}" at the row ${Object.entries(cellsOf(row)).map(([column, value]) => `${column}=${value}`).join(" ")}`)
  }
}

/** A row as it is shown. */
export const cellsOf = (row: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(row as object).map(([name, value]) => [name, cellText(value)]))

/** A rule of the pipeline is wrong. */
export class RuleThrew extends Error {}
