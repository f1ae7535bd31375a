/** A TrueType file as a WOFF file (W3C, 2012): each table compressed, for pages. */
import { deflateSync } from "node:zlib"

export const woff = (font: Uint8Array): Uint8Array => {
  const source = Buffer.from(font)
  const count = source.readUInt16BE(4)
  const tables = Array.from({ length: count }, (_, index) => {
    const entry = 12 + 16 * index
    const [start, length] = [source.readUInt32BE(entry + 8), source.readUInt32BE(entry + 12)]
    const plain = source.subarray(start, start + length)
    const small = deflateSync(plain, { level: 9 })
    return { name: source.subarray(entry, entry + 8), length, data: small.length < length ? small : plain }
  })
  const head = Buffer.alloc(44 + 20 * count)
  let end = head.length
  tables.forEach(({ data, length, name }, index) => {
    const entry = 44 + 20 * index
    name.copy(head, entry, 0, 4)
    head.writeUInt32BE(end, entry + 4)
    head.writeUInt32BE(data.length, entry + 8)
    head.writeUInt32BE(length, entry + 12)
    name.copy(head, entry + 16, 4, 8)
    end += padded(data.length)
  })
  head.write("wOFF", "latin1")
  source.copy(head, 4, 0, 4)
  head.writeUInt32BE(end, 8)
  head.writeUInt16BE(count, 12)
  head.writeUInt32BE(tables.reduce((sum, { length }) => sum + padded(length), 12 + 16 * count), 16)
  head.writeUInt16BE(1, 20)
  return Buffer.concat([head, ...tables.map(({ data }) => Buffer.concat([data], padded(data.length)))])
}

/** Tables start at multiples of four bytes. */
const padded = (length: number): number => (length + 3) & ~3
