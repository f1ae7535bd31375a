/**
 * Doubles as they are hashed and stored: little-endian, −0 kept, and every NaN the same one.
 *
 * A NaN carries 52 bits that no arithmetic looks at and that differ between processors: two results that are
 * equal to every reader must not differ in their address.
 */
import { endianness } from "node:os"

if (endianness() !== "LE") throw new Error("numbers are kept little-endian: use such a machine, as x86-64 is")

/** The same doubles, every NaN replaced by the quiet NaN 0x7ff8000000000000; the array itself where there is none. */
export const canonical = (values: Float64Array): Float64Array => {
  let same: Float64Array | undefined
  let bits: BigUint64Array | undefined
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (value === value) continue
    same ??= values.slice()
    bits ??= new BigUint64Array(same.buffer, same.byteOffset, same.length)
    bits[index] = 0x7ff8000000000000n
  }
  return same ?? values
}

/** The bytes of a typed array, without a copy. */
export const bytesOf = (values: Int32Array | Float64Array | Uint8Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
