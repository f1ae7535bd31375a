// Graphs of many nodes, each a list of the nodes that it takes: the same for us and for the peers.

export const shapes = ["wide", "deep", "lattice"] as const
export type Shape = (typeof shapes)[number]

/** For each node those before it that it takes. The last one is what is asked for; it takes all of a wide graph. */
export const graph = (shape: Shape, nodes: number): ReadonlyArray<ReadonlyArray<number>> => {
  const all = Array.from({ length: nodes }, (_, node) => node)
  switch (shape) {
    case "wide":
      return all.map((node) => node < nodes - 1 ? [] : all.slice(0, -1))
    case "deep":
      return all.map((node) => node === 0 ? [] : [node - 1])
    case "lattice": {
      // Each node takes the one above it and the one to its left.
      const side = Math.ceil(Math.sqrt(nodes))
      return all.map((node) => [...(node < side ? [] : [node - side]), ...(node % side === 0 ? [] : [node - 1])])
    }
  }
}
