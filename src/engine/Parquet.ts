/**
 * Tables as Parquet files: the only file that knows the Parquet library.
 *
 * A file is a function of its table alone. Of each million of rows a column has one page (`Page.ts` says how), a zstd
 * frame with its checksum unless it is small or holds vectors. The types of the columns are in the file's key-value
 * metadata under "dln-lab". The four bytes after the magic number, a gap to other readers, are the CRC-32 of all that
 * follows: a changed byte is seen before anything is parsed.
 */
import * as Schema from "effect/Schema"
import { type ColumnChunk, type ColumnMetaData, parquetMetadata, type RowGroup } from "hyparquet"
import { parquetHeader } from "hyparquet/src/column.js"
import { ByteWriter, schemaFromColumnData } from "hyparquet-writer"
import { writePageHeader } from "hyparquet-writer/src/datapage.js"
import { writeMetadata } from "hyparquet-writer/src/metadata.js"
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib"
import * as Column from "./Column.ts"
import * as Page from "./Page.ts"
import { Table } from "./Table.ts"

const format = "dln-lab"
const magic = 0x31524150
/** Where the pages begin: after the magic number and the checksum. */
const start = 8
/** Columns with fewer bytes are not worth a frame of their own. */
const small = 1024

/** Vectors hold weights, whose digits are noise: a frame would take a tenth off, for most of the time of writing. */
const codecOf = (kind: Column.Type["kind"], bytes: number) => kind === "vector" || bytes < small ? "UNCOMPRESSED" : "ZSTD"

/** What a page holds at most, or one row. */
const most = { rows: 2 ** 20, bytes: 2 ** 26 }

export const encode = (table: Table<unknown>): Uint8Array => {
  const writer = new ByteWriter()
  writer.appendUint32(magic)
  writer.appendUint32(0)
  const row_groups = piecesOf(table).map((piece): RowGroup => {
    const from = writer.offset
    const columns = piece.columns.map((column) => writeColumn(writer, column))
    return { columns, num_rows: BigInt(piece.length), total_byte_size: BigInt(writer.offset - from) }
  })
  writeMetadata(writer, {
    version: 2,
    created_by: format,
    schema: schemaFromColumnData({
      columnData: table.columns.map(({ kind, name, nullable }) => ({ name, nullable, type: types[kind], data: [] }))
    }),
    num_rows: BigInt(table.length),
    row_groups,
    key_value_metadata: [{ key: format, value: JSON.stringify(table.columns.map(typeOf)) }],
    metadata_length: 0
  })
  writer.appendUint32(magic)
  const bytes = writer.getBytes()
  new DataView(bytes.buffer).setUint32(4, crc32(bytes.subarray(start)), true)
  return bytes
}

const types = { int32: "INT32", float64: "DOUBLE", boolean: "BOOLEAN", string: "STRING", vector: "BYTE_ARRAY" } as const

const typeOf = ({ kind, name, nullable }: Column.Type): Column.Type => ({ name, kind, nullable })

const piecesOf = (table: Table<unknown>): ReadonlyArray<Table<unknown>> => {
  const bytes = Math.max(1, ...table.columns.map((column) => column.kind === "vector" ? column.values.byteLength : 0))
  const rows = Math.max(1, Math.min(most.rows, Math.floor((table.length * most.bytes) / bytes)))
  if (table.length > 0 && table.length <= rows) return [table]
  return Array.from({ length: Math.ceil(table.length / rows) }, (_, index) => {
    const from = index * rows
    return table.take(Int32Array.from({ length: Math.min(rows, table.length - from) }, (_, row) => from + row))
  })
}

const writeColumn = (writer: ByteWriter, column: Column.Column): ColumnChunk => {
  const { kind, name } = column
  const { dictionary, encoding, levels, nulls, rows, values } = Page.encode(column)
  const plain = levels.length + values.length + (dictionary?.values.length ?? 0)
  const codec = codecOf(kind, plain)
  const squeezed = (bytes: Uint8Array) => codec === "ZSTD" ? compressed(bytes) : bytes
  const from = writer.offset
  if (dictionary !== undefined) {
    const bytes = squeezed(dictionary.values)
    writePageHeader(writer, {
      type: "DICTIONARY_PAGE",
      uncompressed_page_size: dictionary.values.length,
      compressed_page_size: bytes.length,
      dictionary_page_header: { num_values: dictionary.count, encoding: "PLAIN" }
    })
    writer.appendBytes(bytes)
  }
  const data = writer.offset
  const bytes = squeezed(values)
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: levels.length + values.length,
    compressed_page_size: levels.length + bytes.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: nulls,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: codec === "ZSTD"
    }
  })
  writer.appendBytes(levels)
  writer.appendBytes(bytes)
  const meta_data: ColumnMetaData = {
    type: kind === "string" ? "BYTE_ARRAY" : types[kind],
    encodings: dictionary === undefined ? [encoding] : ["PLAIN", encoding],
    path_in_schema: [name],
    codec,
    num_values: BigInt(rows),
    total_compressed_size: BigInt(writer.offset - from),
    total_uncompressed_size: BigInt(plain),
    data_page_offset: BigInt(data),
    ...(dictionary !== undefined && { dictionary_page_offset: BigInt(from) })
  }
  return { meta_data, file_offset: BigInt(from) }
}

/** Room for all of it is asked for at once. */
const compressed = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, {
    chunkSize: Math.max(1024, bytes.length + (bytes.length >> 7)),
    params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_compressionLevel]: 1 }
  })

/** The table of a file that `encode` has made; throws where the bytes are not such a file. */
export const decode = (bytes: Uint8Array): Table<any> => {
  checkBytes(bytes)
  const { key_value_metadata, row_groups } = parquetMetadata(bytes)
  const text = key_value_metadata?.find(({ key }) => key === format)?.value
  if (text === undefined) throw new Error("the file does not say its columns")
  const types = Types.make(JSON.parse(text))
  return new Table(types.map((type, index) =>
    Column.concat(type, row_groups.map(({ columns }) => readColumn(bytes, type, columns[index]!.meta_data!)))))
}

const readColumn = (bytes: Uint8Array, type: Column.Type, about: ColumnMetaData): Column.Column => {
  const reader = {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    offset: Number(about.dictionary_page_offset ?? about.data_page_offset)
  }
  const page = () => {
    const header = parquetHeader(reader)
    const levels = header.data_page_header_v2?.definition_levels_byte_length ?? 0
    const from = reader.offset
    reader.offset += header.compressed_page_size
    const held = bytes.subarray(from + levels, reader.offset)
    const plain = about.codec === "ZSTD" ? decompressed(held, header.uncompressed_page_size - levels) : held
    return { header, levels: bytes.subarray(from, from + levels), values: plain }
  }
  const entries = about.dictionary_page_offset === undefined ? undefined : page()
  const { header, levels, values } = page()
  const { encoding, num_nulls: nulls, num_rows: rows } = header.data_page_header_v2!
  const count = entries?.header.dictionary_page_header?.num_values
  return Page.decode(type, {
    rows,
    nulls,
    levels,
    encoding: encoding as Page.Page["encoding"],
    values,
    ...(entries !== undefined && { dictionary: { count: count!, values: entries.values } })
  })
}

const decompressed = (bytes: Uint8Array, length: number): Uint8Array =>
  zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length), chunkSize: Math.max(64, length) })

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
