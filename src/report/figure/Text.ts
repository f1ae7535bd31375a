/**
 * A line of text as runs of one look each, and how much room it takes.
 *
 * Widths come from the advance widths of the figures' typefaces, so that labels are laid out without a browser.
 * Sizes and lengths are in points; within a run they are in ems of the text's size.
 */
import { advances } from "./advances.ts"

export type Style = "regular" | "italic" | "bold"

export interface Run {
  readonly text: string
  readonly style: Style
  readonly size: number
  /** How far the baseline is raised. */
  readonly rise: number
  /** Room left before the run. */
  readonly shift: number
  /** True where the run starts above or below the script before it instead of after it. */
  readonly stacked?: boolean
}
export type Text = ReadonlyArray<Run>

/** Text as it is, without markup. */
export const plain = (text: string, style: Style = "regular"): Text => [{ text, style, size: 1, rise: 0, shift: 0 }]

export const raised = (text: string, rise = 0.36): Text => [{ text, style: "regular", size: 0.7, rise, shift: 0.03 }]

/** The characters alone, for titles that a screen reader reads. */
export const characters = (text: Text): string => text.map((run) => run.text).join("")

export const width = (text: Text, size: number): number =>
  placed(text, size).reduce((most, { end }) => Math.max(most, end), 0)

/** A piece of a run that is set in one typeface, and where it starts and ends, from the start of the text. */
export interface Piece {
  readonly run: Run
  readonly text: string
  /** Undefined for the typeface of the figure. */
  readonly family: string | undefined
  readonly start: number
  readonly end: number
}

export const placed = (text: Text, size: number): ReadonlyArray<Piece> => {
  const places: Array<Piece> = []
  let end = 0
  for (const run of text) {
    const base =
      run.stacked === true
        ? (places.findLast((place) => Math.sign(place.run.rise) !== -Math.sign(run.rise))?.end ?? 0)
        : end
    let at = base + run.shift * size
    for (const piece of inFamilies(run)) {
      places.push({ run, ...piece, start: at, end: (at += advance(piece.text, run.style) * run.size * size) })
    }
    end = Math.max(end, at)
  }
  return places
}

/** The text in lines no wider than `limit`, broken at spaces; a word that is too wide by itself ends in an ellipsis. */
export const wrap = (text: Text, size: number, limit: number): ReadonlyArray<Text> => {
  const lines: Array<Text> = [[]]
  for (const word of words(text)) {
    const line = lines.at(-1)!
    if (line.length === 0 || width([...line, ...word], size) <= limit)
      lines[lines.length - 1] = [...line, ...(line.length === 0 ? unspaced(word) : word)]
    else lines.push(unspaced(word))
  }
  return lines.map((line) => fit(line, size, limit))
}

/** The text, cut with an ellipsis where it is wider than `limit`. */
export const fit = (text: Text, size: number, limit: number): Text => {
  if (width(text, size) <= limit) return text
  const last = text.at(-1)
  if (last === undefined) return text
  const kept = [...last.text.replace(/…$/u, "")]
  if (kept.length <= 1)
    return text.length === 1
      ? [{ ...last, text: "…" }]
      : fit([...text.slice(0, -2), { ...text.at(-2)!, text: `${text.at(-2)!.text}…` }], size, limit)
  return fit([...text.slice(0, -1), { ...last, text: `${kept.slice(0, -1).join("").trimEnd()}…` }], size, limit)
}

/** Pieces that begin where a line may break. */
const words = (text: Text): ReadonlyArray<Text> => {
  const pieces: Array<Array<Run>> = []
  for (const run of text) {
    run.text.split(/(?= )/u).forEach((part, index) => {
      const piece = { ...run, text: part, shift: index === 0 ? run.shift : 0 }
      if (pieces.length === 0 || part.startsWith(" ")) pieces.push([piece])
      else pieces.at(-1)!.push(piece)
    })
  }
  return pieces
}

const unspaced = (word: Text): Text =>
  word.map((run, index) => (index === 0 ? { ...run, text: run.text.replace(/^ +/u, ""), shift: 0 } : run))

const advance = (text: string, style: Style): number => {
  let sum = 0
  for (const character of text) sum += advanceOf(character.codePointAt(0)!, style)
  return sum / 1000
}

/** What no face has is set in another by whoever shows the figure: wide characters take an em, marks nothing. */
const advanceOf = (code: number, style: Style): number =>
  widths[faceOf(code, style)].get(code) ?? (/\p{M}/u.test(String.fromCodePoint(code)) ? 0 : code < 0x1100 ? 600 : 1000)

/** The face that has a character: the style's own, else one of those for operators. */
type Face = keyof typeof advances
const faceOf = (code: number, style: Style): Face =>
  [style, "operators" as const, "sums" as const].find((face) => widths[face].has(code)) ?? style

const families: Partial<Record<Face, string>> = { operators: "KaTeX_Main", sums: "KaTeX_Size1" }

const inFamilies = (run: Run): ReadonlyArray<Pick<Piece, "text" | "family">> => {
  const pieces: Array<Pick<Piece, "text" | "family">> = []
  for (const character of run.text) {
    const family = families[faceOf(character.codePointAt(0)!, run.style)]
    const last = pieces.at(-1)
    if (last !== undefined && last.family === family)
      pieces[pieces.length - 1] = { text: last.text + character, family }
    else pieces.push({ text: character, family })
  }
  return pieces
}

const widths = Object.fromEntries(
  Object.entries(advances).map(([face, lists]) => [
    face,
    new Map(lists.flatMap(([from, ...each]) => each.map((width, index) => [from! + index, width] as const)))
  ])
) as unknown as Record<Face, ReadonlyMap<number, number>>
