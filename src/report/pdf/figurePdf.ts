/**
 * A figure's SVG as a PDF of one page: the same lines, the same glyphs, typefaces embedded, nothing rasterized.
 *
 * It translates what `figure/Svg.ts` writes and refuses what it does not know.
 */
import { type Element, parse } from "./Element.ts"
import * as Fonts from "./Fonts.ts"
import * as Ink from "./Ink.ts"
import * as Objects from "./Objects.ts"
import { outline } from "./outline.ts"
import { setText } from "./setText.ts"

export const figurePdf = (svg: string): Uint8Array => {
  const root = parse(svg)
  const [, , width, height] = root.attributes["viewBox"]!.split(" ").map(Number) as [number, number, number, number]
  const page: Page = { fonts: Fonts.make(), states: new Map() }
  const content = [`1 0 0 -1 0 ${Ink.short(height)} cm`, ...drawChildren(root, Ink.of(Ink.initial, root), page)]

  const objects = Objects.make()
  const contents = objects.add(Objects.stream(Buffer.from(content.join("\n"), "latin1")))
  const fonts = page.fonts.embed(objects)
  const states = Array.from(page.states, ([state, name]) => `/${name} << ${state} >>`).join(" ")
  const parent = objects.next() + 1
  const leaf = objects.add(
    `<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 ${Ink.short(width)} ${Ink.short(height)}] /Contents ${contents} 0 R `
      + `/Resources << /Font << ${fonts} >> /ExtGState << ${states} >> >> >>`
  )
  objects.add(`<< /Type /Pages /Kids [${leaf} 0 R] /Count 1 >>`)
  return objects.file(objects.add(`<< /Type /Catalog /Pages ${parent} 0 R >>`))
}

/** What a page needs besides its content, found while that is drawn. */
interface Page {
  readonly fonts: Fonts.Fonts
  /** The names of the graphics states, by what they set. */
  readonly states: Map<string, string>
}

const drawChildren = ({ children }: Element, ink: Ink.Ink, page: Page): ReadonlyArray<string> =>
  children.flatMap((child) => (typeof child === "string" ? [] : draw(child, Ink.of(ink, child), page)))

const draw = (element: Element, ink: Ink.Ink, page: Page): ReadonlyArray<string> => {
  const content = contentOf(element, ink, page)
  const before = [...movedBy(element), ...fadedBy(ink, page)]
  return content.length === 0 || before.length === 0 ? content : ["q", ...before, ...content, "Q"]
}

const contentOf = (element: Element, ink: Ink.Ink, page: Page): ReadonlyArray<string> => {
  switch (element.name) {
    case "title":
      return []
    case "g":
      return drawChildren(element, ink, page)
    case "svg":
      return clipped(element, drawChildren(element, ink, page))
    case "text":
      return [setText(element, ink, page.fonts)]
    default:
      return painted(outline(element), ink)
  }
}

/** A nested svg shows what lies within its own box; it has its own box for a viewBox, so that nothing moves. */
const clipped = ({ attributes }: Element, content: ReadonlyArray<string>): ReadonlyArray<string> =>
  ["q", `${["x", "y", "width", "height"].map((name) => attributes[name]).join(" ")} re W n`, ...content, "Q"]

const painted = (outline: string, ink: Ink.Ink): ReadonlyArray<string> => {
  const [fill, stroke] = [Ink.rgb(ink.fill, ink), Ink.rgb(ink.stroke, ink)]
  const pen = [
    `${stroke} RG ${Ink.short(ink.strokeWidth)} w`,
    `[${ink.dashes === "none" ? "" : ink.dashes}] 0 d`,
    `${ink.cap === "round" ? 1 : 0} J ${ink.join === "round" ? 1 : 0} j`
  ].join(" ")
  if (outline === "" || (fill === undefined && stroke === undefined)) return []
  return [
    ...(fill === undefined ? [] : [`${fill} rg`]),
    ...(stroke === undefined ? [] : [pen]),
    `${outline} ${fill === undefined ? "S" : stroke === undefined ? "f" : "B"}`
  ]
}

const movedBy = ({ attributes: { transform = "" } }: Element): ReadonlyArray<string> =>
  Array.from(transform.matchAll(/(\w+)\(([^)]*)\)/g), ([, kind, places]) => {
    const [a = 0, b = 0] = places!.trim().split(/[\s,]+/).map(Number)
    // A quarter turn: 90 in SVG is clockwise.
    return kind === "rotate" ? `0 ${a < 0 ? "-1 1" : "1 -1"} 0 0 0 cm` : `1 0 0 1 ${Ink.short(a)} ${Ink.short(b)} cm`
  })

const fadedBy = (ink: Ink.Ink, { states }: Page): ReadonlyArray<string> => {
  const [fill, stroke] = [ink.opacity * ink.fillOpacity, ink.opacity]
  if (fill === 1 && stroke === 1) return []
  const state = `/ca ${Ink.short(fill)} /CA ${Ink.short(stroke)}`
  const name = states.get(state) ?? `A${states.size + 1}`
  states.set(state, name)
  return [`/${name} gs`]
}
