/**
 * A node is one result of an experiment that can be built: an output of a stage's call, or a grid of such
 * results gathered into one table. Making a node runs nothing; yielding one builds it, or reads it back
 * from the store where it is already there.
 */
import type * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import { Builder } from "./Builder.ts"
import type * as Column from "./Column.ts"
import type { Call } from "./Stage.ts"
import type { Table } from "./Table.ts"

/** The values of a cell by axis: they become the leading columns of a gathered table. */
export type Cell = { readonly [axis: string]: string | number | boolean }

/** Where a node comes from. */
export type Origin =
  | { readonly _tag: "Output"; readonly call: Call; readonly output: string }
  | { readonly _tag: "Gather"; readonly cells: ReadonlyArray<Cell>; readonly parts: ReadonlyArray<Any> }

/** An Effect that remembers. `A` is a `Table` or bytes; `E` gathers the failures of everything upstream. */
export class Node<out A, out E = never> extends Effectable.Class<A, E, Builder> {
  readonly origin: Origin
  /** The columns of a table; `undefined` for bytes. */
  readonly columns: ReadonlyArray<Column.Type> | undefined

  constructor(origin: Origin, columns: ReadonlyArray<Column.Type> | undefined) {
    super()
    this.origin = origin
    this.columns = columns
  }

  asEffect(): Effect.Effect<A, E, Builder> {
    return Builder.use((builder) => builder.value(this))
  }
}

export type Any = Node<any, any>
export type Row<N> = N extends Node<Table<infer A>, any> ? A : never
export type Failure<N> = N extends ReadonlyArray<infer M> ? Failure<M> : N extends Node<any, infer E> ? E : never

/** The nodes that a node is made from. */
export const inputs = (node: Any): ReadonlyArray<Any> =>
  node.origin._tag === "Gather" ? node.origin.parts : Object.values(node.origin.call.inputs).flat()

/** What a person calls the node: the stage, with its output where it has several. */
export const nameOf = (node: Any): string => {
  if (node.origin._tag === "Gather") return `${nameOf(node.origin.parts[0]!)} gathered`
  const { stage } = node.origin.call
  return Object.keys(stage.outputs).length > 1 ? `${stage.name}.${node.origin.output}` : stage.name
}
