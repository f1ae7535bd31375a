/** Tables given by hand as nodes, and the SVG of the figures made from them. */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Column from "../../src/engine/Column.ts"
import { Node } from "../../src/engine/Node.ts"
import * as Table from "../../src/engine/Table.ts"
import type { Figure } from "../../src/report/Figure.ts"
import { Draw } from "../../src/report/figure/Draw.ts"

const held = new WeakMap<object, Table.Table<any>>()

/** A node that holds these rows. */
export const given = <F extends Schema.Struct.Fields>(
  schema: Schema.Struct<F>,
  rows: ReadonlyArray<Schema.Struct<F>["Type"]>
): Node<Table.Table<Schema.Struct<F>["Type"]>> => {
  const types = Column.typesOf(schema)
  const node = new Node<Table.Table<Schema.Struct<F>["Type"]>>({ _tag: "Gather", cells: [], parts: [] }, types)
  held.set(node, Table.make(types, rows))
  return node
}

/** What the stage makes of a figure, or its failure. */
export const drawn = (figure: Figure<any>): Effect.Effect<string, unknown> =>
  Effect.map(
    Draw.definition.run({ spec: figure.spec }, { tables: figure.tables.map((node) => held.get(node)) }),
    (bytes) => new TextDecoder().decode(bytes)
  )

export const svgOf = (figure: Figure<any>): string => Effect.runSync(drawn(figure))
export const refusalOf = (figure: Figure<any>): unknown => Effect.runSync(Effect.flip(drawn(figure)))
