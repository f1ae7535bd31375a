/** A graph as a Mermaid flowchart, which Markdown pages draw. */
import { colours, type Graph, lines, stateOf } from "./Graph.ts"

export const mermaid = ({ edges, nodes }: Graph): string =>
  [
    "flowchart LR",
    ...nodes.map((node, place) => `  n${place}["${lines(node).map(escaped).join("<br/>")}"]:::${stateOf(node)}`),
    ...edges.map(({ from, results, to }) => `  n${from} -->${results === 1 ? "" : `|${results}|`} n${to}`),
    ...Object.entries(colours).map(
      ([state, { fill, line }]) => `  classDef ${state} fill:${fill},stroke:${line},color:#1a1d21`
    )
  ].join("\n") + "\n"

/** Mermaid knows characters by their numbers. */
const escaped = (text: string): string =>
  text.replace(/[^\p{L}\p{N} ,.=_-]/gu, (character) => `#${character.codePointAt(0)};`)
