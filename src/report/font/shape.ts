/** Text as glyphs with their places, kerned and with accents where they belong, by HarfBuzz. */
import * as HarfBuzz from "harfbuzzjs"
import * as Asset from "../../engine/Asset.ts"
import type { Typeface } from "./Typeface.ts"

/** A typeface that is open. Lengths are in thousandths of an em. */
export interface Face {
  readonly typeface: Typeface
  readonly bytes: Uint8Array
  readonly has: (character: string) => boolean
  readonly shape: (text: string) => ReadonlyArray<Glyph>
  /** The advance of a glyph by itself. */
  readonly advance: (glyph: number) => number
  readonly ascent: number
  readonly descent: number
  /** [left, bottom, right, top] of all glyphs. */
  readonly box: ReadonlyArray<number>
}

export interface Glyph {
  readonly id: number
  /** The characters that it stands for: none where the glyph before it stands for them. */
  readonly text: string
  /** To the right and up, from where it would stand by itself. */
  readonly dx: number
  readonly dy: number
  readonly advance: number
}

export const open = (typeface: Typeface): Face => {
  const bytes = Asset.bytes(typeface.url())
  const face = new HarfBuzz.Face(new HarfBuzz.Blob(bytes))
  const font = new HarfBuzz.Font(face)
  const scaled = (length: number) => (length * 1000) / face.upem
  const head = Buffer.from(face.referenceTable("head")!)
  const { ascender, descender } = font.hExtents()
  return {
    typeface,
    bytes,
    has: (character) => [...character].every((one) => font.nominalGlyph(one.codePointAt(0)!) !== undefined),
    shape: (text) => {
      const buffer = new HarfBuzz.Buffer()
      buffer.addText(text)
      buffer.setClusterLevel(HarfBuzz.ClusterLevel.MONOTONE_CHARACTERS)
      buffer.guessSegmentProperties()
      HarfBuzz.shape(font, buffer)
      const places = buffer.getGlyphPositions()
      const infos = buffer.getGlyphInfos()
      const starts = [...new Set(infos.map(({ cluster }) => cluster))].sort((a, b) => a - b)
      return infos.map(({ cluster, codepoint }, index): Glyph => {
        const { xAdvance, xOffset, yOffset } = places[index]!
        return {
          id: codepoint,
          text: infos[index - 1]?.cluster === cluster ? "" : text.slice(cluster, starts.find((start) => start > cluster)),
          dx: scaled(xOffset),
          dy: scaled(yOffset),
          advance: scaled(xAdvance)
        }
      })
    },
    advance: (glyph) => scaled(font.glyphHAdvance(glyph)),
    ascent: scaled(ascender),
    descent: scaled(descender),
    box: [36, 38, 40, 42].map((at) => scaled(head.readInt16BE(at)))
  }
}
