/**
 * Where the nodes of a graph stand when it is drawn: in layers, each to the right of all that it is made from, and
 * within a layer near what they are joined with (Sugiyama's method, with the mean of the neighbours' places).
 */
import type { Graph } from "./Graph.ts"

export interface Layers {
  /** From left to right; in each from top to bottom. */
  readonly layers: ReadonlyArray<ReadonlyArray<Place>>
  /** Of each edge the places that it leads through, from its source to its target. */
  readonly paths: ReadonlyArray<ReadonlyArray<Place>>
}

/** A node, or where an edge passes through a layer. */
export interface Place {
  readonly node: number | undefined
}

export const layersOf = ({ edges, nodes }: Graph): Layers => {
  const depths = nodes.map(() => 0)
  const sources = Map.groupBy(edges, ({ to }) => to)
  // Each node stands after those that it is made from; edges that lead back are let be.
  for (const place of nodes.keys()) {
    for (const { from } of sources.get(place) ?? []) {
      if (from < place) depths[place] = Math.max(depths[place]!, depths[from]! + 1)
    }
  }
  const layers: ReadonlyArray<Array<Place>> = Array.from(
    { length: depths.reduce((most, depth) => Math.max(most, depth), 0) + 1 },
    () => []
  )
  const places = nodes.map((_, node): Place => ({ node }))
  for (const [node, place] of places.entries()) layers[depths[node]!]!.push(place)
  const paths = edges.map(({ from, to }) => {
    const between = Array.from({ length: Math.max(0, depths[to]! - depths[from]! - 1) }, (): Place => ({
      node: undefined
    }))
    for (const [index, place] of between.entries()) layers[depths[from]! + 1 + index]!.push(place)
    return [places[from]!, ...between, places[to]!]
  })
  return { layers: ordered(layers, paths), paths }
}

/** Sweeps to and fro, so often that more change little. */
const sweeps = 8

const ordered = (
  layers: ReadonlyArray<ReadonlyArray<Place>>,
  paths: ReadonlyArray<ReadonlyArray<Place>>
): ReadonlyArray<ReadonlyArray<Place>> => {
  const steps = paths.flatMap((path) => path.slice(1).map((place, index) => [path[index]!, place] as const))
  const before = Map.groupBy(steps, ([, place]) => place)
  const after = Map.groupBy(steps, ([place]) => place)
  const at = new Map(layers.flatMap((layer) => layer.map((place, index) => [place, index] as const)))
  const sorted = layers.map((layer) => [...layer])
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const forth = sweep % 2 === 0
    for (const layer of forth ? sorted : sorted.toReversed()) {
      const mean = new Map(
        layer.map((place) => {
          const neighbours = forth
            ? before.get(place)?.map(([from]) => at.get(from)!)
            : after.get(place)?.map(([, to]) => at.get(to)!)
          return [
            place,
            neighbours === undefined
              ? at.get(place)!
              : neighbours.reduce((sum, index) => sum + index, 0) / neighbours.length
          ] as const
        })
      )
      layer.sort((a, b) => mean.get(a)! - mean.get(b)!)
      for (const [index, place] of layer.entries()) at.set(place, index)
    }
  }
  return sorted
}
