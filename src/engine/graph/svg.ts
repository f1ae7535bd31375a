/** A graph as a drawing of its own: boxes in layers from left to right, and curves between them. */
import { colours, type Graph, lines, type Node, stateOf } from "./Graph.ts"
import { layersOf, type Place } from "./Layers.ts"

/** In pixels; a letter of the monospaced font is 0.6 of its size wide. */
const [size, letter, line, pad, gap, room] = [12, 7.2, 16, 8, 14, 56]

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const svg = (graph: Graph): string => {
  const { layers, paths } = layersOf(graph)
  const boxes = boxesOf(layers, graph.nodes)
  const all = [...boxes.values()]
  const [width, height] = [
    most(all.map(({ width, x }) => x + width)) + gap,
    most(all.map(({ height, y }) => y + height)) + gap
  ]
  return (
    [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" font-family="ui-monospace, monospace" font-size="${size}">`,
      `<rect width="100%" height="100%" fill="#ffffff"/>`,
      ...paths.map((path, index) =>
        curve(
          path.map((place) => boxes.get(place)!),
          graph.edges[index]!.results
        )
      ),
      ...Array.from(boxes, ([{ node }, box]) => node === undefined ? "" : drawn(box, graph.nodes[node]!)).filter(
        (text) => text !== ""
      ),
      "</svg>"
    ].join("\n") + "\n"
  )
}

const boxesOf = (layers: ReadonlyArray<ReadonlyArray<Place>>, nodes: ReadonlyArray<Node>): ReadonlyMap<Place, Box> => {
  const sized = layers.map((layer) => layer.map((place) => ({ place, ...sizeOf(place, nodes) })))
  const heights = sized.map((layer) => layer.reduce((sum, { height }) => sum + height + gap, -gap))
  const tallest = most(heights)
  const boxes = new Map<Place, Box>()
  let x = gap
  for (const [index, layer] of sized.entries()) {
    const width = most(layer.map((one) => one.width))
    let y = gap + (tallest - heights[index]!) / 2
    for (const one of layer) {
      boxes.set(one.place, { x, y, height: one.height, width })
      y += one.height + gap
    }
    x += width + room
  }
  return boxes
}

const sizeOf = ({ node }: Place, nodes: ReadonlyArray<Node>): Pick<Box, "width" | "height"> => {
  if (node === undefined) return { width: 0, height: 0 }
  const text = lines(nodes[node]!)
  return {
    width: 2 * pad + letter * Math.max(...text.map((one) => [...one].length)),
    height: 2 * pad + line * text.length
  }
}

const drawn = ({ height, width, x, y }: Box, node: Node): string => {
  const colour = colours[stateOf(node)]
  const text = lines(node).map(
    (one, index) =>
      `<text x="${round(x + pad)}" y="${round(y + pad + line * index + size)}"${index === 0 ? "" : ` fill="#5b616b"`}>${escaped(one)}</text>`
  )
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="5" fill="${colour.fill}" stroke="${colour.line}"/>${text.join("")}`
}

/** From the right side of a box to the left side of the next; thicker where more results go along. */
const curve = (boxes: ReadonlyArray<Box>, results: number): string => {
  const [first, ...others] = boxes
  const thickness = `fill="none" stroke="#8a8f98" stroke-width="${round(Math.min(3, 1 + Math.log10(results) / 2))}"`
  if (others[0] === first) return `<path d="${loop(first!)}" ${thickness}/>`
  const start = `M${round(first!.x + first!.width)} ${round(first!.y + first!.height / 2)}`
  const bends = others.map(({ height, width, x, y }, index) => {
    const from = boxes[index]!
    const [right, middle] = [from.x + from.width, y + height / 2]
    const half = (right + x) / 2
    // Where it only passes a layer, it goes straight through.
    const through = index < others.length - 1 ? `H${round(x + width)}` : ""
    return `C${round(half)} ${round(from.y + from.height / 2)} ${round(half)} ${round(middle)} ${round(x)} ${round(middle)}${through}`
  })
  return `<path d="${start}${bends.join("")}" ${thickness}/>`
}

/** A stage that goes on from itself. */
const loop = ({ height, width, x, y }: Box): string =>
  `M${round(x + width)} ${round(y + height / 3)}c${gap} -${gap} ${gap} ${round(height / 3 + gap)} 0 ${round(height / 3)}`

/** The greatest, of however many. */
const most = (values: ReadonlyArray<number>): number => values.reduce((most, value) => Math.max(most, value), 0)

const round = (value: number): string => String(Math.round(10 * value) / 10)

const escaped = (text: string): string =>
  text
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/gu, " ")
