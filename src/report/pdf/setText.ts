/** Text elements of SVG as operators of PDF: shaped, anchored, each glyph where SVG would have it. */
import type { Face } from "../font/shape.ts"
import type { Element } from "./Element.ts"
import { type Fonts, hex } from "./Fonts.ts"
import * as Ink from "./Ink.ts"

/** The page's y axis points down here: text is turned over to stand upright. */
export const setText = (element: Element, ink: Ink.Ink, fonts: Fonts): string => {
  const runs = runsOf(element, ink)
  const placed = runs.reduce<ReadonlyArray<Placed>>((done, run, index) => {
    const before = done.at(-1)
    const starts = before === undefined || run.x !== undefined
    const x = (run.x ?? before?.end ?? 0) + run.dx
    const y = (run.y ?? before?.y ?? 0) + run.dy
    return [...done, place(run, x, y, starts ? index : before.chunk, fonts)]
  }, [])
  return placed.flatMap((one) => {
    const chunk = placed.filter((other) => other.chunk === one.chunk)
    const width = chunk.at(-1)!.end - chunk[0]!.start
    const shift = one.ink.anchor === "middle" ? width / 2 : one.ink.anchor === "end" ? width : 0
    return lines(one.glyphs).map((line) => show(line, one.ink, shift, fonts))
  }).join("\n")
}

/** A stretch of text of one look. */
interface Run {
  readonly text: string
  readonly ink: Ink.Ink
  readonly x: number | undefined
  readonly y: number | undefined
  readonly dx: number
  readonly dy: number
}

const runsOf = (element: Element, ink: Ink.Ink): ReadonlyArray<Run> => {
  const number = ({ attributes }: Element, name: string) => name in attributes ? Number(attributes[name]) : undefined
  const runs = element.children.map((child): Run =>
    typeof child === "string"
      ? { text: child, ink, x: undefined, y: undefined, dx: 0, dy: 0 }
      : {
        text: child.children.join(""),
        ink: Ink.of(ink, child),
        x: number(child, "x"),
        y: number(child, "y"),
        dx: number(child, "dx") ?? 0,
        dy: number(child, "dy") ?? 0
      })
  return runs.map((run, index) => ({
    ...run,
    text: collapsed(run.text, index === 0, index === runs.length - 1),
    ...(index === 0 && { x: run.x ?? number(element, "x") ?? 0, y: run.y ?? number(element, "y") ?? 0 })
  }))
}

/** White space as SVG has it: one space for many, none at the ends. */
const collapsed = (text: string, first: boolean, last: boolean): string => {
  const single = text.replace(/[ \t\r\n]+/g, " ")
  return (last ? (line: string) => line.replace(/ $/, "") : String)(first ? single.replace(/^ /, "") : single)
}

interface Placed {
  readonly ink: Ink.Ink
  /** The run with which its stretch of anchored text begins. */
  readonly chunk: number
  readonly start: number
  readonly end: number
  readonly y: number
  readonly glyphs: ReadonlyArray<PlacedGlyph>
}

interface PlacedGlyph {
  readonly face: Face
  readonly id: number
  readonly text: string
  readonly x: number
  readonly y: number
  /** Its own advance, as a PDF viewer takes it. */
  readonly width: number
}

const place = ({ ink, text }: Run, start: number, y: number, chunk: number, fonts: Fonts): Placed => {
  const em = ink.size / 1000
  let x = start
  const glyphs = fonts.split(text, ink.family, ink.italic, ink.bold).flatMap(({ face, text }) =>
    face.shape(text).map((glyph): PlacedGlyph => {
      const at = x
      x += glyph.advance * em
      return { face, id: glyph.id, text: glyph.text, x: at + glyph.dx * em, y: y - glyph.dy * em, width: face.advance(glyph.id) * em }
    }))
  return { ink, chunk, start, end: x, y, glyphs }
}

/** Neighbours of one typeface on one line are shown at once. */
const lines = (glyphs: ReadonlyArray<PlacedGlyph>): ReadonlyArray<ReadonlyArray<PlacedGlyph>> =>
  glyphs.reduce<Array<Array<PlacedGlyph>>>((lines, glyph) => {
    const last = lines.at(-1)
    if (last !== undefined && last[0]!.face === glyph.face && last[0]!.y === glyph.y) last.push(glyph)
    else lines.push([glyph])
    return lines
  }, [])

const show = (glyphs: ReadonlyArray<PlacedGlyph>, ink: Ink.Ink, shift: number, fonts: Fonts): string => {
  const [first] = glyphs as readonly [PlacedGlyph, ...ReadonlyArray<PlacedGlyph>]
  const names = glyphs.map(({ face, id, text }) => fonts.use(face, id, text))
  const codes = glyphs.map(({ id, x }, index) => {
    const before = glyphs[index - 1]
    const gap = before === undefined ? 0 : ((before.x + before.width - x) * 1000) / ink.size
    return `${Math.abs(gap) < 0.05 ? "" : Ink.short(gap)}<${hex(id)}>`
  })
  const color = Ink.rgb(ink.fill, ink) ?? "0 0 0"
  return `${color} rg BT /${names[0]} ${Ink.short(ink.size)} Tf 1 0 0 -1 ${Ink.short(first.x - shift)} ${Ink.short(first.y)} Tm [${codes.join("")}] TJ ET`
}
