/**
 * A trace: what was done, with what, and what came out. It is what makes a result findable.
 *
 * A trace is one line of JSON that starts with a checksum of its rest, the same in its own file and in the index,
 * so that a line is believed wherever it was found whole.
 */
import { crc32 } from "node:zlib"
import * as Key from "./Key.ts"

/** A file in the store: its address is of what it holds, the digest and the size are of the file. */
export interface Stored {
  readonly address: string
  readonly bytes: number
  readonly sha256: string
}

export interface Trace {
  /** The action key: stage, fingerprint, parameters and input addresses. */
  readonly action: string
  /** The recipe key of the call that was built. */
  readonly recipe: string
  readonly stage: string
  readonly fingerprint: string
  readonly params: { readonly [name: string]: unknown }
  readonly inputs: { readonly [name: string]: string | ReadonlyArray<string> }
  readonly outputs: { readonly [name: string]: Stored }
  readonly seconds: number
  readonly host: string
  /** The version of Node. */
  readonly node: string
  /** What computed it: all backends give the same bits. */
  readonly backend: string
  /** An ISO date. */
  readonly finished: string
}

/** `action` comes first, at a place that is known without parsing. */
export const encode = (trace: Trace): string => {
  const { action, ...others } = trace
  const rest = `"action":"${action}",${Key.canonical(others).slice(1)}`
  return `{"crc32":"${checksum(rest)}",${rest}`
}

const checksum = (rest: string | Uint8Array): string => crc32(rest).toString(16).padStart(8, "0")

const head = /^\{"crc32":"([0-9a-f]{8})","action":"([0-9a-f]{64})",/
const start = `{"crc32":"00000000",`.length
const end = start + `"action":"",`.length + 64

/** The action key of a line that is whole, `undefined` where a byte of it was changed or is missing. */
export const actionOf = (line: Uint8Array): string | undefined => {
  const [, sum, action] = head.exec(Buffer.from(line.buffer, line.byteOffset, Math.min(end, line.length)).toString("latin1")) ?? []
  return sum !== undefined && sum === checksum(line.subarray(start)) ? action : undefined
}

/** The trace of a line that is whole. */
export const decode = (line: Uint8Array): Trace => {
  const { crc32: _, ...trace } = Key.parse(new TextDecoder().decode(line)) as Trace & { readonly crc32: string }
  return trace
}
