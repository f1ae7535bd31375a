/** Dashes that stay apart in print at any line width. */
import type { Dash } from "../Spec.ts"

/** The order in which the values of a column take dashes. */
export const dashOrder: ReadonlyArray<Dash | "mixed"> = ["solid", "dashed", "dotted", "mixed"]

export const dashArray = (dash: Dash | "mixed", weight: number): string | undefined => {
  const unit = Math.max(0.8, weight)
  const lengths = { solid: [], dashed: [4, 2.2], dotted: [0.01, 2.2], mixed: [4, 2, 0.01, 2] }[dash]
  return lengths.length === 0
    ? undefined
    : lengths.map((length) => String(Math.round(length * unit * 100) / 100)).join(" ")
}
