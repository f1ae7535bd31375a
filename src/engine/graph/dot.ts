/** A graph in the language of Graphviz. */
import { colours, type Graph, lines, stateOf } from "./Graph.ts"

export const dot = ({ edges, nodes }: Graph): string =>
  [
    "digraph {",
    "  rankdir=LR",
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"]',
    ...nodes.map((node, place) => {
      const { fill, line } = colours[stateOf(node)]
      return `  n${place} [label="${lines(node).map(escaped).join("\\n")}", fillcolor="${fill}", color="${line}"]`
    }),
    ...edges.map(({ from, results, to }) => `  n${from} -> n${to}${results === 1 ? "" : ` [label="${results}"]`}`),
    "}"
  ].join("\n") + "\n"

const escaped = (text: string): string =>
  text.replaceAll(/["\\]/g, (character) => `\\${character}`).replaceAll("\n", " ")
