/** A block is what a report sets between its paragraphs: a figure, a table, a claim or a hypothesis. */
import type { Node } from "../engine/Node.ts"
import type { Table } from "../engine/Table.ts"

/** A drawing of tables, as a cached file. */
export interface Figure<out E = never> {
  readonly _tag: "Figure"
  readonly node: Node<Uint8Array, E>
  /** The same drawing in the formats of papers and slides. */
  readonly pdf: Node<Uint8Array, E>
  readonly png: Node<Uint8Array, E>
  readonly caption: string
  /** Whether it shows bands or bars, which its caption then explains. */
  readonly intervals: boolean
}

/** A table shown as such, its first rows where it is long. */
export interface Shown<out E = never> {
  readonly _tag: "Table"
  readonly node: Node<Table<any>, E>
  readonly caption: string
  readonly columns: ReadonlyArray<string>
  readonly where: (row: any) => boolean
  readonly limit: number
  readonly links: { readonly [cell: string]: string }
}

/** A sentence that a machine can check on the rows of a table. */
export interface Sentence<out E = never> {
  readonly _tag: "Sentence"
  readonly kind: Verdict["kind"]
  readonly node: Node<Table<any>, E>
  readonly text: string
  /** The columns that are known to be read. */
  readonly reads: ReadonlyArray<string>
  readonly judge: (table: Table<any>) => Verdict
}

export type Block<E = never> = Figure<E> | Shown<E> | Sentence<E>

/** What became of a claim or a hypothesis. */
export interface Verdict {
  readonly name: string
  readonly kind: "claim" | "hypothesis"
  readonly verdict: "holds" | "fails" | "supported" | "refuted" | "undecided"
  /** The numbers behind the verdict, in words. */
  readonly evidence: string
  /** Rows that speak against it, at most ten. */
  readonly counterexamples: ReadonlyArray<Readonly<Record<string, string>>>
}

export type Failure<B> = B extends ReadonlyArray<infer C> ? Failure<C>
  : B extends { readonly node: Node<any, infer E> } ? E
  : never
