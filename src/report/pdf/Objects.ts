/** The objects of a PDF file (ISO 32000-1) and the file that they make: the same bytes for the same objects. */
import { createHash } from "node:crypto"
import { deflateSync } from "node:zlib"

export interface Objects {
  /** Keeps an object and gives its number. */
  readonly add: (content: string | Uint8Array) => number
  /** The number that the next object will have. */
  readonly next: () => number
  /** The file, whose catalog is the object of this number. */
  readonly file: (catalog: number) => Uint8Array
}

export const make = (): Objects => {
  const contents: Array<string | Uint8Array> = []
  return {
    add: (content) => contents.push(content),
    next: () => contents.length + 1,
    file: (catalog) => fileOf(contents, catalog)
  }
}

/** Bytes as the content of an object, compressed; `entries` are added to its dictionary. */
export const stream = (bytes: Uint8Array, entries = ""): Uint8Array => {
  const small = deflateSync(bytes, { level: 9 })
  return Buffer.concat([
    latin(`<< /Length ${small.length} /Filter /FlateDecode${entries} >>\nstream\n`),
    small,
    latin("\nendstream")
  ])
}

const fileOf = (contents: ReadonlyArray<string | Uint8Array>, catalog: number): Uint8Array => {
  // The second line tells programs that guess that the file is no text.
  const parts = [latin("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")]
  let end = parts[0]!.length
  const starts = contents.map((content, index) => {
    const start = end
    const part = Buffer.concat([latin(`${index + 1} 0 obj\n`), typeof content === "string" ? latin(content) : content, latin("\nendobj\n")])
    parts.push(part)
    end += part.length
    return start
  })
  const id = createHash("sha256").update(Buffer.concat(parts)).digest("hex").slice(0, 32)
  const table = starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join("")
  return Buffer.concat([
    ...parts,
    latin(
      `xref\n0 ${contents.length + 1}\n0000000000 65535 f \n${table}`
        + `trailer\n<< /Size ${contents.length + 1} /Root ${catalog} 0 R /ID [<${id}> <${id}>] >>\nstartxref\n${end}\n%%EOF\n`
    )
  ])
}

const latin = (text: string): Buffer => Buffer.from(text, "latin1")
