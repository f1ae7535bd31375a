/**
 * A hypothesis is a scientific question that a run answers; it never makes a run fail.
 *
 * Each selected row has an effect with its interval. A row supports the hypothesis where the whole interval lies
 * within ±margin, refutes it where the whole interval lies outside, and leaves it open otherwise.
 */
import type { Node } from "../engine/Node.ts"
import type { Table } from "../engine/Table.ts"
import { asked, cellsOf } from "./asked.ts"
import type { Sentence, Verdict } from "./Block.ts"
import { cellText } from "./cellText.ts"

type NumberColumn<A> = { [K in keyof A]-?: [A[K]] extends [number | null] ? K : never }[keyof A] & string

export const test = <A, E>(
  text: string,
  node: Node<Table<A>, E>,
  question: {
    readonly effect: NoInfer<NumberColumn<A>>
    readonly interval: readonly [low: NoInfer<NumberColumn<A>>, high: NoInfer<NumberColumn<A>>]
    readonly margin: number
    /** What the effect is called in words, where its column does not say it. */
    readonly called?: string
    readonly where?: (row: A) => boolean
  }
): Sentence<E> => ({
  _tag: "Sentence",
  kind: "hypothesis",
  node,
  text,
  reads: [question.effect, ...question.interval],
  judge: (table: Table<A>) => {
    const number = (row: A, column: keyof A) => row[column] as number | null
    const selected = (question.where === undefined ? table.rows : table.rows.filter(asked("where", question.where)))
      .filter((row) => number(row, question.effect) !== null)
    const verdicts = selected.map((row) => judgeOne(number(row, question.interval[0]), number(row, question.interval[1]), question.margin))
    const count = (verdict: Verdict["verdict"]) => verdicts.filter((one) => one === verdict).length
    const verdict = count("refuted") > 0 ? "refuted" : count("supported") === selected.length && selected.length > 0 ? "supported" : "undecided"
    const open = selected.filter((row) => number(row, question.interval[0]) === null || number(row, question.interval[1]) === null).length
    const effects = selected.map((row) => number(row, question.effect)!)
    const ends = selected.flatMap((row) => question.interval.flatMap((end) => number(row, end) ?? []))
    const range = (values: ReadonlyArray<number>) => {
      const [least, most] = [Math.min(...values), Math.max(...values)]
      return least === most ? cellText(least) : `from ${cellText(least)} to ${cellText(most)}`
    }
    return {
      name: text,
      kind: "hypothesis",
      verdict,
      evidence: selected.length === 0
        ? "no row has an effect to judge"
        : `${question.called ?? question.effect.replaceAll("_", " ")} ${range(effects)}` +
          `${ends.length === 0 ? "" : `, intervals ${range(ends)}`}, margin ${cellText(question.margin)}: ` +
          `${count("supported")} of ${selected.length} rows support it, ${count("refuted")} refute it, ${count("undecided")} stay open` +
          (open === 0 ? "" : ` (${open} have no interval, since all their runs agree or there is one run only)`),
      counterexamples: selected.filter((_, index) => verdicts[index] === "refuted").slice(0, 10).map(cellsOf)
    }
  }
})

/** An interval that is missing decides nothing. */
const judgeOne = (low: number | null, high: number | null, margin: number): "supported" | "refuted" | "undecided" => {
  if (low === null || high === null || Number.isNaN(low) || Number.isNaN(high)) return "undecided"
  if (low >= -margin && high <= margin) return "supported"
  return low > margin || high < -margin ? "refuted" : "undecided"
}
