/** A claim must hold on every row that it selects; that it selects none is a failure too. */
import type { Node } from "../engine/Node.ts"
import type { Table } from "../engine/Table.ts"
import { asked, cellsOf } from "./asked.ts"
import type { Sentence } from "./Block.ts"

/**
 * `holds` is asked of every row for which `where` is true.
 *
 * A claim that fails shows up to ten counterexamples and makes the run end with exit code 1.
 */
export const every = <A, E>(
  text: string,
  node: Node<Table<A>, E>,
  rule: { readonly where?: (row: A) => boolean; readonly holds: (row: A) => boolean }
): Sentence<E> => ({
  _tag: "Sentence",
  kind: "claim",
  node,
  text,
  reads: [],
  judge: (table: Table<A>) => {
    const holds = asked("holds", rule.holds)
    const selected = rule.where === undefined ? table.rows : table.rows.filter(asked("where", rule.where))
    const against = selected.filter((row) => !holds(row))
    return {
      name: text,
      kind: "claim",
      verdict: selected.length > 0 && against.length === 0 ? "holds" : "fails",
      evidence: selected.length === 0
        ? `no row of ${table.length} is selected, and a claim about nothing does not hold`
        : `${selected.length - against.length} of ${selected.length} rows`,
      counterexamples: against.slice(0, 10).map(cellsOf)
    }
  }
})
