/** Drawings of plans: what they fold, and that they are drawn so that they can be read. */
import * as fc from "../fc.ts"
import { describe, expect, it } from "vitest"
import { dot } from "../../src/engine/graph/dot.ts"
import * as Graph from "../../src/engine/graph/Graph.ts"
import { layersOf } from "../../src/engine/graph/Layers.ts"
import { mermaid } from "../../src/engine/graph/mermaid.ts"
import { svg } from "../../src/engine/graph/svg.ts"
import * as Grid from "../../src/engine/Grid.ts"
import type { Any } from "../../src/engine/Node.ts"
import * as Plan from "../../src/engine/Plan.ts"
import { fingerprints } from "./lab.ts"
import { Halves, Numbers, Page, Sum } from "./sums.ts"

const planOf = (...roots: ReadonlyArray<Any>) => Plan.plan(roots, { fingerprints: fingerprints({}), snapshot: { trace: () => undefined, has: () => false, traces: () => [], damaged: [] } })
const grid = Grid.map(Grid.range("seed", 1, 3), ({ seed }) => Halves({ numbers: Numbers({ seed }) }).whole)
const named = ({ edges, nodes }: Graph.Graph) => edges.map(({ from, results, to }) => `${nodes[from]!.name} → ${nodes[to]!.name} ×${results}`)

/** Graphs of any shape whose nodes come after those that they are made from. */
const graphs: fc.Arbitrary<Graph.Graph> = fc.array(fc.record({ name: fc.string({ unit: "binary", minLength: 1 }), calls: fc.integer({ min: 1, max: 99 }), from: fc.array(fc.nat(), { maxLength: 3 }) }), { minLength: 1, maxLength: 25 })
  .map((drawn) => ({
    nodes: drawn.map(({ calls, name }, index) => ({ name, calls, builds: index % 3 === 0 ? calls : 0 })),
    edges: drawn.flatMap(({ from }, to) => [...new Set(from.map((place) => place % (to + 1)))].map((from) => ({ from, to, results: 1 + to })))
  }))

describe("a folded graph", () => {
  it("has a node for each stage, and counts the results that go from one to the other, through grids", () => {
    const graph = Graph.folded(planOf(Page({ title: "t", sums: [Sum({ of: grid }), Sum({ of: Numbers({ seed: 1 }) })] })))
    expect(graph.nodes).toEqual([
      { name: "numbers", calls: 3, builds: 3 }, { name: "halves", calls: 3, builds: 3 }, { name: "sum", calls: 2, builds: 2 }, { name: "page", calls: 1, builds: 1 }
    ])
    expect(named(graph).toSorted()).toEqual(["halves → sum ×3", "numbers → halves ×3", "numbers → sum ×1", "sum → page ×2"])
  })

  it("shows a stage that goes on from itself, and has inputs first whatever the order of the roots", () => {
    const twice = Halves({ by: 3, numbers: Halves({ numbers: Numbers({ seed: 1 }) }).whole }).whole
    const graph = Graph.folded(planOf(Sum({ of: Numbers({ seed: 2 }) }), Sum({ of: twice })))
    expect(graph.nodes.map(({ name }) => name)).toEqual(["numbers", "halves", "sum"])
    expect(named(graph)).toContain("halves → halves ×1")
  })

  it("of thousands of calls is as small", () => {
    const many = Grid.map(Grid.range("seed", 1, 5000), ({ seed }) => Sum({ of: Numbers({ seed }) }))
    const graph = Graph.folded(planOf(many))
    expect(graph.nodes.map(({ calls, name }) => `${name} ${calls}`)).toEqual(["numbers 5000", "sum 5000"])
    expect(svg(graph).length).toBeLessThan(3000)
  })
})

it("a whole graph has a node for each call and each grid, named as a person names it", () => {
  const { nodes } = Graph.whole(planOf(grid))
  expect(nodes.map(({ name }) => name).toSorted()).toEqual([
    "halves gathered", "halves[seed=1]", "halves[seed=2]", "halves[seed=3]", "numbers[seed=1]", "numbers[seed=2]", "numbers[seed=3]"
  ])
})

describe("the layers of any graph", () => {
  it("put each node to the right of what it is made from, once, and lead each edge through every layer between", () =>
    fc.assert(fc.property(graphs, (graph) => {
      const { layers, paths } = layersOf(graph)
      const layerOf = new Map(layers.flatMap((layer, index) => layer.map((place) => [place, index] as const)))
      const nodes = layers.flat().flatMap(({ node }) => node === undefined ? [] : [node])
      expect(nodes.toSorted((a, b) => a - b)).toEqual(graph.nodes.map((_, node) => node))
      for (const [index, path] of paths.entries()) {
        const { from, to } = graph.edges[index]!
        expect([path[0]!.node, path.at(-1)!.node]).toEqual([from, to])
        if (from === to) continue
        expect(path.map((place) => layerOf.get(place)!)).toEqual(path.map((_, step) => layerOf.get(path[0]!)! + step))
      }
    })))
})

describe("a drawing of any graph", () => {
  it("has boxes that do not overlap, and lie within it", () => fc.assert(fc.property(graphs, (graph) => {
    const text = svg(graph)
    const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(text)!.map(Number)
    const boxes = [...text.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map((match) => match.slice(1).map(Number) as [number, number, number, number])
    expect(boxes.length).toBe(graph.nodes.length)
    for (const [index, [x, y, w, h]] of boxes.entries()) {
      expect(x + w).toBeLessThanOrEqual(width!)
      expect(y + h).toBeLessThanOrEqual(height!)
      for (const [a, b, c, d] of boxes.slice(index + 1)) expect(x + w <= a || a + c <= x || y + h <= b || b + d <= y).toBe(true)
    }
    expect(text.match(/<path /g)?.length ?? 0).toBe(graph.edges.length)
  })))

  it("is text that no name can break", () => fc.assert(fc.property(graphs, (graph) => {
    const text = svg(graph)
    expect(text.replace(/<\/?(svg|rect|path|text)\b[^<>]*>/g, "")).not.toMatch(/[<>]|&(?!#\d+;)/)
    expect(text.isWellFormed()).toBe(true)
    for (const line of mermaid(graph).trimEnd().split("\n").slice(1)) expect(line).toMatch(/^  (n\d+\["[\p{L}\p{N} ,.=_#;<br/>-]*"\]:::(hit|part|build)|n\d+ -->(\|\d+\|)? n\d+|classDef \w+ [\w#:,]+)$/u)
    for (const line of dot(graph).trimEnd().split("\n").slice(3, -1)) expect(line).toMatch(/^  (n\d+ \[label="([^"\\\n]|\\.)*", fillcolor="#\w+", color="#\w+"\]|n\d+ -> n\d+( \[label="\d+"\])?)$/u)
  })))

  it("says what is to be built", () => {
    const graph = Graph.folded(planOf(Sum({ of: Numbers({ seed: 1 }) })))
    expect(mermaid(graph)).toBe([
      "flowchart LR", "  n0[\"numbers<br/>to build\"]:::build", "  n1[\"sum<br/>to build\"]:::build", "  n0 --> n1",
      "  classDef hit fill:#ffffff,stroke:#8a8f98,color:#1a1d21", "  classDef part fill:#fff3d6,stroke:#b7791f,color:#1a1d21", "  classDef build fill:#ffe3df,stroke:#c0392b,color:#1a1d21", ""
    ].join("\n"))
    expect(dot(graph)).toContain("n0 -> n1\n")
  })
})
