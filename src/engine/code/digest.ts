/** Digests of texts and files: SHA-256, in hexadecimal. */
import { hash } from "node:crypto"

export const digestOf = (content: string | Uint8Array): string => hash("sha256", content)

/** Of several texts, each with its length, so that no two lists of them are spelt alike. */
export const digestOfFields = (...texts: ReadonlyArray<string>): string => digestOf(fields(...texts))

export const fields = (...texts: ReadonlyArray<string>): string =>
  texts.map((text) => `${text.length}:${text}`).join("")
