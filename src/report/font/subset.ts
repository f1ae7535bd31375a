/**
 * Typefaces cut down to what a document uses, by HarfBuzz.
 *
 * Its WebAssembly is called as it is: numbers and places in its memory, which is let go with the instance.
 */
import * as Asset from "../../engine/Asset.ts"

export interface Subset {
  /** What it takes to set these characters, kerning and ligatures included. */
  readonly ofText: (font: Uint8Array, characters: string) => Uint8Array
  /** The outlines of these glyphs under their old numbers, and nothing that sets text. */
  readonly ofGlyphs: (font: Uint8Array, glyphs: Iterable<number>) => Uint8Array
}

export const subset = (): Subset => {
  const wasm = instance()
  const cut = (font: Uint8Array, choose: (input: number) => void): Uint8Array => {
    const place = wasm.malloc(font.length)
    new Uint8Array(wasm.memory.buffer).set(font, place)
    const face = wasm.hb_face_create(wasm.hb_blob_create(place, font.length, writable, 0, 0), 0)
    const input = wasm.hb_subset_input_create_or_fail()
    choose(input)
    const made = wasm.hb_subset_or_fail(face, input)
    if (made === 0) throw new Error("HarfBuzz could not cut down a typeface")
    const blob = wasm.hb_face_reference_blob(made)
    const start = wasm.hb_blob_get_data(blob, 0)
    return new Uint8Array(wasm.memory.buffer).slice(start, start + wasm.hb_blob_get_length(blob))
  }
  return {
    ofText: (font, characters) =>
      cut(font, (input) => {
        const wanted = wasm.hb_subset_input_unicode_set(input)
        for (const character of characters) wasm.hb_set_add(wanted, character.codePointAt(0)!)
        wasm.hb_subset_input_set_flags(input, withoutHints)
      }),
    ofGlyphs: (font, glyphs) =>
      cut(font, (input) => {
        const wanted = wasm.hb_subset_input_glyph_set(input)
        for (const glyph of glyphs) wasm.hb_set_add(wanted, glyph)
        const dropped = wasm.hb_subset_input_set(input, droppedTables)
        for (const table of ["GSUB", "GPOS", "GDEF", "OS/2", "cmap", "name", "post"]) wasm.hb_set_add(dropped, tag(table))
        wasm.hb_subset_input_set_flags(input, withoutHints | oldNumbers | boxForMissing)
      })
  }
}

/** The values of `hb_memory_mode_t`, `hb_subset_flags_t` and `hb_subset_sets_t` that are used here. */
const writable = 2
const withoutHints = 1
const oldNumbers = 2
const boxForMissing = 64
const droppedTables = 3

const tag = (name: string): number => [...name].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0)

/** Parameters and results are numbers: places in memory, sizes, code points, flags. */
type Routine = (...values: ReadonlyArray<number>) => number
type Routines =
  | "_initialize" | "malloc" | "hb_blob_create" | "hb_blob_get_data" | "hb_blob_get_length" | "hb_face_create"
  | "hb_face_reference_blob" | "hb_set_add" | "hb_subset_input_create_or_fail" | "hb_subset_input_glyph_set"
  | "hb_subset_input_set" | "hb_subset_input_set_flags" | "hb_subset_input_unicode_set" | "hb_subset_or_fail"
type HarfBuzz = { readonly [name in Routines]: Routine } & { readonly memory: { readonly buffer: ArrayBuffer } }

/** What is used of a global that TypeScript knows in browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: HarfBuzz }
}

const instance = (): HarfBuzz => {
  const code = Asset.bytes(import.meta.resolve("harfbuzzjs/dist/harfbuzz-subset.wasm"))
  const wasm = new WebAssembly.Instance(new WebAssembly.Module(code)).exports
  wasm._initialize()
  return wasm
}
