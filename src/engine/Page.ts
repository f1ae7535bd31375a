/**
 * A page: the bytes that a Parquet file keeps some rows of a column as, before they are compressed.
 *
 * Texts, and numbers that come in runs, are RLE_DICTIONARY: a dictionary, and which of its entries follow one another.
 * Other doubles are BYTE_STREAM_SPLIT: the first bytes of all, then the second, …. The rest is PLAIN, a vector as a blob
 * of little-endian doubles. A null has no value; where there may be one, levels tell which rows have a value.
 */
import * as Column from "./Column.ts"
import { bytesOf, canonical } from "./doubles.ts"
import * as Hybrid from "./Hybrid.ts"

export interface Page {
  readonly rows: number
  readonly nulls: number
  readonly levels: Uint8Array
  readonly encoding: "PLAIN" | "BYTE_STREAM_SPLIT" | "RLE_DICTIONARY"
  readonly values: Uint8Array
  /** Its entries are PLAIN. */
  readonly dictionary?: { readonly count: number; readonly values: Uint8Array }
}

export const encode = (column: Column.Column): Page => {
  const rows = Column.lengthOf(column)
  const { nullable, nulls } = column
  if (nulls === undefined) {
    return { rows, nulls: 0, levels: nullable ? Hybrid.runs([0], rows, 1, () => 1) : new Uint8Array(0), ...encoded(column) }
  }
  const present = opposite(nulls)
  const kept = whereTrue(present)
  return { rows, nulls: rows - kept.length, levels: Hybrid.encode(present, 1), ...encoded(Column.take(column, kept)) }
}

export const decode = (type: Column.Type, page: Page): Column.Column => {
  const { name, nullable } = type
  const column = { name, nullable, ...decoded(type, page) }
  if (page.nulls === 0) return column
  const nulls = opposite(Hybrid.decode(page.levels, 1, page.rows))
  return { name, nullable, nulls, ...spread(column, nulls) }
}

const opposite = (flags: Uint8Array | Int32Array): Uint8Array => {
  const others = new Uint8Array(flags.length)
  for (let row = 0; row < flags.length; row++) others[row] = 1 - flags[row]!
  return others
}

const whereTrue = (flags: Uint8Array): Int32Array => {
  const rows = new Int32Array(flags.length)
  let count = 0
  for (let row = 0; row < flags.length; row++) if (flags[row] === 1) rows[count++] = row
  return rows.subarray(0, count)
}

/** A column none of whose entries is null. */
const encoded = (column: Column.Column): Pick<Page, "encoding" | "values" | "dictionary"> => {
  switch (column.kind) {
    case "int32":
      return inRuns(column.values) ?? { encoding: "PLAIN", values: bytesOf(column.values) }
    case "float64": {
      const values = canonical(column.values)
      return inRuns(values) ?? { encoding: "BYTE_STREAM_SPLIT", values: split(bytesOf(values)) }
    }
    case "boolean":
      return { encoding: "PLAIN", values: Hybrid.bits(column.values) }
    case "string": {
      const count = column.dictionary.length
      const width = Hybrid.widthOf(count)
      return {
        encoding: "RLE_DICTIONARY",
        values: Buffer.concat([Uint8Array.of(width), Hybrid.encode(column.codes, width)]),
        dictionary: { count, values: blobs(column.dictionary.map((text) => Buffer.from(text))) }
      }
    }
    case "vector": {
      const bytes = bytesOf(canonical(column.values))
      const { offsets } = column
      const parts = Array.from(offsets.subarray(1), (end, row) => bytes.subarray(8 * offsets[row]!, 8 * end))
      return { encoding: "PLAIN", values: blobs(parts) }
    }
  }
}

const withoutDictionary: { readonly [K in Column.Kind]?: Page["encoding"] } =
  { int32: "PLAIN", float64: "BYTE_STREAM_SPLIT", boolean: "PLAIN", vector: "PLAIN" }

/** Numbers as a dictionary with an entry for each run, where runs are few. */
const inRuns = (numbers: Int32Array | Float64Array): ReturnType<typeof encoded> | undefined => {
  const words = numbers.BYTES_PER_ELEMENT === 8 ? 2 : 1
  const starts = Hybrid.runStarts(new Int32Array(numbers.buffer, numbers.byteOffset, words * numbers.length), 4, words)
  if (starts === undefined) return undefined
  const width = Hybrid.widthOf(starts.length)
  return {
    encoding: "RLE_DICTIONARY",
    values: Buffer.concat([Uint8Array.of(width), Hybrid.runs(starts, numbers.length, width)]),
    dictionary: { count: starts.length, values: bytesOf(pick(numbers.slice(0, starts.length), numbers, starts)) }
  }
}

