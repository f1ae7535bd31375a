/**
 * A report is prose with blocks set into it: Markdown, maths between dollars, figures, tables, claims.
 *
 *     Report`
 *     # Title
 *     Some prose. ${Figure.lines(…)} ${Claim.every(…)}`
 */
import * as Node from "../engine/Node.ts"
import { asked } from "./asked.ts"
import type { Block, Failure, Shown } from "./Block.ts"
import { checkBlock } from "./checkBlock.ts"
import type { Table } from "../engine/Table.ts"

export interface Report<out E = never> {
  readonly content: ReadonlyArray<string | Block<E>>
}

/** What may stand between the prose: blocks, lists of blocks, and values set as text. */
type Inset = Block<any> | ReadonlyArray<Block<any>> | string | number

const typeset = <const B extends ReadonlyArray<Inset>>(prose: TemplateStringsArray, ...insets: B): Report<Failure<B[number]>> => ({
  content: join(prose.raw.flatMap((text, index) => [text, ...(index < insets.length ? [insets[index]!].flat().map(checkBlock) : [])]))
})

/** Neighbouring pieces of text are one. */
const join = (pieces: ReadonlyArray<Block<any> | string | number>): ReadonlyArray<string | Block<any>> =>
  pieces.reduce<Array<string | Block<any>>>((joined, piece) => {
    const last = joined.at(-1)
    if (typeof piece === "object") joined.push(piece)
    else if (typeof last === "string") joined[joined.length - 1] = last + piece
    else joined.push(String(piece))
    return joined
  }, [])

/**
 * A table set into the page; `columns` and `where` choose of it, `limit` (default 20) cuts it. A cell that is a key of
 * `links` leads to that place of the page, such as `#figure-2`.
 */
const table = <A, E>(
  node: Node.Node<Table<A>, E>,
  options: {
    readonly caption: string
    readonly columns?: ReadonlyArray<NoInfer<keyof A & string>>
    readonly where?: (row: NoInfer<A>) => boolean
    readonly limit?: number
    readonly links?: { readonly [cell: string]: string }
  }
): Shown<E> => ({
  _tag: "Table",
  node,
  caption: options.caption,
  where: options.where === undefined ? () => true : asked(`the where of the table "${options.caption}"`, options.where),
  columns: options.columns ?? node.columns!.map(({ name }) => name),
  limit: options.limit ?? 20,
  links: options.links ?? {}
})

export const Report = Object.assign(typeset, { table })

/** Every node that the report shows or judges, and the files that come with it. */
export const nodes = (report: Report<any>): ReadonlyArray<Node.Any> =>
  report.content.flatMap((piece): ReadonlyArray<Node.Any> =>
    typeof piece === "string" ? [] : piece._tag === "Figure" ? [piece.node, piece.pdf, piece.png] : [piece.node])
