// Philox 4×32-10 (Salmon, Moraes, Dror & Shaw, SC 2011): a bijection of 128-bit counters under a 64-bit key,
// so that the n-th block of a random stream is had without the blocks before it.

/** A stream of blocks: the key, and the upper half of the counter; each field is an unsigned 32-bit integer. */
export interface Stream {
  readonly key0: number
  readonly key1: number
  readonly counter2: number
  readonly counter3: number
}

/** Writes the four 32-bit words of block (counter1, counter0) of the stream, counter0 being the low word. */
export const philox = (stream: Stream, counter0: number, counter1: number, block: Uint32Array): void => {
  let c0 = counter0 | 0
  let c1 = counter1 | 0
  let c2 = stream.counter2 | 0
  let c3 = stream.counter3 | 0
  let k0 = stream.key0 | 0
  let k1 = stream.key1 | 0
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low0 = Math.imul(0xd2511f53, c0)
    const low1 = Math.imul(0xcd9e8d57, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  block[0] = c0
  block[1] = c1
  block[2] = c2
  block[3] = c3
}

/** The upper 32 bits of the unsigned 64-bit product, as a signed word; by halves of 16 bits, so that none overflows. */
export const multiplyHigh = (a: number, b: number): number => {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  const b0 = b & 0xffff
  const b1 = b >>> 16
  const cross = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) >>> 0
  const other = (Math.imul(a0, b1) + (cross & 0xffff)) >>> 0
  return (Math.imul(a1, b1) + (cross >>> 16) + (other >>> 16)) | 0
}