/** Those of some values that are numbered so. */
const pick = <A extends Int32Array | Float64Array>(into: A, values: A, numbers: ArrayLike<number>): A => {
  for (let index = 0; index < into.length; index++) into[index] = values[numbers[index]!]!
  return into
}

const decoded = ({ kind }: Column.Type, { dictionary, encoding, nulls, rows, values }: Page): Column.Values => {
  const count = rows - nulls
  const known = dictionary === undefined ? encoding === withoutDictionary[kind] : Hybrid.widths.has(values[0]!)
  if (!known) throw new Error(`a column of ${kind} is not spelt so: ${encoding}`)
  const codes = dictionary && Hybrid.decode(values.subarray(1), values[0] as Hybrid.Width, count)
  switch (kind) {
    case "int32": {
      const found = new Int32Array(copied(dictionary?.values ?? values))
      return { kind, values: codes === undefined ? found : pick(new Int32Array(count), found, codes) }
    }
    case "float64": {
      if (codes === undefined) return { kind, values: new Float64Array(merged(values).buffer) }
      return { kind, values: pick(new Float64Array(count), new Float64Array(copied(dictionary!.values)), codes) }
    }
    case "boolean":
      return { kind, values: Hybrid.flags(values, count) }
    case "string":
      return { kind, codes: codes!, dictionary: partsOf(dictionary!.values, dictionary!.count).map((text) => utf8.decode(text)) }
    case "vector": {
      const parts = partsOf(values, count)
      const offsets = new Int32Array(count + 1)
      parts.forEach((part, row) => { offsets[row + 1] = offsets[row]! + part.length / 8 })
      const all = new Float64Array(offsets[count]!)
      const bytes = bytesOf(all)
      parts.forEach((part, row) => bytes.set(part, 8 * offsets[row]!))
      return { kind, offsets, values: all }
    }
  }
}

/** The entries of a column at the rows that are not null. */
const spread = (column: Column.Column, nulls: Uint8Array): Column.Values => {
  const { kind } = column
  const rows = nulls.length
  switch (kind) {
    case "int32":
      return { kind, values: put(new Int32Array(rows), column.values, nulls) }
    case "float64":
      return { kind, values: put(new Float64Array(rows), column.values, nulls) }
    case "boolean":
      return { kind, values: put(new Uint8Array(rows), column.values, nulls) }
    case "string":
      return { kind, dictionary: column.dictionary, codes: put(new Int32Array(rows).fill(-1), column.codes, nulls) }
    case "vector": {
      const lengths = column.offsets.subarray(1).map((end, row) => end - column.offsets[row]!)
      const offsets = new Int32Array(rows + 1)
      put(offsets.subarray(1), lengths, nulls)
      for (let row = 0; row < rows; row++) offsets[row + 1]! += offsets[row]!
      return { kind, offsets, values: column.values }
    }
  }
}

const put = <A extends Int32Array | Float64Array | Uint8Array>(all: A, values: A, nulls: Uint8Array): A => {
  for (let row = 0, next = 0; row < all.length; row++) if (nulls[row] === 0) all[row] = values[next++]!
  return all
}

/** The first bytes of all doubles, then the second, …. */
const split = (bytes: Uint8Array): Uint8Array => {
  const count = bytes.length / 8
  const planes = new Uint8Array(bytes.length)
  for (let plane = 0; plane < 8; plane++) {
    const to = plane * count
    for (let index = 0; index < count; index++) planes[to + index] = bytes[8 * index + plane]!
  }
  return planes
}

const merged = (planes: Uint8Array): Uint8Array => {
  const count = planes.length / 8
  const bytes = new Uint8Array(planes.length)
  for (let plane = 0; plane < 8; plane++) {
    const from = plane * count
    for (let index = 0; index < count; index++) bytes[8 * index + plane] = planes[from + index]!
  }
  return bytes
}

/** Each part after its length in four bytes. */
const blobs = (parts: ReadonlyArray<Uint8Array>): Uint8Array =>
  Buffer.concat(parts.flatMap((part) => [bytesOf(Int32Array.of(part.length)), part]))

const partsOf = (bytes: Uint8Array, count: number): ReadonlyArray<Uint8Array> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = 0
  return Array.from({ length: count }, () => {
    const start = end + 4
    end = start + view.getInt32(end, true)
    return bytes.subarray(start, end)
  })
}

/** Text as it is: a leading byte order mark belongs to it. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true })

const copied = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
