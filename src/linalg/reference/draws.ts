// Random numbers from the blocks of a stream. Element e of a sequence depends on the stream and on e alone.
// Two elements a block; the top four bits of the counter's second word tell the kinds apart, so that the uniforms
// and the normals of one stream share no block. Elements count from 0, up to 2^53.

import { cos2Pi, log, sin2Pi } from "../elementary.ts"
import { multiplyHigh, philox, type Stream } from "./philox.ts"

const UNIFORM = 0
const NORMAL = 1
const INTEGER = 2
const PERMUTATION = 3

const words = new Uint32Array(4)

const drawBlock = (stream: Stream, kind: number, index: number): void => {
  const upper = Math.floor(index / 4294967296)
  philox(stream, index - upper * 4294967296, upper + kind * 0x10000000, words)
}

/** (m + 1)/2^53 in (0, 1], m the upper 53 bits of 64. */
const uniformOf = (high: number, low: number): number => (high * 2097152 + (low >>> 11) + 1) * 1.1102230246251565e-16

/** Uniforms in (0, 1], multiples of 2^-53: elements from, from + 1, … of the stream. */
export const fillUniforms = (stream: Stream, from: number, out: Float64Array): void => {
  for (let i = 0; i < out.length; i++) {
    const odd = (from + i) % 2
    if (i === 0 || odd === 0) drawBlock(stream, UNIFORM, (from + i - odd) / 2)
    out[i] = odd === 0 ? uniformOf(words[0]!, words[1]!) : uniformOf(words[2]!, words[3]!)
  }
}

/** Standard normals by Box and Muller: √(−2 ln u)·(cos 2πv, sin 2πv) are elements 2b and 2b + 1; none exceeds 8.6. */
export const fillNormals = (stream: Stream, from: number, out: Float64Array): void => {
  const first = from % 2
  for (let i = -first; i < out.length; i += 2) {
    drawBlock(stream, NORMAL, (from + i) / 2)
    const radius = Math.sqrt(0 - 2 * log(uniformOf(words[0]!, words[1]!)))
    const turn = uniformOf(words[2]!, words[3]!)
    if (i >= 0) out[i] = radius * cos2Pi(turn)
    if (i + 1 < out.length) out[i + 1] = radius * sin2Pi(turn)
  }
}

/** ⌊d·below/2^64⌋ for a 64-bit draw d = (high, low), exactly. */
const integerOf = (high: number, low: number, below: number): number => {
  const carry = (Math.imul(high, below) >>> 0) + (multiplyHigh(low, below) >>> 0) >= 4294967296 ? 1 : 0
  return multiplyHigh(high, below) + carry
}

/** Integers in 0..below−1, 1 ≤ below ≤ 2^31; each probability differs from 1/below by less than 2^-64. */
export const fillIntegers = (stream: Stream, from: number, below: number, out: Int32Array): void => {
  for (let i = 0; i < out.length; i++) {
    const odd = (from + i) % 2
    if (i === 0 || odd === 0) drawBlock(stream, INTEGER, (from + i - odd) / 2)
    out[i] = odd === 0 ? integerOf(words[0]!, words[1]!, below) : integerOf(words[2]!, words[3]!, below)
  }
}

/** A permutation of 0..n−1 (n the length of `out`) by Fisher and Yates; `index` < 2^28 tells epochs apart. */
export const fillPermutation = (stream: Stream, index: number, out: Int32Array): void => {
  for (let i = 0; i < out.length; i++) out[i] = i
  for (let i = out.length - 1, draw = 0; i > 0; i--, draw++) {
    if (draw % 2 === 0) philox(stream, draw / 2, index + PERMUTATION * 0x10000000, words)
    const j = draw % 2 === 0 ? integerOf(words[0]!, words[1]!, i + 1) : integerOf(words[2]!, words[3]!, i + 1)
    const swapped = out[i]!
    out[i] = out[j]!
    out[j] = swapped
  }
}
