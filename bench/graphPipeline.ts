// A pipeline whose steps compute nothing: what it takes is what the engine takes.

import { Effect, Grid, Pipeline, Report, Schema, Stage } from "dln-lab"
import { graph, shapes } from "./graph.ts"

const Row = Schema.Struct({ value: Schema.Int })

export const Step = Stage.make(import.meta.url, "step", {
  params: { node: Schema.Int },
  inputs: { from: Stage.many(Row) },
  outputs: Row,
  run: ({ node }, { from }) => Effect.succeed([{ value: from.reduce((sum, table) => (sum + table.column("value")[0]!) % 1000, node) }])
})

export const Sum = Stage.make(import.meta.url, "sum", {
  params: {},
  inputs: { of: Row },
  outputs: Row,
  run: (_, { of }) => Effect.succeed([{ value: of.rows.reduce((sum, { value }) => (sum + value) % 1000, 0) }])
})

export default Pipeline.make("graph", {
  about: "how long does a graph of many steps take?",
  params: { shape: Schema.Literals(shapes), nodes: Schema.Int },
  defaults: { shape: "lattice" as const, nodes: 10_000 },
  presets: {}
}, ({ shape, nodes }) => {
  const made: Array<ReturnType<typeof Step>> = []
  const steps = shape === "wide" ? [] : graph(shape, nodes)
  for (const [node, from] of steps.entries()) made.push(Step({ node, from: from.map((input) => made[input]!) }))
  const end = shape === "wide"
    ? Sum({ of: Grid.map(Grid.range("node", 1, nodes - 1), ({ node }) => Step({ node, from: [] })) })
    : made.at(-1)!
  return { tables: { end }, report: Report`# A graph` }
})
