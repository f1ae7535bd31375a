/**
 * Tables as Parquet files: the only file that knows the Parquet library.
 *
 * A file is a function of its table alone. Doubles are BYTE_STREAM_SPLIT, a vector is a blob of little-endian
 * doubles, and every page is a zstd frame with its checksum. The types of the columns are in the file's key-value
 * metadata under "dln-lab". The four bytes after the magic number, a gap to other readers, are the CRC-32 of all that
 * follows: a changed byte is seen before anything is parsed.
 */
import * as Schema from "effect/Schema"
import { type DecodedArray, parquetMetadata, parquetRead } from "hyparquet"
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from "hyparquet-writer"
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib"
import * as Column from "./Column.ts"
import { bytesOf, canonical } from "./doubles.ts"
import { Table } from "./Table.ts"

const format = "dln-lab"
const magic = 0x31524150
/** Where the pages begin: after the magic number and the checksum. */
const start = 8

export const encode = (table: Table<unknown>): Uint8Array => {
  const columnData = table.columns.map(sourceOf)
  const writer = new ByteWriter()
  const file = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData }),
    codec: "ZSTD",
    compressors: { ZSTD: (page) => zstdCompressSync(page, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }) },
    statistics: false,
    createdBy: format,
    kvMetadata: [{ key: format, value: JSON.stringify(table.columns.map(typeOf)) }]
  })
  writer.appendUint32(0)
  file.write({ columnData, rowGroupSize: Math.max(1, table.length) })
  file.finish()
  const bytes = writer.getBytes()
  new DataView(bytes.buffer).setUint32(4, crc32(bytes.subarray(start)), true)
  return bytes
}

const typeOf = ({ kind, name, nullable }: Column.Type): Column.Type => ({ name, kind, nullable })

const sourceOf = (column: Column.Column): ColumnSource => {
  const { name, nullable } = column
  const source = { name, nullable, offsetIndex: false }
  switch (column.kind) {
    case "int32":
      return { ...source, type: "INT32", data: withNulls(column, column.values), encoding: "DELTA_BINARY_PACKED" }
    case "float64": {
      const doubles = withNulls(column, canonical(column.values))
      return { ...source, type: "DOUBLE", data: doubles, encoding: "BYTE_STREAM_SPLIT" }
    }
    case "boolean":
      return { ...source, type: "BOOLEAN", data: Array.from(Column.values(column)) }
    case "string":
      return { ...source, type: "STRING", data: Array.from(Column.values(column)) }
    case "vector": {
      const bytes = bytesOf(canonical(column.values))
      const start = (index: number) => 8 * column.offsets[index]!
      const blobs = Array.from(column.offsets.subarray(1), (_, index) => bytes.subarray(start(index), start(index + 1)))
      return { ...source, type: "BYTE_ARRAY", data: withNulls(column, blobs), encoding: "PLAIN" }
    }
  }
}

const withNulls = <A>({ nulls }: Column.Column, values: ArrayLike<A> & DecodedArray): DecodedArray =>
  nulls === undefined ? values : Array.from(values as ArrayLike<A>, (value, index) => nulls[index] === 1 ? null : value)

/** The table of a file that `encode` has made; rejects where the bytes are not such a file. */
export const decode = async (bytes: Uint8Array): Promise<Table<any>> => {
  checkBytes(bytes)
  const file = fileOf(bytes)
  const metadata = parquetMetadata(file.slice(0))
  const text = metadata.key_value_metadata?.find(({ key }) => key === format)?.value
  if (text === undefined) throw new Error("the file does not say its columns")
  const types = Types.make(JSON.parse(text))
  const pages = new Map(types.map(({ name }) => [name, new Array<DecodedArray>()]))
  await parquetRead({
    file,
    metadata,
    compressors: { ZSTD: (page, length) => zstdDecompressSync(page, { maxOutputLength: Math.max(1, length) }) },
    parsers: { stringFromBytes: (text) => utf8.decode(text) },
    utf8: false,
    onChunk: ({ columnData, columnName }) => pages.get(columnName)!.push(columnData)
  })
  return new Table(types.map((type) => Column.concat(type, pages.get(type.name)!.map((page) => columnOf(type, page)))))
}

const checkBytes = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sum = bytes.length > start && view.getUint32(0, true) === magic ? view.getUint32(4, true) : undefined
  if (sum !== crc32(bytes.subarray(start))) throw new Error("its checksum differs")
}

const Types = Schema.Array(Schema.Struct({
  name: Schema.String,
  kind: Schema.Literals(["int32", "float64", "boolean", "string", "vector"]),
  nullable: Schema.Boolean
}))

/** Text as it is: a leading byte order mark belongs to it. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true })

const fileOf = (bytes: Uint8Array) => ({
  byteLength: bytes.byteLength,
  slice: (from: number, to: number = bytes.byteLength) => copied(bytes.subarray(from, to))
})

const copied = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

const columnOf = (type: Column.Type, page: DecodedArray): Column.Column => {
  const vector = (blob: unknown) => blob instanceof Uint8Array ? new Float64Array(copied(blob)) : blob
  return Column.make(type, type.kind === "vector" ? Array.from(page, vector) : page)
}
