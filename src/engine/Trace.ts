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

/** `{"crc32":"` 8 digits `","action":"` 64 digits `",` and the rest. The checksum is of all that follows it. */
export const encode = ({ action, ...others }: Trace): string => {
  const rest = `${beforeAction}${action}",${Key.canonical(others).slice(1)}`
  return `${beforeSum}${checksum(rest)}${rest}`
}

const beforeSum = `{"crc32":"`
const beforeAction = `","action":"`
const sumAt = beforeSum.length
const actionAt = sumAt + 8 + beforeAction.length

const checksum = (rest: string): string => crc32(rest).toString(16).padStart(8, "0")

/** The action key of a line that is whole, `undefined` where a character of it was changed or is missing. */
export const actionOf = (line: string): string | undefined => {
  const whole = line.startsWith(beforeSum) && line.slice(sumAt, sumAt + 8) === checksum(line.slice(sumAt + 8))
  return whole ? line.slice(actionAt, actionAt + 64) : undefined
}

/** The trace of a line that is whole. */
export const decode = (line: string): Trace => Key.parse(`{${line.slice(sumAt + 10)}`) as Trace
