/**
 * A figure as a PNG picture, drawn by resvg with the figures' own typefaces, so that it is the same on every machine.
 */
import { crc32 } from "node:zlib"
import { Resvg } from "@resvg/resvg-js"
import * as Asset from "../../engine/Asset.ts"
import * as Typeface from "../font/Typeface.ts"

/** The picture at so many dots per inch, which it tells, so that it is printed at its size; its paper is white. */
export const png = (svg: string, dotsPerInch = 192): Uint8Array => {
  const font = {
    fontFiles: Typeface.all().map(({ url }) => Asset.path(url())),
    loadSystemFonts: false,
    defaultFontFamily: "STIX Two Text",
    serifFamily: "STIX Two Text"
  }
  return withDensity(new Resvg(svg, { font, dpi: dotsPerInch, background: "#ffffff" }).render().asPng(), dotsPerInch)
}

/** Puts a chunk pHYs, dots per metre both ways, after the header, which always takes 33 bytes. */
const withDensity = (picture: Uint8Array, dotsPerInch: number): Uint8Array => {
  const chunk = Buffer.alloc(21)
  const dots = Math.round(dotsPerInch / 0.0254)
  chunk.writeUInt32BE(9, 0)
  chunk.write("pHYs", 4, "latin1")
  chunk.writeUInt32BE(dots, 8)
  chunk.writeUInt32BE(dots, 12)
  chunk.writeUInt8(1, 16)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17)
  return Buffer.concat([picture.subarray(0, 33), chunk, picture.subarray(33)])
}
