// Random streams named by labels. A draw depends on its stream and its place in it, never on what was drawn before.

import { hash } from "node:crypto"
import * as Kernel from "./Kernel.ts"

export type Stream = Kernel.Stream

/**
 * The stream of a seed and a purpose, as in `stream(seed, "teacher", run)`: 128 bits of the sha256 of the labels,
 * each with its type and length, so that 1 and "1", or "ab", "c" and "a", "bc", are streams of their own.
 */
export const stream = (seed: number | string, ...labels: ReadonlyArray<number | string>): Stream => {
  const parts = [seed, ...labels].flatMap((label) => {
    const bytes = typeof label === "string" ? Buffer.from(label) : Buffer.alloc(8)
    if (typeof label === "number") bytes.writeDoubleLE(label)
    const head = Buffer.alloc(5, typeof label === "string" ? "s" : "n")
    head.writeUInt32LE(bytes.length, 1)
    return [head, bytes]
  })
  const digest = hash("sha256", Buffer.concat([start, ...parts]), "buffer")
  return {
    key0: digest.readUInt32LE(0),
    key1: digest.readUInt32LE(4),
    counter2: digest.readUInt32LE(8),
    counter3: digest.readUInt32LE(12)
  }
}

const start = Buffer.from("stream 1\0")

/** Elements from..from+count−1 of the stream's standard normals. */
export const normals = (stream: Stream, from: number, count: number): Float64Array => {
  const out = new Float64Array(count)
  Kernel.fillNormals(stream, place(from, count), out)
  return out
}

/** Elements from..from+count−1 of the stream's uniforms in (0, 1]. */
export const uniforms = (stream: Stream, from: number, count: number): Float64Array => {
  const out = new Float64Array(count)
  Kernel.fillUniforms(stream, place(from, count), out)
  return out
}

/** Elements from..from+count−1 of the stream's integers in 0..below−1; each value has 1/below to within 2^-64. */
export const integers = (stream: Stream, from: number, count: number, below: number): Int32Array => {
  if (!(Number.isInteger(below) && below >= 1 && below <= 2147483648)) {
    throw new Error(`Cannot draw integers below ${below}: give an integer from 1 to 2^31.`)
  }
  const out = new Int32Array(count)
  Kernel.fillIntegers(stream, place(from, count), below, out)
  return out
}

/** The permutation of 0..n−1 that belongs to `index` (an epoch, say), 0 ≤ index < 2^28. */
export const permutation = (stream: Stream, index: number, n: number): Int32Array => {
  if (!(Number.isInteger(index) && index >= 0 && index < 0x10000000)) {
    throw new Error(`There is no permutation ${index}: give an integer from 0 to 2^28 − 1.`)
  }
  const out = new Int32Array(n)
  Kernel.fillPermutation(stream, index, out)
  return out
}

const place = (from: number, count: number): number => {
  if (!(Number.isInteger(from) && from >= 0 && Number.isSafeInteger(from + count))) {
    throw new Error(`A stream has no element ${from}: give an integer from 0 on.`)
  }
  return from
}
