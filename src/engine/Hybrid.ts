/**
 * Parquet's hybrid of run lengths and packed bits, for whole numbers of 1, 8, 16 or 32 bits: a header tells whether
 * one value follows, and how often, or how many groups of eight values do, each in its bits.
 */

export type Width = 1 | 8 | 16 | 32

/**
 * Where runs of one value start; `undefined` where fewer than `least` values a run follow one another in the mean.
 * A value has `words` of the array's elements: two of 32 bits are a double, of which −0 is another than 0.
 */
export const runStarts = (values: Int32Array | Uint8Array, least: number, words: 1 | 2 = 1): ReadonlyArray<number> | undefined => {
  const length = values.length / words
  const starts: Array<number> = []
  for (let index = 0; index < length; index++) {
    const at = index * words
    const same = index > 0 && values[at] === values[at - words] && (words === 1 || values[at + 1] === values[at - 1])
    if (!same && least * starts.push(index) > length) return undefined
  }
  return starts
}

/** Those of codes. */
export const widths: ReadonlySet<number> = new Set<Width>([8, 16, 32])

/** The least width that numbers below `count` fit into. */
export const widthOf = (count: number): Width => count <= 0x100 ? 8 : count <= 0x10000 ? 16 : 32

export const encode = (values: Int32Array | Uint8Array, width: Width): Uint8Array => {
  const starts = runStarts(values, width === 1 ? 32 : 4)
  if (starts !== undefined) return runs(starts, values.length, width, (run) => values[starts[run]!]!)
  const packed = new Uint8Array(Math.ceil(values.length / 8) * width)
  packed.set(width === 1 ? bits(values) : bytesOf(width === 8 ? Uint8Array.from(values) : width === 16 ? Uint16Array.from(values) : values))
  return Buffer.concat([header(2 * Math.ceil(values.length / 8) + 1), packed])
}

/** Runs of the values that `valueOf` gives by the number of a run. */
export const runs = (
  starts: ReadonlyArray<number>,
  length: number,
  width: Width,
  valueOf: (run: number) => number = (run) => run
): Uint8Array => {
  const bytes: Array<number> = []
  starts.forEach((start, run) => {
    bytes.push(...header(2 * ((starts[run + 1] ?? length) - start)))
    for (let shift = 0; shift < width; shift += 8) bytes.push(valueOf(run) >>> shift & 0xff)
  })
  return Uint8Array.from(bytes)
}

export const decode = (bytes: Uint8Array, width: Width, count: number): Int32Array => {
  const values = new Int32Array(count)
  for (let at = 0, done = 0; done < count;) {
    let head = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      head |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    if (head & 1) {
      const groups = head >>> 1
      const packed = new Uint8Array(bytes.subarray(at, at += groups * width))
      const some = values.subarray(done, done += 8 * groups)
      if (width === 1) some.set(flags(packed, some.length))
      else some.set((width === 8 ? packed : width === 16 ? new Uint16Array(packed.buffer) : new Int32Array(packed.buffer)).subarray(0, some.length))
    } else {
      let value = 0
      for (let shift = 0; shift < width; shift += 8) value |= bytes[at++]! << shift
      values.fill(value, done, done += head >>> 1)
    }
  }
  return values
}

/** Eight flags a byte, the first in its lowest bit. */
export const bits = (flags: Int32Array | Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8))
  for (let index = 0; index < flags.length; index++) bytes[index >>> 3]! |= flags[index]! << (index & 7)
  return bytes
}

export const flags = (bits: Uint8Array, count: number): Uint8Array => {
  const all = new Uint8Array(count)
  for (let index = 0; index < count; index++) all[index] = bits[index >>> 3]! >>> (index & 7) & 1
  return all
}

/** Seven bits a byte, the lowest first. */
const header = (value: number): Uint8Array => {
  const bytes: Array<number> = []
  for (; value > 0x7f; value >>>= 7) bytes.push(value & 0x7f | 0x80)
  return Uint8Array.of(...bytes, value)
}

const bytesOf = ({ buffer, byteLength, byteOffset }: Int32Array | Uint8Array | Uint16Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
