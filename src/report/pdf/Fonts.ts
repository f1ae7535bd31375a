/**
 * The typefaces of one PDF page: which of their glyphs it uses, and the objects that embed them.
 *
 * Each is a composite font whose codes are glyph numbers (ISO 32000-1, 9.7.4), with the characters that they stand for,
 * so that text can be searched and copied.
 */
import type { Face } from "../font/shape.ts"
import { open } from "../font/shape.ts"
import { subset } from "../font/subset.ts"
import * as Typeface from "../font/Typeface.ts"
import { type Objects, stream } from "./Objects.ts"

export interface Fonts {
  /** The text in pieces of one typeface: the wanted one as far as it has the characters. */
  readonly split: (text: string, family: string, italic: boolean, bold: boolean) => ReadonlyArray<Piece>
  /** The resource name of a face on the page; the glyph that stands for the text will be embedded. */
  readonly use: (face: Face, glyph: number, text: string) => string
  /** The entries of the page's font resources. */
  readonly embed: (objects: Objects) => string
}

export interface Piece {
  readonly face: Face
  readonly text: string
}

interface Used {
  readonly name: string
  readonly glyphs: Map<number, string>
}

export const make = (): Fonts => {
  const faces = Typeface.all()
  const opened = new Map<Typeface.Typeface, Face>()
  const used = new Map<Face, Used>()
  const faceOf = (typeface: Typeface.Typeface): Face => {
    const face = opened.get(typeface) ?? open(typeface)
    opened.set(typeface, face)
    return face
  }
  return {
    split: (text, family, italic, bold) => {
      const wanted = faces.find((face) => family.includes(face.family) && face.italic === italic && face.bold === bold)
        ?? faces.find((face) => family.includes(face.family))
        ?? faces[0]!
      const pieces: Array<Piece> = []
      // A letter and its accents are set in one typeface.
      for (const letter of text.match(/\P{M}\p{M}*|\p{M}+/gu) ?? []) {
        const face = faceOf([wanted, ...faces].find((typeface) => faceOf(typeface).has(letter)) ?? wanted)
        const last = pieces.at(-1)
        if (last?.face === face) pieces[pieces.length - 1] = { face, text: last.text + letter }
        else pieces.push({ face, text: letter })
      }
      return pieces
    },
    use: (face, glyph, text) => {
      const entry = used.get(face) ?? { name: `F${used.size + 1}`, glyphs: new Map() }
      used.set(face, entry)
      if (!entry.glyphs.has(glyph)) entry.glyphs.set(glyph, text)
      return entry.name
    },
    embed: (objects) => {
      if (used.size === 0) return ""
      const { ofGlyphs } = subset()
      return [...used]
        .map(([face, { glyphs, name }]) => {
          const file = ofGlyphs(face.bytes, glyphs.keys())
          return `/${name} ${fontObject(objects, face, new Map([...glyphs].sort(([a], [b]) => a - b)), file, name)} 0 R`
        })
        .join(" ")
    }
  }
}

const fontObject = (
  objects: Objects,
  face: Face,
  glyphs: ReadonlyMap<number, string>,
  file: Uint8Array,
  label: string
): number => {
  const { typeface: { bold, family, italic } } = face
  const style = bold ? "-Bold" : italic ? "-Italic" : ""
  const name = `/DLNLA${String.fromCharCode(64 + Number(label.slice(1)))}+${family.replaceAll(" ", "")}${style}`
  const program = objects.add(stream(file, ` /Length1 ${file.length}`))
  const unicode = objects.add(stream(Buffer.from(unicodeMap(glyphs), "latin1")))
  const round = (length: number) => String(Math.round(length * 10) / 10)
  const descriptor = objects.add(
    `<< /Type /FontDescriptor /FontName ${name} /Flags ${italic ? 68 : 4} /FontBBox [${face.box.map(round).join(" ")}] `
      + `/ItalicAngle ${italic ? -15 : 0} /Ascent ${round(face.ascent)} /Descent ${round(face.descent)} `
      + `/CapHeight ${round(face.ascent)} /StemV ${bold ? 120 : 70} /FontFile2 ${program} 0 R >>`
  )
  const widths = Array.from(glyphs.keys(), (glyph) => `${glyph} [${round(face.advance(glyph))}]`)
  const descendant = objects.add(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont ${name} `
      + `/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity `
      + `/FontDescriptor ${descriptor} 0 R /DW 0 /W [${widths.join(" ")}] >>`
  )
  return objects.add(
    `<< /Type /Font /Subtype /Type0 /BaseFont ${name} /Encoding /Identity-H `
      + `/DescendantFonts [${descendant} 0 R] /ToUnicode ${unicode} 0 R >>`
  )
}

/** A CMap from glyph numbers to UTF-16 (Adobe technical note 5411); a block holds 100 at most. */
const unicodeMap = (glyphs: ReadonlyMap<number, string>): string => {
  const entries = Array.from(glyphs, ([glyph, text]) => `<${hex(glyph)}> <${Array.from(text.length === 0 ? "\u200B" : text, utf16).join("")}>`)
  const blocks = Array.from({ length: Math.ceil(entries.length / 100) }, (_, index) => entries.slice(100 * index, 100 * index + 100))
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${blocks.map((block) => `${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`).join("\n")}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
`
}

export const hex = (number: number): string => number.toString(16).toUpperCase().padStart(4, "0")

const utf16 = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => hex(character.charCodeAt(index))).join("")
