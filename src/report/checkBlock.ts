/** What stands in a report, checked again: the file of a pipeline runs whether or not its types are right. */
import type { Any } from "../engine/Node.ts"
import { said } from "../engine/WrongValue.ts"
import type { Block } from "./Block.ts"

/** The same, if it may stand between the prose. */
export const checkBlock = <A extends Block<any> | string | number>(inset: A): A => {
  if (typeof inset === "string" || typeof inset === "number") return inset
  const block: Block<any> | undefined = inset ?? undefined
  switch (block?._tag) {
    case "Figure":
      return inset
    case "Table":
      checkColumns(block.caption, block.node, block.columns)
      return inset
    case "Sentence":
      checkColumns(block.text, block.node, block.reads)
      return inset
    default:
      throw new WrongReport(`holds ${said(inset)} where text, a number, a figure, a table, a claim or a hypothesis may stand`)
  }
}

const checkColumns = (name: string, node: Any | undefined, reads: ReadonlyArray<string>): void => {
  const columns = node?.columns?.map(({ name }) => name)
  if (columns === undefined) throw new WrongReport(`asks "${name}" of what is no node of a table`)
  const unknown = reads.find((column) => !columns.includes(column))
  if (unknown !== undefined) throw new WrongReport(`reads the column "${unknown}" for "${name}"; the columns are ${columns.join(", ")}`)
}

export class WrongReport extends Error {
  constructor(problem: string) {
    super(`the report ${problem}`)
  }
}
